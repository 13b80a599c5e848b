from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools import working_days

KINDS = [
    ("appeal", "Appeal"),
    ("statement", "Statement"),
    ("request", "Request"),
    ("reply", "Reply"),
    ("invitation", "Invitation"),
    ("thanks", "Thank-you letter"),
    ("protest", "Protest"),
    ("condolence", "Condolence"),
    ("note", "Briefing note"),
]
ASKING_KINDS = ("appeal", "request", "invitation", "protest")
STATES = [
    ("draft", "Draft"),
    ("review", "In review"),
    ("approved", "Approved"),
    ("registered", "Registered"),
    ("sent", "Sent"),
    ("awaiting", "Awaiting an answer"),
    ("assigned", "In work"),
    ("answered", "Answered"),
    ("no_answer", "No answer"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
NEXT_STATES = {
    "out": {
        "draft": ("review", "cancelled"),
        "review": ("draft", "approved", "cancelled"),
        "approved": ("draft", "registered", "cancelled"),
        "registered": ("sent", "awaiting", "cancelled"),
        "sent": ("answered", "closed"),
        "awaiting": ("answered", "no_answer"),
        "answered": ("closed",),
        "no_answer": ("answered", "closed"),
    },
    "in": {
        "draft": ("registered", "cancelled"),
        "registered": ("assigned", "closed", "cancelled"),
        "assigned": ("closed",),
    },
}
# The steps of the ladder: what follows when a letter stays without an answer.
LADDER = [
    ("again", "Second letter"),
    ("question", "Question by a member of parliament"),
    ("press", "Press"),
]
NEXT_STEP = {False: "again", "again": "question", "question": "press"}

WAITING = ("awaiting", "assigned")
ANSWER_DAYS = 30
# Days from the deadline on which whoever is responsible is told, in their order.
REMINDERS = (-7, 0, 14)
REMIND_BATCH = 200

# What a letter says: fixed when it leaves its author.
CONTENT = {
    "kind",
    "subject",
    "body",
    "partner_id",
    "salutation",
    "lang",
    "foreign_number",
    "date_foreign",
    "reply_to_id",
    "previous_id",
    "escalation",
}
# What the register alone writes down.
REGISTER = {
    "state",
    "number",
    "year",
    "serial",
    "author_ids",
    "approver_id",
    "date_sent",
    "date_answered",
    "reminded",
}


class EmbassyLetter(models.Model):
    """A letter out or in, and its line in the chapter's register.

    The register gives the number, once, when the letter is registered. A letter with a number
    is never deleted; one that is cancelled keeps its line.
    """

    _name = "embassy.letter"
    _inherit = ["embassy.chapter.mixin", "embassy.letter.mail.mixin"]
    _description = "Letter"
    _order = "date desc, id desc"
    _rec_names_search = ["number", "subject", "foreign_number"]

    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming")], required=True, default="out", readonly=True
    )
    kind = fields.Selection(KINDS, required=True, default="request")
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    number = fields.Char(readonly=True, copy=False, index="trigram")
    year = fields.Integer(readonly=True, copy=False)
    serial = fields.Integer("Number in the year", readonly=True, copy=False)
    date = fields.Date(required=True, copy=False, default=lambda self: self._default_date())
    subject = fields.Char(required=True, index="trigram")
    partner_id = fields.Many2one(
        "res.partner",
        "From or to",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('directory_kind', '!=', False), ('is_regime', '=', False)]",
    )
    partner_email = fields.Char("Their e-mail", related="partner_id.email")
    salutation = fields.Char("Form of address")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        default=lambda self: self._default_lang(),
    )
    body = fields.Html("Text", sanitize=True, sanitize_attributes=True)
    reference_id = fields.Many2one(
        "embassy.reference",
        "Insert a reference",
        store=False,
        help="Its citation is put at the end of the text.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        default=lambda self: self.env.user,
        copy=False,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    author_ids = fields.Many2many(
        "res.users", string="Written by", readonly=True, copy=False, context={"active_test": False}
    )
    approver_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)

    foreign_number = fields.Char(
        "Their number", index="trigram", help="The number that the sender gave the letter."
    )
    date_foreign = fields.Date("Their date")
    resolution = fields.Text(help="What is to be done about the letter.")

    expects_answer = fields.Boolean(
        "Expects an answer",
        compute="_compute_expects_answer",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_sent = fields.Date("Sent on", readonly=True, copy=False)
    date_deadline = fields.Date(
        "Deadline", copy=False, tracking=True, help="Empty: 30 days, moved to a working day."
    )
    days_left = fields.Integer("Days left", compute="_compute_days_left")
    date_answered = fields.Date("Answered on", readonly=True, copy=False)
    reminded = fields.Integer(readonly=True, copy=False, default=0)

    reply_to_id = fields.Many2one(
        "embassy.letter",
        "Answer to",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        domain="[('direction', '!=', direction), ('number', '!=', False)]",
    )
    answer_ids = fields.One2many("embassy.letter", "reply_to_id", "Answers")
    previous_id = fields.Many2one(
        "embassy.letter",
        "Follows",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        readonly=True,
    )
    commitment_ids = fields.One2many("embassy.commitment", "letter_id", "Commitments")
    next_ids = fields.One2many("embassy.letter", "previous_id", "Followed by")
    escalation = fields.Selection(LADDER, "Step", readonly=True, copy=False)

    appeal_id = fields.Many2one(
        "embassy.appeal",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        readonly=True,
        copy=False,
    )

    _numbered_once = models.UniqueIndex(
        "(company_id, direction, year, serial) WHERE serial > 0",
        "This number is in the register already.",
    )
    _number_with_state = models.Constraint(
        """CHECK (state = 'cancelled'
                  OR (state IN ('draft', 'review', 'approved')) = (COALESCE(serial, 0) = 0))""",
        "A letter gets its number when it is registered.",
    )
    _deadline_after_date = models.Constraint(
        "CHECK (date_deadline >= date)", "The deadline lies before the day of the letter."
    )
    _book_index = models.Index("(company_id, date DESC, id DESC)")
    _order_index = models.Index("(date DESC, id DESC)")
    _due_index = models.Index("(date_deadline, id) WHERE state IN ('awaiting', 'assigned')")
    _partner_index = models.Index("(partner_id, date DESC) WHERE partner_id IS NOT NULL")

    def _default_date(self):
        return fields.Date.context_today(self)

    def _default_lang(self):
        # sudo: the language of the chapter's own letterhead
        chapter_sudo = self.env.company.sudo()
        return chapter_sudo.partner_id.lang or self.env.lang

    @api.depends("number", "subject")
    def _compute_display_name(self):
        for letter in self:
            letter.display_name = " ".join(filter(None, (letter.number, letter.subject)))

    @api.depends("kind", "direction")
    def _compute_expects_answer(self):
        for letter in self:
            letter.expects_answer = letter.direction == "out" and letter.kind in ASKING_KINDS

    @api.depends("date_deadline")
    @api.depends_context("tz")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for letter in self:
            letter.days_left = letter.date_deadline and (letter.date_deadline - today).days

    @api.constrains("partner_id")
    def _check_partner_id(self):
        self.env["res.partner"]._regime_guard(self.partner_id)

    @api.constrains("reply_to_id", "direction")
    def _check_reply_to_id(self):
        for letter in self:
            if letter.reply_to_id and letter.reply_to_id.direction == letter.direction:
                raise ValidationError(
                    self.env._("An incoming letter answers one that was sent, and the reverse.")
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Address somebody as in the last letter, and in their language."""
        if not self.partner_id:
            return
        last = self.search(
            [("partner_id", "=", self.partner_id.id), ("direction", "=", "out")], limit=1
        )
        self.salutation = last.salutation or self.salutation
        self.lang = last.lang or self.partner_id.lang or self.lang

    @api.onchange("reference_id")
    def _onchange_reference_id(self):
        if self.reference_id:
            citation = self.reference_id._insert_html(self.lang)
            self.body = (self.body or Markup()) + citation
            self.reference_id = False

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(REGISTER & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("The register alone writes this down."))
        for chapter_id in {vals.get("company_id", self.env.company.id) for vals in vals_list}:
            self._check_takes_letters(chapter_id)
        letters = super().create(vals_list)
        # sudo: who wrote a letter is written down by the register
        letters_sudo = letters.sudo()
        letters_sudo.filtered(lambda letter: not letter.author_ids).author_ids = self.env.user
        return letters

    def write(self, vals):
        if not self.env.su and REGISTER & vals.keys():
            raise AccessError(self.env._("The register alone writes this down."))
        if "direction" in vals or "company_id" in vals:
            raise UserError(self.env._("A letter stays in its register. Write a new one."))
        written = CONTENT & vals.keys()
        if written:
            self._check_is_draft()
        if "date_deadline" in vals:
            # A new deadline is reminded of anew.
            # sudo: the register's own column, beside what the writer may write
            letters_sudo = self.sudo()
            letters_sudo.filtered("reminded").reminded = 0
        result = super().write(vals)
        if written:
            # sudo: who wrote a letter is written down by the register
            letters_sudo = self.sudo()
            for letter in letters_sudo:
                letter.author_ids |= self.env.user
        return result

    def _check_is_draft(self):
        if any(letter.state != "draft" for letter in self):
            raise UserError(
                self.env._("The text of a letter is changed while it is a draft. Send it back.")
            )

    @api.model
    def _check_takes_letters(self, company_id):
        # sudo: the level of a chapter is public
        chapter_sudo = self.env["res.company"].sudo().browse(company_id or [])
        if not chapter_sudo or not chapter_sudo._has_capability("letters"):
            raise UserError(
                self.env._(
                    "This chapter keeps no letters. Raise its level to Initiative group first."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        if any(letter.serial for letter in self):
            raise UserError(
                self.env._("A letter with a number stays in the register. Cancel it instead.")
            )

    def _move(self, state, **values):
        """Take the letters to another state, with what the register writes down about it."""
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for letter in self:
            if state not in NEXT_STATES[letter.direction].get(letter.state, ()):
                raise UserError(
                    self.env._(
                        "A letter cannot go from %(state)s to %(next_state)s.",
                        state=labels[letter.state],
                        next_state=labels[state],
                    )
                )
        # sudo: the register writes, after the right to the letter was asked for
        letters_sudo = self.sudo()
        letters_sudo.write({"state": state, **values})

    def _check_is_whole(self):
        for letter in self:
            if not letter.partner_id:
                raise UserError(self.env._("Say who the letter is from or to."))
        self._check_may_leave()

    def _check_may_leave(self):
        """Ask again before anything leaves: much may have changed since the draft.

        An answer goes to whoever asked, also to somebody who wants no letters of ours.
        """
        self._check_partner_id()
        own = self.filtered(lambda letter: letter.direction == "out" and not letter.reply_to_id)
        for chapter, letters in own.grouped("company_id").items():
            self.env["res.partner"]._no_contact_guard(letters.partner_id, chapter)

    def _give_numbers(self):
        """Write the letters down in their registers. A batch gets numbers without a gap.

        :raise UserError: if the chapter has no code to begin its numbers with
        """
        today = fields.Date.context_today(self)
        # sudo: the code of a chapter is public
        chapters_sudo = self.company_id.sudo()
        codes = {chapter.id: chapter.chapter_code for chapter in chapters_sudo}
        if not all(codes.values()):
            raise UserError(self.env._("Give the chapter its code first: numbers begin with it."))
        # What is written below is all that happens while others wait for their number.
        self.env.flush_all()
        Counter = self.env["embassy.letter.counter"]
        registers = self.grouped(lambda letter: (letter.company_id, letter.direction))
        for (chapter, direction), letters in sorted(
            registers.items(), key=lambda item: (item[0][0].id, item[0][1])
        ):
            serials = Counter._take(chapter, direction, today.year, len(letters))
            for letter, serial in zip(letters.sorted("id"), serials, strict=True):
                number = f"{codes[chapter.id]}-{direction.upper()}-{today.year}-{serial:04d}"
                letter._move(
                    "registered", number=number, year=today.year, serial=serial, date=today
                )

    def _deadline_from(self, day):
        """The last day for an answer to what was sent on the given day.

        :param day: ``datetime.date``
        :return: ``datetime.date``, a working day in the chapter's country
        :raise UserError: if nobody knows the days off there
        """
        self.ensure_one()
        # sudo: the country of a chapter is public
        country_sudo = self.company_id.sudo().country_id
        try:
            return working_days.first_working_day(
                day + timedelta(days=ANSWER_DAYS), country_sudo.code
            )
        except working_days.UnknownCalendarError as error:
            raise UserError(
                self.env._(
                    "No calendar of working days is known for the country of this chapter"
                    " (%(country)s). Correct the country, or enter the deadline by hand.",
                    country=country_sudo.name or "–",
                )
            ) from error

    def _addressee_lines(self):
        """What stands under the name of the addressee (list of str): office, body, address."""
        self.ensure_one()
        partner = self.partner_id
        mandate = partner.mandate_ids.filtered(lambda mandate: mandate.state == "current")[:1]
        address = partner if partner.street or partner.city else mandate.body_id
        place = " ".join(filter(None, (address.zip, address.city)))
        lines = [mandate.role, mandate.body_id.name, address.street, address.street2, place]
        return [line for line in lines if line] + address.country_id.mapped("name")

    def action_review(self):
        self._check_is_whole()
        self._move("review")

    def action_approve(self):
        for letter in self:
            # sudo: those who wrote it may have left the chapter since
            letter_sudo = letter.sudo()
            if self.env.user in letter_sudo.author_ids:
                raise AccessError(
                    self.env._("Somebody who did not write the letter approves it.")
                )
        self._move("approved", approver_id=self.env.uid)

    def action_draft(self):
        self._move("draft", approver_id=False)

    def action_register(self):
        self._check_is_whole()
        self._give_numbers()
        for letter in self.filtered(lambda letter: letter.direction == "in"):
            letter.reply_to_id._answered(letter.date)
            self.env["embassy.relation"]._heard_of(
                letter.company_id, letter.partner_id, letter.date
            )

    def action_send(self):
        """Note that the letters have left on paper, by post or by hand."""
        self._leave()

    def _leave(self):
        self._check_may_leave()
        today = fields.Date.context_today(self)
        for letter in self:
            values = {"date_sent": today}
            if letter.expects_answer and not letter.date_deadline:
                values["date_deadline"] = letter._deadline_from(today)
            letter._move("awaiting" if letter.expects_answer else "sent", **values)
            query = letter.reply_to_id
            if query.state in ("registered", "assigned"):
                query._move("closed", date_answered=today)

    def action_assign(self):
        for letter in self:
            if not letter.user_id:
                raise UserError(self.env._("Say who is responsible for the letter."))
            values = {}
            if not letter.date_deadline:
                values["date_deadline"] = letter._deadline_from(letter.date)
            letter._move("assigned", **values)
        (self.user_id - self.env.user)._tell_news()

    def _answered(self, day):
        waiting = self.filtered(lambda letter: letter.state in ("sent", "awaiting", "no_answer"))
        waiting._move("answered", date_answered=day)

    def action_no_answer(self):
        self._move("no_answer")

    def action_close(self):
        self._move("closed")

    def action_cancel(self):
        self._move("cancelled")

    def _action_new(self, name, **values):
        """Open a new letter that goes on from this one."""
        self.ensure_one()
        self.check_access("write")
        context = {f"default_{key}": value for key, value in values.items()}
        context["default_company_id"] = self.company_id.id
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": context,
        }

    def action_answer_arrived(self):
        """Enter the answer; when it is registered, this letter is answered."""
        return self._action_new(
            self.env._("Answer"),
            direction="in",
            kind="reply",
            reply_to_id=self.id,
            partner_id=self.partner_id.id,
            subject=self.subject,
        )

    def action_answer(self):
        """Write the answer; when it is sent, this letter is done."""
        return self._action_new(
            self.env._("Answer"),
            direction="out",
            kind="reply",
            reply_to_id=self.id,
            partner_id=self.partner_id.id,
            subject=self.subject,
            salutation=self.salutation,
            lang=self.lang,
        )

    def action_commitment(self):
        """Write down what the letter promises."""
        self.ensure_one()
        if self.direction != "in" or not self.number:
            raise UserError(self.env._("A promise stands in a letter that came and is registered."))
        source = " ".join(
            filter(None, (self.number, self.foreign_number and f"({self.foreign_number})"))
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Commitment"),
            "res_model": "embassy.commitment",
            "views": [(False, "form")],
            "context": {
                "default_letter_id": self.id,
                "default_company_id": self.company_id.id,
                "default_partner_id": self.partner_id.id,
                "default_date": self.date_foreign or self.date,
                "default_source": source,
            },
        }

    def action_escalate(self):
        """Go a step up the ladder: a second letter, a question in parliament, the press."""
        step = NEXT_STEP.get(self.escalation)
        if not step:
            raise UserError(self.env._("The press is the last step. Close the letter."))
        if self.state == "awaiting":
            self._move("no_answer")
        values = {"direction": "out", "previous_id": self.id, "escalation": step}
        if step == "again":
            values |= {
                "kind": self.kind,
                "partner_id": self.partner_id.id,
                "salutation": self.salutation,
                "body": self.body,
            }
        else:
            values["kind"] = "statement" if step == "press" else "request"
        return self._action_new(
            dict(self._fields["escalation"]._description_selection(self.env))[step],
            subject=self.subject,
            lang=self.lang,
            **values,
        )

    @api.model
    def _cron_remind(self):
        """Tell those responsible a week before a deadline, on its day, and two weeks after.

        Which reminder was told is stored, so a job that runs twice tells nothing twice.
        """
        today = fields.Date.today()
        due = [
            Domain("date_deadline", "<=", today - timedelta(days=days))
            & Domain("reminded", "<", step)
            for step, days in enumerate(REMINDERS, start=1)
        ]
        domain = Domain("state", "in", WAITING) & Domain.OR(due)
        while letters := self.search(domain, limit=REMIND_BATCH, order="date_deadline, id"):
            steps = defaultdict(self.browse)
            for letter in letters:
                late = (today - letter.date_deadline).days
                step = sum(late >= days for days in REMINDERS)
                steps[step] |= letter
            for step, group in steps.items():
                group.reminded = step
            orphans = letters.filtered(lambda letter: not letter.user_id.active)
            (letters.user_id | orphans.company_id._coordinators())._tell_news()
            remaining = self.search_count(domain)
            if self.env["ir.cron"]._commit_progress(len(letters), remaining=remaining) <= 0:
                break
