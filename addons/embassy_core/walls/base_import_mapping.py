from odoo import models


class BaseImportMapping(models.Model):
    _name = "base_import.mapping"
    _inherit = ["base_import.mapping", "embassy.shared.mixin"]
