from odoo import api, fields, models


class EmbassyQuestionnaireQuestion(models.Model):
    """One question to the parties."""

    _name = "embassy.questionnaire.question"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Question to parties"
    _order = "sequence, id"

    questionnaire_id = fields.Many2one(
        "embassy.questionnaire", required=True, index=True, ondelete="cascade", check_company=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._with_chapter_of(vals_list, "questionnaire_id"))
