from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, *args, **kwargs):
        """Leave out the headers in which core names the model and the id of the record."""
        emails = super()._prepare_outgoing_list(*args, **kwargs)
        for email in emails:
            email["headers"].pop("X-Odoo-Objects", None)
            email["object_id"] = ""
        return emails
