from odoo import models


class EventQuestion(models.Model):
    _name = "event.question"
    _inherit = ["embassy.narrow.mixin", "event.question", "embassy.shared.mixin"]
