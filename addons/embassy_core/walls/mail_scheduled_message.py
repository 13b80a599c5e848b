from odoo import models


class MailScheduledMessage(models.Model):
    _name = "mail.scheduled.message"
    _inherit = ["embassy.document.mixin", "mail.scheduled.message"]
    _document_fields = ("model", "res_id")
