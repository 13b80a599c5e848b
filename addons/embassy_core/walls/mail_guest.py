from odoo import models

from ..tools.tokens import short_token


class MailGuest(models.Model):
    _inherit = "mail.guest"

    def _get_im_status_access_token(self):
        return short_token(self, "im_status", "mail.presence")
