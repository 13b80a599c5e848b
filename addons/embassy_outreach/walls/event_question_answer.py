from odoo import fields, models


class EventQuestionAnswer(models.Model):
    """An answer to choose is shared, and kept, as its question is."""

    _name = "event.question.answer"
    _inherit = ["event.question.answer", "embassy.shared.mixin"]

    company_id = fields.Many2one(related="question_id.company_id", store=True, default=None)
