import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, consteq, email_normalize, formataddr, hmac

KINDS = [("reader", "Reader"), ("press", "Press")]
STATES = [("asked", "Asked"), ("confirmed", "Confirmed")]
# Who did not answer is forgotten after this, and asked again no sooner than that.
ASKED_DAYS = 7
AGAIN = timedelta(hours=1)
BATCH = 1000
TOKEN = re.compile(r"([0-9]{1,9})-([0-9a-f]{64})")
BY_STEPS = {"state", "asked_on", "confirmed_on"}


class EmbassySubscriber(models.Model):
    """An address that gets a chapter's briefings because the person behind it has said so.

    Whoever enters it, it gets one mail with a link, and nothing more until the person behind it
    has chosen there. Who leaves is deleted; who does not answer as well.
    """

    _name = "embassy.subscriber"
    _inherit = ["mail.thread.blacklist", "embassy.chapter.mixin"]
    _description = "Subscriber"
    _order = "id desc"
    _rec_name = "email"
    _mailing_enabled = True

    email = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="reader")
    name = fields.Char("Newspaper, station or desk", help="Of the press alone.")
    language_id = fields.Many2one(
        "res.lang",
        required=True,
        ondelete="restrict",
        context={"active_test": False},
        help="In which briefings come.",
    )
    topic_ids = fields.Many2many(
        "embassy.topic", string="Topics", check_company=True, help="None: all of them."
    )
    state = fields.Selection(STATES, required=True, default="asked", readonly=True, copy=False)
    asked_on = fields.Datetime("Asked", readonly=True, copy=False)
    confirmed_on = fields.Datetime("Confirmed", readonly=True, copy=False)

    _address_unique = models.UniqueIndex(
        "(company_id, email_normalized)", "This address is on the list already."
    )
    _order_idx = models.Index("(company_id, id DESC)")
    _recipients_idx = models.Index("(company_id, language_id) WHERE state = 'confirmed'")

    @api.constrains("email")
    def _check_email(self):
        for subscriber in self:
            if not email_normalize(subscriber.email):
                raise UserError(self.env._("Write one mail address, like desk@example.org."))

    @api.model_create_multi
    def create(self, vals_list):
        """Whom staff enters is asked first, as everybody."""
        if not self.env.su:
            vals_list = [
                {name: vals[name] for name in vals if name not in BY_STEPS} for vals in vals_list
            ]
        subscribers = super().create(vals_list)
        subscribers._keep_off_regime()
        if not self.env.su:
            subscribers._ask()
        return subscribers

    def write(self, vals):
        if not self.env.su:
            if BY_STEPS & vals.keys():
                raise AccessError(self.env._("Only who gets the mail says yes to it."))
            if "email" in vals:
                raise UserError(self.env._("Enter the new address anew: it is asked first."))
        result = super().write(vals)
        if "email" in vals:
            self._keep_off_regime()
        return result

    def _keep_off_regime(self):
        # sudo: the address alone is read, by the path that has just written the row
        subscribers_sudo = self.sudo()
        self.env["res.partner"]._regime_guard(emails=subscribers_sudo.mapped("email"))

    def action_ask_again(self):
        """Send the link once more to who has not answered; at most once an hour each."""
        self.check_access("write")
        self.filtered(lambda row: row.state == "asked")._ask()

    @api.model
    def _enter(self, chapter, address, kind, language, topics):
        """Take an address that somebody typed into the public page, and ask who is behind it.

        It does the same, and takes as long, whether the address is known or not. Called as the
        system. The row is made by SQL: an address that two people enter at once is no error, and
        none is put into a log.

        :param address: normalised (str)
        """
        _partners, regime = self.env["res.partner"]._regime_among(emails=[address])
        if regime:
            return
        values = {
            "company_id": chapter.id,
            "email": address,
            "email_normalized": address,
            "kind": kind,
            "language_id": language.id,
            "state": "asked",
            "create_uid": self.env.uid,
            "create_date": fields.Datetime.now(),
            "message_bounce": 0,
        }
        self.env.cr.execute(
            # The names of the columns are those above.
            SQL(
                """INSERT INTO embassy_subscriber (%s) VALUES (%s)
                   ON CONFLICT (company_id, email_normalized) DO NOTHING""",
                SQL(", ").join(map(SQL.identifier, values)),
                SQL(", ").join(SQL("%s", value) for value in values.values()),
            ),
            log_exceptions=False,
        )
        self.env.invalidate_all()
        row = self.search(
            [("company_id", "=", chapter.id), ("email_normalized", "=", address)], limit=1
        )
        if row.state == "asked":
            row.write({"kind": kind, "language_id": language.id, "topic_ids": [(6, 0, topics.ids)]})
        row._ask()

    def _ask(self):
        """Mail each the link to their choice, at most once an hour.

        Neither subject nor text say whose mail it is: others may see it. The page behind the link
        says so.
        """
        now = fields.Datetime.now()
        # sudo: mails of the system, and when they were sent
        due_sudo = self.sudo().filtered(lambda row: not row.asked_on or row.asked_on < now - AGAIN)
        mails_sudo = due_sudo.env["mail.mail"]
        values_list = [row_sudo._ask_values() for row_sudo in due_sudo]
        due_sudo.asked_on = now
        if values_list:
            mails_sudo.create(values_list)
            mails_sudo.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _ask_values(self):
        """Values of the mail with the link (dict)."""
        self.ensure_one()
        lang = self.language_id.code if self.language_id.active else self.env.lang
        texts = self.with_context(lang=lang).env
        author = self.env.ref("base.partner_root")
        sender = self._sender(author)
        return {
            "subject": texts._("Please answer"),
            "body_html": texts["ir.qweb"]._render(
                "embassy_outreach.subscriber_mail",
                {"address": self._choice_url()},
                minimal_qcontext=True,
            ),
            "author_id": author.id,
            "email_from": sender,
            "reply_to": sender,
            "email_to": self.email_normalized,
            "auto_delete": True,
        }

    @api.model
    def _sender(self, author):
        return self.env["ir.mail_server"]._get_default_from_address() or author.email

    @api.model
    def _sender_of(self, chapter):
        """From whom the briefings of a chapter come (str): the chapter, and none of its people."""
        # sudo: the address of the system's own mails
        author_sudo = self.env.ref("base.partner_root").sudo()
        return formataddr((chapter.name, self._sender(author_sudo) or ""))

    # The link

    def _token(self):
        """What opens the choice of this subscriber, as long as there is one (str)."""
        self.ensure_one()
        return self._token_of(self.id, self.company_id.id, self.email_normalized)

    @api.model
    def _token_of(self, *who):
        """The token for an id, the id of its chapter and its address, without reading them."""
        # sudo: the secret of the database
        env_sudo = self.sudo().env
        return f"{who[0]}-{hmac(env_sudo, 'embassy-subscriber', who)}"

    def _choice_url(self):
        url = self._url_of(self._token())
        lang = self.language_id
        return f"{url}?l={lang._tag()}" if lang.active else url

    @api.model
    def _url_of(self, token):
        return f"{self.get_base_url()}/embassy/briefings/choice/{token}"

    @api.model
    def _by_token(self, token):
        """Whom a link belongs to (embassy.subscriber, empty for every other text)."""
        found = TOKEN.fullmatch(token)
        subscriber = self.browse(int(found[1]) if found else []).exists()
        return subscriber if subscriber and consteq(subscriber._token(), token) else self.browse()

    def _confirm(self, language, topics):
        """Keep what the person behind the link has chosen."""
        self.ensure_one()
        values = {"language_id": language.id, "topic_ids": [(6, 0, topics.ids)]}
        if self.state == "asked":
            values |= {"state": "confirmed", "confirmed_on": fields.Datetime.now()}
        self.write(values)

    def _leave(self):
        """Delete the address wherever a mailing keeps it.

        Mails that wait to go are deleted with the row, as all messages of a record are.
        """
        # sudo: a trace has no other owner than the address that goes
        traces_sudo = self.env["mailing.trace"].sudo()
        here = [("model", "=", self._name), ("res_id", "in", self.ids)]
        traces_sudo.search(here).write({"email": False})
        self.unlink()

    @api.model
    def _offered_topics(self, chapter):
        """What one can choose: shared topics, and own ones of which something is published."""
        published = self.env["embassy.briefing"]._public_domain(chapter)
        used = self.env["embassy.briefing"]._read_group(published, ["topic_id"])
        used = self.env["embassy.topic"].union(*(topic for (topic,) in used))
        return self.env["embassy.topic"].search(
            ["|", ("company_id", "=", False), ("id", "in", used.ids)]
        )

    @api.model
    def _offered_languages(self, chapter):
        """Languages of the chapter, and those in which it has published something."""
        published = self.env["embassy.briefing"]._public_languages(chapter)
        return (chapter.chapter_language_ids | published).sorted("code")

    @api.model
    def _cron_forget(self):
        """Delete who was asked and did not answer, in batches."""
        domain = [
            ("state", "=", "asked"),
            ("asked_on", "<", fields.Datetime.now() - timedelta(days=ASKED_DAYS)),
        ]
        rows = self.search(domain, limit=BATCH, order="id")
        while rows:
            done = len(rows)
            rows.unlink()
            self.env["ir.cron"]._commit_progress(done, remaining=self.search_count(domain))
            rows = self.search(domain, limit=BATCH, order="id")
