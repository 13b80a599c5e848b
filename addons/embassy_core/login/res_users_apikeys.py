from odoo import models
from odoo.exceptions import UserError


class ResUsersApikeys(models.Model):
    """A key stands for password and second factor together, so people of the staff have none."""

    _inherit = "res.users.apikeys"

    def _generate(self, scope, name, expiration_date):
        if self.env.user._is_internal():
            raise UserError(
                self.env._(
                    "There are no API keys here: a program with such a key would come in without"
                    " your password and without your second factor."
                )
            )
        return super()._generate(scope, name, expiration_date)

    def _check_credentials(self, *, scope, key):
        """Keys that were made before, or behind our back, open nothing."""
        user_id = super()._check_credentials(scope=scope, key=key)
        if user_id and self.env["res.users"].browse(user_id)._is_internal():
            return None
        return user_id
