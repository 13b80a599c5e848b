from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_partner import OFFICER


class CalendarEvent(models.Model):
    """An entry in the calendar that is a meeting of the embassy, for those who may know."""

    _inherit = "calendar.event"

    meeting_ids = fields.One2many(
        "embassy.meeting", "event_id", "Meeting of the embassy", groups=OFFICER
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_meeting(self):
        # sudo: whether something hangs on it, whoever may read that
        meetings_sudo = self.env["embassy.meeting"].sudo()
        if meetings_sudo.search_count([("event_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("This meeting is kept with its minutes. Cancel it instead.")
            )

    def action_open_meeting(self):
        """Open what the chapter keeps on this meeting, or the form to begin it."""
        self.ensure_one()
        self.env["embassy.meeting"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meeting"),
            "res_model": "embassy.meeting",
            "view_mode": "form",
            "views": [(False, "form")],
            "res_id": self.env["embassy.meeting"].search([("event_id", "=", self.id)], limit=1).id,
            "context": {"default_event_id": self.id},
        }
