from collections import defaultdict

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .embassy_letter import KINDS

# What stands in a text for the one who gets it.
MARKS = ("{name}", "{role}", "{body}")
TEXT = {"subject", "kind", "lang", "salutation", "body"}
# In the order of the steps; a letter beyond them has left.
STEPS = ("draft", "review", "approved", "registered")


class EmbassyAppeal(models.Model):
    """One appeal to many: each gets a letter of their own, with a number of its own."""

    _name = "embassy.appeal"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Appeal to many"
    _order = "create_date desc, id desc"
    _rec_name = "subject"

    subject = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="appeal")
    topic_id = fields.Many2one(
        "embassy.topic", index="btree_not_null", ondelete="restrict", check_company=True
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self._default_lang(),
    )
    salutation = fields.Char(
        "Form of address",
        default=lambda self: self._default_salutation(),
        help="{name}, {role} and {body} stand for whom the letter goes to.",
    )
    body = fields.Html(
        "Text", help="{name}, {role} and {body} stand for whom the letter goes to."
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="People",
        check_company=True,
        domain="[('directory_kind', '!=', False), ('is_regime', '=', False)]",
    )
    author_ids = fields.Many2many(
        "res.users", string="Written by", readonly=True, copy=False, context={"active_test": False}
    )
    letter_ids = fields.One2many("embassy.letter", "appeal_id", "Letters")
    active = fields.Boolean(default=True)

    person_count = fields.Integer("Number of people", compute="_compute_counts")
    letter_count = fields.Integer("Number of letters", compute="_compute_counts")
    sent_count = fields.Integer("Letters sent", compute="_compute_counts")
    answered_count = fields.Integer("Number of answers", compute="_compute_counts")
    step = fields.Selection(
        [
            ("new", "New"),
            ("draft", "Draft"),
            ("review", "In review"),
            ("approved", "Approved"),
            ("registered", "Registered"),
            ("sent", "Sent"),
        ],
        compute="_compute_counts",
        help="Where the letter that is farthest back stands.",
    )

    _order_index = models.Index("(create_date DESC, id DESC)")

    def _default_lang(self):
        return self.env["embassy.letter"]._default_lang()

    def _default_salutation(self):
        return self.env._("Dear {name},")

    @api.depends("letter_ids.state", "partner_ids")
    def _compute_counts(self):
        states = defaultdict(dict)
        for appeal, state, count in self.env["embassy.letter"]._read_group(
            [("appeal_id", "in", self.ids)], ["appeal_id", "state"], ["__count"]
        ):
            states[appeal.id][state] = count
        for appeal in self:
            counts = {
                state: count
                for state, count in states[appeal.id].items()
                if state != "cancelled"
            }
            appeal.person_count = len(appeal.partner_ids)
            appeal.letter_count = sum(counts.values())
            appeal.sent_count = sum(
                count for state, count in counts.items() if state not in STEPS
            )
            appeal.answered_count = counts.get("answered", 0)
            behind = [step for step in STEPS if counts.get(step)]
            appeal.step = behind[0] if behind else "sent" if counts else "new"

    @api.constrains("partner_ids")
    def _check_partner_ids(self):
        self.env["res.partner"]._regime_guard(self.partner_ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_letters(self):
        if any(appeal.letter_count for appeal in self):
            raise UserError(self.env._("This appeal has letters. Archive it instead."))

    @api.model_create_multi
    def create(self, vals_list):
        appeals = super().create([{**vals, "author_ids": False} for vals in vals_list])
        appeals._note_author()
        return appeals

    def write(self, vals):
        if "author_ids" in vals and not self.env.su:
            raise AccessError(self.env._("The register alone writes this down."))
        if TEXT & vals.keys() and any(appeal.letter_count for appeal in self):
            raise UserError(
                self.env._("The letters are written already. Change each of them, or cancel them.")
            )
        result = super().write(vals)
        if TEXT & vals.keys():
            self._note_author()
        return result

    def _note_author(self):
        # sudo: who wrote the text is written down, and approves none of its letters
        appeals_sudo = self.sudo()
        for appeal in appeals_sudo:
            appeal.author_ids |= self.env.user

    def _texts_for(self, partners):
        """What a letter to each of them says (dict of partner to pair of salutation and body)."""
        self.ensure_one()
        mandates = self.env["embassy.mandate"].search(
            [("person_id", "in", partners.ids)], order="date_start desc, id desc"
        )
        current = mandates.filtered(lambda mandate: mandate.state == "current")
        mandate_of = {person: rows[0] for person, rows in current.grouped("person_id").items()}
        texts = {}
        for partner in partners:
            mandate = mandate_of.get(partner, mandates.browse())
            values = (partner.name, mandate.role or "", mandate.body_id.name or "")
            salutation, body = self.salutation or "", self.body or Markup()
            for mark, value in zip(MARKS, values, strict=True):
                salutation = salutation.replace(mark, value)
                body = body.replace(mark, escape(value))
            texts[partner] = (salutation, body)
        return texts

    def action_prepare(self):
        """Write the letter to everybody chosen who has none yet. It can be done again."""
        self.ensure_one()
        self.check_access("write")
        if not self.body:
            raise UserError(self.env._("Write the text of the appeal first."))
        letters = self.with_context(active_test=False).letter_ids
        missing = self.partner_ids - letters.filtered(
            lambda letter: letter.state != "cancelled"
        ).partner_id
        if not missing:
            raise UserError(
                self.env._("Choose people first. Who is chosen already has a letter.")
            )
        created = self.env["embassy.letter"].create(
            [
                {
                    "appeal_id": self.id,
                    "company_id": self.company_id.id,
                    "kind": self.kind,
                    "subject": self.subject,
                    "lang": self.lang,
                    "partner_id": partner.id,
                    "salutation": salutation,
                    "body": body,
                }
                for partner, (salutation, body) in self._texts_for(missing).items()
            ]
        )
        # sudo: who wrote the appeal wrote the letters; the register writes that down
        created_sudo = created.sudo()
        created_sudo.author_ids = self.env.user | created_sudo.appeal_id.author_ids

    def _letters_in(self, state):
        self.ensure_one()
        letters = self.letter_ids.filtered(lambda letter: letter.state == state)
        if not letters:
            raise UserError(self.env._("No letter of this appeal is at this step."))
        return letters

    def action_review(self):
        self._letters_in("draft").action_review()

    def action_approve(self):
        self._letters_in("review").action_approve()

    def action_draft(self):
        self._letters_in("review").action_draft()

    def action_register(self):
        self._letters_in("approved").action_register()

    def action_mail(self):
        """Send to all who have an address; the others wait for the post."""
        letters = self._letters_in("registered")
        reachable = letters.filtered("partner_id.email_normalized")
        if not reachable:
            raise UserError(self.env._("None of these people has an e-mail address."))
        reachable.action_mail()

    def action_letters(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "embassy_outreach.embassy_letter_action"
        )
        return {**action, "domain": [("appeal_id", "=", self.id)], "context": {"create": False}}

    def action_choose(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose people"),
            "res_model": "embassy.appeal.choose",
            "view_mode": "form",
            "target": "new",
            "context": {"default_appeal_id": self.id, "default_topic_id": self.topic_id.id},
        }

    def _people(self, body=None, faction=None, topic=None, stances=()):
        """Whom an appeal may go to, by seat, party and stance.

        :param body: ``res.partner`` or None, a parliament, a committee or another body
        :param faction: ``res.partner`` or None, a party or a faction
        :param topic: ``embassy.topic`` or None
        :param stances: values of ``embassy.stance.stance``; with them a topic is needed
        :return: ``res.partner`` people in office whom this chapter sees, without the regime and
            those who are not to be contacted
        """
        self.ensure_one()
        seats = self.env["embassy.mandate"]._domain_current()
        if body:
            seats &= Domain("body_id", "=", body.id)
        if faction:
            seats &= Domain("faction_id", "=", faction.id)
        people = Domain("directory_kind", "=", "person")
        if body or faction:
            people &= Domain("mandate_ids", "any", seats)
        current = Domain("company_id", "=", self.company_id.id) & Domain("is_current", "=", True)
        if stances:
            people &= Domain(
                "current_stance_ids",
                "any",
                current & Domain("topic_id", "=", topic.id) & Domain("stance", "in", stances),
            )
        people &= Domain(
            "current_stance_ids", "not any", current & Domain("stance", "=", "no_contact")
        )
        return self.env["res.partner"].search(people & Domain("is_regime", "=", False))
