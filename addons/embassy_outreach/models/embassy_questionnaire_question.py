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
        # sudo: only the chapter of the questionnaire, which the rule on the row then checks
        questionnaires_sudo = self.env["embassy.questionnaire"].sudo()
        return super().create(
            [
                {
                    **vals,
                    "company_id": questionnaires_sudo.browse(
                        vals["questionnaire_id"]
                    ).company_id.id,
                }
                if vals.get("questionnaire_id")
                else vals
                for vals in vals_list
            ]
        )
