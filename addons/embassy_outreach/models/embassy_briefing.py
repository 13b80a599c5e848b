from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.public_html import public_html

STATES = [
    ("draft", "Draft"),
    ("checked", "Facts checked"),
    ("translated", "Translated"),
    ("approved", "Approved"),
    ("published", "Published"),
    ("withdrawn", "Withdrawn"),
]
NEXT_STATES = {
    "draft": ("checked",),
    "checked": ("translated", "draft"),
    "translated": ("approved", "draft"),
    "approved": ("published", "draft"),
    "published": ("withdrawn",),
    "withdrawn": (),
}
# What is said, to whom, and on whose authority: of a draft alone it changes.
CONTENT = {
    "title",
    "body",
    "topic_id",
    "language_id",
    "translation_of_id",
    "audience",
    "claim_ids",
    "company_id",
}
# What the steps write, and nobody by hand.
BY_STEPS = {
    "author_id",
    "writer_ids",
    "checked_by_id",
    "approved_by_id",
    "published_on",
    "withdrawn_on",
}


AUDIENCES = [("all", "All who asked for it"), ("press", "The press alone")]


class EmbassyBriefing(models.Model):
    """What a chapter tells everybody about a topic, in one language.

    Each claim has its source before the facts count as checked; a coordinator who wrote nothing
    of it approves it; from the check on nothing in it changes. A translation is a briefing of its
    own that leans on the checked facts of the one it translates.
    """

    _name = "embassy.briefing"
    _inherit = ["embassy.chapter.mixin"]
    _description = "Briefing"
    _order = "published_on desc, id desc"
    _rec_name = "title"

    title = fields.Char(required=True)
    body = fields.Html("Text", strip_style=True, strip_classes=True)
    topic_id = fields.Many2one(
        "embassy.topic", required=True, index=True, ondelete="restrict", check_company=True
    )
    language_id = fields.Many2one(
        "res.lang",
        required=True,
        ondelete="restrict",
        context={"active_test": False},
        default=lambda self: self._default_language_id(),
    )
    translation_of_id = fields.Many2one(
        "embassy.briefing",
        "Translates",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    translation_ids = fields.One2many("embassy.briefing", "translation_of_id", "Translations")
    claim_ids = fields.One2many("embassy.briefing.claim", "briefing_id", "Claims")
    reference_id = fields.Many2one(
        "embassy.reference",
        "Insert a reference",
        store=False,
        help="Its citation is put at the end of the text.",
    )
    is_consented = fields.Boolean(
        "No identifiable victim without written consent",
        copy=False,
        help="Nobody who suffered can be recognised in it, or everybody who can has agreed to it"
        " in writing.",
    )
    audience = fields.Selection(
        AUDIENCES, "By mail to", required=True, default="all", help="The public page is for all."
    )
    active = fields.Boolean(default=True)

    state = fields.Selection(STATES, required=True, default="draft", copy=False, group_expand=True)
    author_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        default=lambda self: self._default_author_id(),
        check_company=True,
    )
    writer_ids = fields.Many2many(
        "res.users", "embassy_briefing_writer_rel", string="Written by", readonly=True, copy=False
    )
    checked_by_id = fields.Many2one(
        "res.users", "Facts checked by", readonly=True, copy=False, check_company=True
    )
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, check_company=True
    )
    published_on = fields.Datetime("Published", readonly=True, copy=False)
    withdrawn_on = fields.Datetime("Withdrawn", readonly=True, copy=False)
    page_path = fields.Char("Public page", compute="_compute_page_path")

    _dates_of_states = models.Constraint(
        "CHECK (state NOT IN ('published', 'withdrawn') OR published_on IS NOT NULL)",
        "A published briefing has the day when it was published.",
    )
    _order_idx = models.Index("(company_id, published_on DESC, id DESC)")
    _public_idx = models.Index(
        "(company_id, language_id, published_on DESC, id DESC) WHERE state = 'published'"
    )
    _one_translation = models.UniqueIndex(
        "(translation_of_id, language_id) WHERE state != 'withdrawn'",
        "This briefing has a translation into that language already.",
    )

    def _default_language_id(self):
        return self.env["res.lang"]._get_data(code=self.env.lang or "en_US").id

    def _default_author_id(self):
        return self.env.user

    @api.depends("company_id", "state")
    def _compute_page_path(self):
        for briefing in self:
            # sudo: the address of a chapter's page is public
            chapter_sudo = briefing.sudo().company_id
            shown = briefing.state == "published" and briefing.id and chapter_sudo.is_page_open
            briefing.page_path = shown and f"{chapter_sudo.page_path}/briefings/{briefing.id}"

    @api.constrains("translation_of_id", "language_id")
    def _check_translation_of_id(self):
        for briefing in self.filtered("translation_of_id"):
            original = briefing.translation_of_id
            if original == briefing or original.translation_of_id:
                raise ValidationError(self.env._("Translate the first text, not a translation."))
            if original.language_id == briefing.language_id:
                raise ValidationError(
                    self.env._("A translation is in another language than the first text.")
                )

    @api.onchange("reference_id")
    def _onchange_reference_id(self):
        """Put the citation of a reference at the end of the text."""
        if self.reference_id:
            lang = self.language_id.code if self.language_id.active else None
            self.body = (self.body or "") + self.reference_id._insert_html(lang)
            self.reference_id = False

    @api.model_create_multi
    def create(self, vals_list):
        """A briefing begins as a draft of who makes it; the system alone may begin later."""
        if not self.env.su:
            taken = {"state", "is_consented", *BY_STEPS}
            vals_list = [
                {name: vals[name] for name in vals if name not in taken} for vals in vals_list
            ]
        briefings = super().create(vals_list)
        briefings._note_writer()
        return briefings

    def write(self, vals):
        if BY_STEPS & vals.keys() and not self.env.su:
            raise AccessError(self.env._("Who did a step of a briefing is noted by the step."))
        if CONTENT & vals.keys():
            self._check_changeable()
        if vals.get("is_consented"):
            self._check_tickable()
        if not vals.get("active", True):
            self._check_not_public()
        if "state" in vals:
            for briefing in self:
                briefing._check_move(vals["state"])
            vals = {**vals, **self._noted(vals["state"])}
        result = super().write(vals)
        if CONTENT & vals.keys():
            self._note_writer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(briefing.state in ("published", "withdrawn") for briefing in self):
            raise UserError(self.env._("What was published once stays on record."))

    def _check_tickable(self):
        """What nobody can change any more is read for victims, and nothing that still grows."""
        if any(briefing.state not in ("checked", "translated") for briefing in self):
            raise UserError(
                self.env._("Tick it when the facts are checked, and before the approval.")
            )

    def _check_not_public(self):
        if any(briefing.state in ("approved", "published") for briefing in self):
            raise UserError(self.env._("Withdraw it instead of archiving it."))

    def _check_changeable(self):
        """Refuse to change what somebody checked or approved."""
        if any(briefing.state != "draft" for briefing in self):
            raise UserError(
                self.env._(
                    "What was checked or approved does not change. Take it back to draft first."
                )
            )

    def _note_writer(self):
        """Remember who wrote of it, and so does not approve it."""
        if self.env.user._is_superuser():
            return
        # sudo: nobody chooses who counts as a writer
        for briefing_sudo in self.sudo():
            if self.env.user not in briefing_sudo.writer_ids:
                briefing_sudo.writer_ids += self.env.user

    def _check_move(self, state):
        """Refuse a state that does not follow, or whose conditions are not met."""
        self.ensure_one()
        if state == self.state:
            return
        if state not in NEXT_STATES[self.state]:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "A briefing cannot go from %(state)s to %(next_state)s.",
                    state=labels[self.state],
                    next_state=labels.get(state, ""),
                )
            )
        check = getattr(self, f"_check_{state}", None)
        if check:
            check()

    def _check_draft(self):
        if "published" in self.translation_ids.mapped("state"):
            raise UserError(
                self.env._("A translation of it is published. Withdraw the translation first.")
            )

    def _check_checked(self):
        """Each claim names where it stands; a translation leans on the facts of the first text."""
        if not public_html(self.body):
            raise UserError(self.env._("Write the text first."))
        original = self.translation_of_id
        if original:
            if original.state in ("draft", "withdrawn"):
                raise UserError(self.env._("Check the facts of the first text first."))
            return
        if not self.claim_ids:
            raise UserError(self.env._("List the claims of the text, each with its source."))
        if bare := self.claim_ids.filtered(lambda claim: not claim._is_sourced()):
            raise UserError(
                self.env._("This claim has no source yet: %(claim)s", claim=bare[0].text)
            )

    def _check_approved(self):
        self._check_coordinator()
        if self.env.user in self.author_id + self.writer_ids:
            raise AccessError(
                self.env._("Who wrote of a briefing does not approve it. Ask another coordinator.")
            )
        if not self.is_consented:
            raise UserError(
                self.env._(
                    "Read whether somebody who suffered can be recognised, and tick that nobody is"
                    " without written consent."
                )
            )

    def _check_published(self):
        original = self.translation_of_id
        if original and original.state not in ("approved", "published"):
            raise UserError(self.env._("The first text is not approved yet."))

    def _check_withdrawn(self):
        self._check_coordinator()

    def _check_coordinator(self):
        if not (self.env.su or self.env.user.has_group("embassy_core.group_coordinator")):
            raise AccessError(self.env._("A coordinator approves and withdraws briefings."))

    def _noted(self, state):
        """What is written down when briefings come into a state (dict of values)."""
        now, uid = fields.Datetime.now(), self.env.uid
        return {
            "draft": {"checked_by_id": False, "approved_by_id": False, "is_consented": False},
            "checked": {"checked_by_id": uid},
            "approved": {"approved_by_id": uid},
            "published": {"published_on": now},
            "withdrawn": {"withdrawn_on": now},
        }.get(state, {})

    def action_check(self):
        self.write({"state": "checked"})

    def action_translated(self):
        """Its words are final in this language; who may approve hears that there is news."""
        self.write({"state": "translated"})
        for briefing in self:
            # sudo: who may approve it and who wrote it, to tell the ones without the others
            briefing_sudo = briefing.sudo()
            approvers_sudo = briefing_sudo.company_id._coordinators() - briefing_sudo.writer_ids
            approvers_sudo._tell_news()

    def action_approve(self):
        self.write({"state": "approved"})

    def action_publish(self):
        self.write({"state": "published"})

    def action_withdraw(self):
        """Take it off the public page, and with it what leans on its facts."""
        public = self.translation_ids.filtered(lambda row: row.state == "published")
        (self + public).write({"state": "withdrawn"})
        self._leaning().action_back_to_draft()
        (self + public)._stop_mails()

    def _stop_mails(self):
        """Keep back the mails that wait to go; what has not been made is refused by the queue."""
        # sudo: mails of the system, of these briefings' mailings alone
        mails_sudo = self.env["mail.mail"].sudo()
        mails_sudo.search(
            [("mailing_id.briefing_id", "in", self.ids), ("state", "=", "outgoing")]
        ).cancel()

    def action_back_to_draft(self):
        """Take it back to be changed, and with it what leans on its facts."""
        (self | self._leaning()).write({"state": "draft"})

    def _leaning(self):
        """Translations on their way whose facts are those of these briefings."""
        on_their_way = ("checked", "translated", "approved")
        return self.translation_ids.filtered(lambda row: row.state in on_their_way)

    def action_translate(self):
        """Open a new briefing that translates this one."""
        self.ensure_one()
        original = self.translation_of_id or self
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Translation"),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {
                "default_translation_of_id": original.id,
                "default_topic_id": original.topic_id.id,
                "default_company_id": original.company_id.id,
                "default_title": original.title,
                "default_body": original.body,
                "default_language_id": False,
            },
        }

    def action_send(self):
        """Open the mailing of a published briefing, which is made the first time."""
        self.ensure_one()
        if self.state != "published":
            raise UserError(self.env._("Publish it first."))
        mailings = self.env["mailing.mailing"]
        mailing = mailings.search([("briefing_id", "=", self.id)], limit=1)
        if not mailing:
            mailing = mailings.create(self._mailing_values())
            # sudo: nobody says by hand that a mailing is a briefing's; this one has its words
            mailing_sudo = mailing.sudo()
            mailing_sudo.briefing_id = self
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("By mail"),
            "res_model": mailing._name,
            "res_id": mailing.id,
            "views": [
                (self.env.ref("embassy_outreach.mailing_mailing_view_form_briefing").id, "form")
            ],
        }

    def _mailing_values(self):
        """The mailing of this briefing: its words, from the chapter, to who asked for them."""
        subscribers = self.env["embassy.subscriber"]
        domain = [
            ("state", "=", "confirmed"),
            ("language_id", "=", self.language_id.id),
            "|",
            ("topic_ids", "=", False),
            ("topic_ids", "in", self.topic_id.ids),
        ]
        if self.audience == "press":
            domain.append(("kind", "=", "press"))
        sender = subscribers._sender_of(self.company_id)
        body = self._mail_body()
        return {
            "company_id": self.company_id.id,
            "subject": self.title,
            "body_arch": body,
            "body_html": body,
            "email_from": sender,
            "reply_to": sender,
            "mailing_model_id": self.env["ir.model"]._get_id(subscribers._name),
            "mailing_domain": repr(domain),
        }

    def _mail_body(self):
        lang = self.language_id
        here = self.with_context(lang=lang.code if lang.active else self.env.lang)
        base = here.get_base_url()
        return here.env["ir.qweb"]._render(
            "embassy_outreach.briefing_mail",
            {
                "briefing": here,
                "chapter": here.company_id,
                "tag": self._language_tag(),
                "body": public_html(self.body),
                "sources": self._sources(),
                "page": self.page_path and f"{base}{self.page_path}",
                # Odoo puts the recipient's own address here when the mail goes.
                "leave": f"{base}/unsubscribe_from_list",
            },
            minimal_qcontext=True,
        )

    def action_view_page(self):
        self.ensure_one()
        if not self.page_path:
            raise UserError(self.env._("It is on the public page once it is published."))
        return {"type": "ir.actions.act_url", "url": self.page_path, "target": "new"}

    # Public pages

    @api.model
    def _public_domain(self, chapter):
        """What of a chapter everybody reads (list)."""
        return [
            ("company_id", "=", chapter.id),
            ("state", "=", "published"),
            ("active", "=", True),
        ]

    @api.model
    def _public_languages(self, chapter):
        """Languages in which a chapter has something published (res.lang), by their codes."""
        groups = self._read_group(self._public_domain(chapter), ["language_id"])
        return self.env["res.lang"].union(*(lang for (lang,) in groups)).sorted("code")

    @api.model
    def _last_change(self, chapter, lang):
        """When something was published or withdrawn last, in one language (datetime)."""
        [times] = self._read_group(
            [("company_id", "=", chapter.id), ("language_id", "=", lang.id)],
            aggregates=["published_on:max", "withdrawn_on:max"],
        )
        return max(filter(None, times), default=chapter.create_date)

    def _language_tag(self):
        return self.language_id._tag()

    def _direction(self):
        return self.language_id.direction

    def _sources(self):
        """Where the claims stand, each source once: list of pairs of text and address."""
        self.ensure_one()
        lang = self.language_id.code if self.language_id.active else None
        original = self.translation_of_id or self
        return list(dict.fromkeys(claim._source(lang) for claim in original.claim_ids))
