import ast

from odoo import api, models
from odoo.exceptions import UserError


class MailAlias(models.Model):
    """No mail address leads to a desk: mail would be kept in clear, with names."""

    _inherit = "mail.alias"

    @api.model_create_multi
    def create(self, vals_list):
        aliases = super().create(vals_list)
        aliases._check_leads_to_no_desk()
        return aliases

    def write(self, vals):
        result = super().write(vals)
        self._check_leads_to_no_desk()
        return result

    def _check_leads_to_no_desk(self):
        # sudo: only where the address leads
        for alias_sudo in self.sudo().filtered("alias_name"):
            if alias_sudo._desks():
                raise UserError(
                    self.env._("A desk for cases has no mail address: mail would be kept in clear.")
                )

    def _desks(self):
        """Desk teams that the alias belongs to or gives its mail to."""
        self.ensure_one()
        teams = self.env["helpdesk.ticket.team"]
        if self.alias_parent_model_id.model == teams._name:
            teams += teams.browse(self.alias_parent_thread_id)
        values = dict(ast.literal_eval(self.alias_defaults or "{}"))
        teams += teams.browse(values.get("team_id") or [])
        return teams.exists().filtered("is_assistance")
