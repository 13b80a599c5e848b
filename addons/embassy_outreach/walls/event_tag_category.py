from odoo import models


class EventTagCategory(models.Model):
    _name = "event.tag.category"
    _inherit = ["event.tag.category", "embassy.shared.mixin"]
