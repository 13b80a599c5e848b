from odoo import api, fields, models


class EmbassyQuestionnaireAnswer(models.Model):
    """What one party answered to one question."""

    _name = "embassy.questionnaire.answer"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Answer of a party"
    _order = "question_id, party_id, id"
    _rec_name = "question_id"

    question_id = fields.Many2one(
        "embassy.questionnaire.question",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    questionnaire_id = fields.Many2one(
        related="question_id.questionnaire_id", store=True, precompute=True, index=True
    )
    party_id = fields.Many2one(
        "res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    answer = fields.Selection(
        [("yes", "Yes"), ("partly", "Partly"), ("no", "No"), ("none", "No answer")],
        required=True,
        default="none",
    )
    text = fields.Text("In their words")
    letter_id = fields.Many2one(
        "embassy.letter",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('direction', '=', 'in'), ('partner_id', '=', party_id)]",
    )
    url = fields.Char("Address of the source")

    _one_cell = models.UniqueIndex("(question_id, party_id)")
    _url_is_web = models.Constraint(
        "CHECK (url IS NULL OR url ~ '^https?://[^[:space:]]+$')",
        "The address of a source begins with https:// and has no spaces.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._with_chapter_of(vals_list, "question_id"))
