from odoo import api, models
from odoo.fields import Domain

from ..models.embassy_commitment import COMMITMENT_STATES


class EmbassyScoreCard(models.AbstractModel):
    """What people of an institution or party promised this chapter, kept or not.

    Made to be handed out: nothing internal stands on it, only who, what, source, due and state.
    """

    _name = "report.embassy_outreach.report_score_card"
    _description = "Score card of promises"

    @api.model
    def _get_report_values(self, docids, data=None):
        bodies = self.env["res.partner"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "res.partner",
            "docs": bodies,
            "chapter": self.env.company,
            "lines_of": {body: self._lines(body) for body in bodies},
            "states": self.env["embassy.commitment"]._fields["state"]._description_selection(
                self.env
            ),
        }

    @api.model
    def _lines(self, body):
        """What the body itself promised, and who sat in it or for it on that day.

        :param body: one ``res.partner``, an institution or a person
        :return: list of dict with the public columns only
        """
        seats = ["|", ("body_id", "child_of", body.id), ("faction_id", "=", body.id)]
        promises = self.env["embassy.commitment"].search(
            Domain("company_id", "=", self.env.company.id)
            & (
                Domain("partner_id", "child_of", body.id)
                | Domain("partner_id.mandate_ids", "any", seats)
            ),
            order="date, id",
        )
        mandates = self.env["embassy.mandate"].search(
            [("person_id", "in", promises.partner_id.ids), *seats]
        )
        seats_of = mandates.grouped("person_id")
        itself = self.env["res.partner"].search([("id", "child_of", body.id)])
        order = [state for state, _label in COMMITMENT_STATES]
        lines = [
            {
                "who": promise.partner_id.name,
                "quote": promise.quote,
                "topic": promise.topic_id.name,
                "source": promise.source,
                "date": promise.date,
                "date_due": promise.date_due,
                "state": promise.state,
            }
            for promise in promises
            if promise.partner_id in itself
            or any(
                (not seat.date_start or seat.date_start <= promise.date)
                and (not seat.date_until or seat.date_until >= promise.date)
                for seat in seats_of.get(promise.partner_id, ())
            )
        ]
        return sorted(lines, key=lambda line: order.index(line["state"]))
