from odoo import models


class UtmStage(models.Model):
    _name = "utm.stage"
    _inherit = ["utm.stage", "embassy.shared.mixin"]
