from odoo import models

from .owner import put_where_owner_works


class MailingFilter(models.Model):
    _name = "mailing.filter"
    _inherit = ["mailing.filter", "embassy.chapter.mixin"]

    def _init_column(self, column_name):
        if column_name == "company_id":
            put_where_owner_works(self, "create_uid")
        return super()._init_column(column_name)
