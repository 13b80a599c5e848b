from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_body(self):
        """Take out the picture by which Odoo learns who opens a mailing."""
        body = super()._prepare_outgoing_body()
        if not self.mailing_id or not body:
            return body
        return body.replace(body.__class__(f'<img src="{self._get_tracking_url()}"/>'), "")
