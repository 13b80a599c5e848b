from odoo import fields, models


class EventType(models.Model):
    _name = "event.type"
    _inherit = ["event.type", "embassy.shared.mixin"]

    tag_ids = fields.Many2many(check_company=True)
    question_ids = fields.Many2many(check_company=True)
