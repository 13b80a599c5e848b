from odoo import models


class IrExports(models.Model):
    _name = "ir.exports"
    _inherit = ["ir.exports", "embassy.shared.mixin"]
