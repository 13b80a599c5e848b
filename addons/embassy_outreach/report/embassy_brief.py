from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..models.embassy_ask import OPEN_ASKS

# Below this a number could point at one person, so it is not shown.
SMALL = 5
LETTERS = 5
MEETINGS = 3


class EmbassyBrief(models.AbstractModel):
    """One page before a meeting: what the reader's chapter knows of somebody.

    Everything is read as the person who asks, so nothing stands on it that they may not read.
    """

    _name = "report.embassy_outreach.report_brief"
    _description = "Brief before a meeting"

    @api.model
    def _get_report_values(self, docids, data=None):
        partners = self.env["res.partner"].browse(docids)
        partners.check_access("read")
        self.env["embassy.relation"].check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "res.partner",
            "docs": partners,
            "chapter": self.env.company,
            "brief_of": {partner: self._brief(partner) for partner in partners},
            "numbers": self._numbers(),
        }

    @api.model
    def _brief(self, partner):
        """What stands on the page of one person or body (dict of records)."""
        ours = [("company_id", "=", self.env.company.id)]
        theirs = [*ours, ("partner_id", "=", partner.id)]
        among = [*ours, ("partner_ids", "in", partner.ids)]
        meetings = self.env["embassy.meeting"].search(
            [*among, ("state", "=", "held")], limit=MEETINGS
        )
        return {
            "mandates": partner.mandate_ids.filtered(lambda mandate: mandate.state == "current"),
            "relation": partner._our_relation(),
            "stances": self.env["embassy.stance"].search([*theirs, ("is_current", "=", True)]),
            "letters": self.env["embassy.letter"].search(
                [*theirs, ("number", "!=", False), ("state", "!=", "cancelled")],
                order="date desc, id desc",
                limit=LETTERS,
            ),
            "meetings": meetings,
            "follow_ups": self.env["embassy.meeting.point"].search(
                [
                    ("meeting_id.partner_ids", "in", partner.ids),
                    ("is_follow_up", "=", True),
                    ("state", "=", "open"),
                    *ours,
                ]
            ),
            "asks": self.env["embassy.ask"].search([*among, ("state", "in", OPEN_ASKS)]),
            "promises": self.env["embassy.commitment"].search(
                [*theirs, ("state", "in", ["open", "partly", "broken", "expired"])]
            ),
            "godparents": self.env["embassy.godparent"].search(
                [*theirs, ("date_end", "=", False)]
            ),
        }

    @api.model
    def _numbers(self):
        """Numbers of the chapter that may be said aloud: list of (label, text)."""
        ours = [("company_id", "=", self.env.company.id)]
        year = fields.Date.context_today(self) - relativedelta(years=1)
        promises = self.env["embassy.commitment"]
        letters = self.env["embassy.letter"]
        sent = [*ours, ("direction", "=", "out"), ("date_sent", ">=", year)]
        counted = [
            (self.env._("Letters sent in 12 months"), letters.search_count(sent)),
            (
                self.env._("of them answered"),
                letters.search_count([*sent, ("date_answered", "!=", False)]),
            ),
            (self.env._("Promises given to us"), promises.search_count(ours)),
            (
                self.env._("of them kept"),
                promises.search_count([*ours, ("state", "=", "kept")]),
            ),
            (
                self.env._("Prisoners with a godparent"),
                self.env["embassy.godparent"].search_count([*ours, ("date_end", "=", False)]),
            ),
        ]
        return [(label, self._safe(count)) for label, count in counted]

    @api.model
    def _safe(self, count):
        return str(count) if count >= SMALL else self.env._("fewer than %(number)s", number=SMALL)
