from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class EmbassyQuestionnaire(models.Model):
    """Questions to parties before an election, and a table of what each of them answered."""

    _name = "embassy.questionnaire"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Questionnaire"
    _order = "date_election desc, id desc"

    name = fields.Char(required=True)
    date_election = fields.Date("Election on", index=True)
    topic_id = fields.Many2one(
        "embassy.topic", required=True, index=True, ondelete="restrict", check_company=True
    )
    party_ids = fields.Many2many(
        "res.partner",
        string="Parties",
        check_company=True,
        domain="[('directory_kind', '=', 'institution'), ('is_regime', '=', False)]",
    )
    question_ids = fields.One2many(
        "embassy.questionnaire.question", "questionnaire_id", "Questions"
    )
    appeal_id = fields.Many2one(
        "embassy.appeal", "Letters", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict", check_company=True,
    )
    missing_count = fields.Integer("Answers missing", compute="_compute_missing_count")
    active = fields.Boolean(default=True)

    @api.depends("question_ids")
    def _compute_missing_count(self):
        counts = dict(
            self.env["embassy.questionnaire.answer"]._read_group(
                [("questionnaire_id", "in", self.ids), ("answer", "=", "none")],
                ["questionnaire_id"],
                ["__count"],
            )
        )
        for questionnaire in self:
            questionnaire.missing_count = counts.get(questionnaire._origin, 0)

    @api.constrains("party_ids")
    def _check_party_ids(self):
        self.env["res.partner"]._regime_guard(self.party_ids)

    def _answers(self):
        """The cells as they stand in the database: they hang on the questions."""
        return self.env["embassy.questionnaire.answer"].search(
            [("questionnaire_id", "in", self.ids)]
        )

    def action_fill(self):
        """Add a cell for each question and party that has none. It can be done again."""
        self.check_access("write")
        for questionnaire in self:
            if not questionnaire.question_ids or not questionnaire.party_ids:
                raise UserError(self.env._("Enter the questions and choose the parties first."))
            there = {
                (answer.question_id, answer.party_id) for answer in questionnaire._answers()
            }
            self.env["embassy.questionnaire.answer"].create(
                [
                    {"question_id": question.id, "party_id": party.id}
                    for question in questionnaire.question_ids
                    for party in questionnaire.party_ids
                    if (question, party) not in there
                ]
            )

    def action_write_letters(self):
        """Begin an appeal with the questions, one letter to each party."""
        self.ensure_one()
        self.action_fill()
        if not self.appeal_id:
            questions = Markup().join(
                Markup("<li>%s</li>") % question.name for question in self.question_ids
            )
            self.appeal_id = self.env["embassy.appeal"].create(
                {
                    "company_id": self.company_id.id,
                    "subject": self.name,
                    "kind": "request",
                    "topic_id": self.topic_id.id,
                    "body": Markup("<ol>%s</ol>") % questions,
                    "partner_ids": [Command.set(self.party_ids.ids)],
                }
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letters"),
            "res_model": "embassy.appeal",
            "res_id": self.appeal_id.id,
            "views": [(False, "form")],
        }

    def action_answers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "embassy_outreach.embassy_questionnaire_answer_action"
        )
        return {**action, "domain": [("questionnaire_id", "=", self.id)]}

    def _matrix(self):
        """The table of answers.

        :return: list of dict ``question`` (record) and ``answers`` (list of records in the order
            of ``party_ids``, empty where there is none)
        """
        self.ensure_one()
        cells = {(answer.question_id, answer.party_id): answer for answer in self._answers()}
        none = self.env["embassy.questionnaire.answer"]
        return [
            {
                "question": question,
                "answers": [cells.get((question, party), none) for party in self.party_ids],
            }
            for question in self.question_ids
        ]

    def action_make_briefing(self):
        """Begin a briefing with the table: it is published on the way of all briefings."""
        self.ensure_one()
        body = self.env["ir.qweb"]._render(
            "embassy_outreach.questionnaire_table", {"questionnaire": self}
        )
        briefing = self.env["embassy.briefing"].create(
            {
                "company_id": self.company_id.id,
                "title": self.name,
                "topic_id": self.topic_id.id,
                "body": body,
                "claim_ids": [
                    Command.create(
                        {
                            "text": ": ".join(
                                (answer.party_id.name, answer.question_id.name)
                            ),
                            "url": answer.url,
                        }
                    )
                    for answer in self._answers()
                    if answer.answer != "none"
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Briefing"),
            "res_model": "embassy.briefing",
            "res_id": briefing.id,
            "views": [(False, "form")],
        }
