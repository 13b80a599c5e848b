from odoo import api, models
from odoo.exceptions import AccessError


class AuthPasskeyKey(models.Model):
    _inherit = "auth.passkey.key"

    def action_delete_passkey(self):
        """Leave the people of the back office a second factor."""
        for user in self.create_uid:
            user._check_second_factor_stays(without_passkeys=self)
        return super().action_delete_passkey()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_second_factor(self):
        if not self.env.su and any(user._is_internal() for user in self.create_uid):
            raise AccessError(self.env["res.users"]._ask_coordinator_text())
