from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Drop mail on its way to a case, without an answer and before anything is stored."""
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        return [route for route in routes or [] if not self._leads_to_case(*route[:3])]

    @api.model
    def _leads_to_case(self, model, thread_id, custom_values):
        if model != "helpdesk.ticket":
            return False
        # sudo: only where the mail would go
        tickets_sudo = self.env["helpdesk.ticket"].sudo()
        team_id = (custom_values or {}).get("team_id")
        return bool(
            tickets_sudo.browse(thread_id or []).exists()._cases()
            or tickets_sudo.team_id.browse(team_id or []).exists().is_assistance
        )
