from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STATES = {"overdue": -1, "today": 0, "planned": 1}


class MailActivityMixin(models.AbstractModel):
    """Searching documents by their activities asks no more than one may read.

    Core searches these fields as the system, so that a domain answers yes or no about activities
    that one does not see.
    """

    _inherit = "mail.activity.mixin"

    activity_ids = fields.One2many(bypass_search_access=False)
    activity_type_id = fields.Many2one(related_sudo=False)
    activity_type_icon = fields.Char(related_sudo=False)
    activity_summary = fields.Char(related_sudo=False)
    activity_calendar_event_id = fields.Many2one(related_sudo=False)

    @api.model
    def _search_activity_state(self, operator, value):
        """As core, among the activities that the rule shows."""
        if self.env.su or operator not in ("in", "not in"):
            return super()._search_activity_state(operator, value)
        wanted = set(value) if operator == "in" else {*STATES, False} - set(value)
        # Most records have nothing to do: those that have are looked for.
        inverse = False in wanted
        if inverse:
            wanted = {*STATES, False} - wanted
        rule = self.env["ir.rule"]._compute_domain("mail.activity", "read")
        # sudo: what the rule leaves
        activities_sudo = self.env["mail.activity"].sudo()
        seen = activities_sudo._search(rule & Domain("res_model", "=", self._name))
        activities_sudo.flush_model(["date_deadline", "user_tz"])
        found = SQL(
            """(SELECT res_id FROM mail_activity WHERE id IN %s GROUP BY res_id
                HAVING MIN(SIGN(
                    date_deadline - (now() AT TIME ZONE COALESCE(user_tz, 'utc'))::date
                )) = ANY(%s))""",
            seen.subselect(),
            [STATES[state] for state in wanted if state],
        )
        return [("id", "not in" if inverse else "in", found)]
