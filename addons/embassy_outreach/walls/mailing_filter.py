from odoo import models


class MailingFilter(models.Model):
    _name = "mailing.filter"
    _inherit = ["mailing.filter", "embassy.chapter.mixin"]
