from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError


class MailAlias(models.Model):
    """Nobody makes an address that leads elsewhere than to the letters of a chapter.

    A plea for help that came there would lie in clear.
    """

    _inherit = "mail.alias"

    @api.constrains("alias_name", "alias_model_id")
    def _check_leads_to_letters(self):
        """Core makes addresses with all rights, so the person counts and not the rights."""
        # sudo: only where the address leads
        aliases_sudo = self.sudo().filtered("alias_name")
        if self.env.uid != SUPERUSER_ID and any(
            alias_sudo.alias_model_id.model != "embassy.letter" for alias_sudo in aliases_sudo
        ):
            raise UserError(
                self.env._("Mail comes in for letters only: a plea for help would lie in clear.")
            )
