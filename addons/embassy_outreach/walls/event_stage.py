from odoo import models


class EventStage(models.Model):
    _name = "event.stage"
    _inherit = ["embassy.narrow.mixin", "event.stage", "embassy.shared.mixin"]
