from odoo import models


class IrQwebFieldImage(models.AbstractModel):
    _inherit = "ir.qweb.field.image"

    def load_remote_url(self, url):
        return None
