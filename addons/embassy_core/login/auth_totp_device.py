from odoo import models


class AuthTotpDevice(models.Model):
    _inherit = "auth_totp.device"

    def _check_credentials_for_uid(self, *, scope, key, uid):
        """Trust no device: who holds the laptop does not hold the phone."""
        return False
