import smtplib
from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_letter import LetterCase

MAIL = """\
From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{id}@example.org>
{headers}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}
"""


@tagged("post_install", "-at_install")
class TestLetterMail(LetterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "embassy.example.org"})
        cls.chapter_a.write({"alias_domain_id": cls.domain.id, "email": "a@example.org"})
        coordinator = cls.user_a["coordinator"]
        cls.as_user(cls, cls.chapter_a, coordinator).letter_alias_name = "letters-a"
        cls.ministry.write(
            {"email": "office@ministry.example.org", "website": "https://www.ministry.example.org"}
        )

    def arrive(self, sender, text="Text", headers="", to="letters-a@embassy.example.org"):
        raw = MAIL.format(
            sender=sender,
            to=to,
            subject="Your query",
            id=f"probe-{sender}",
            headers=headers,
            text=text,
        )
        before = self.Letter.sudo().search([])
        self.env["mail.thread"].message_process(None, raw)
        return self.Letter.sudo().search([]) - before

    def mails_of(self, address):
        return [mail for mail in self.emails if address in mail["smtp_to_list"]]

    def test_a_letter_leaves_and_its_answer_comes_back(self):
        letter = self.registered(body="<p>We ask.</p>", salutation="Dear all,")
        self.env["ir.attachment"].with_user(self.mailer_a).create(
            {"name": "list.txt", "raw": b"list", "res_model": letter._name, "res_id": letter.id}
        )
        for _twice in range(2):
            letter.action_attach_print()
        letter.action_mail()
        self.assertEqual(letter.state, "awaiting")
        with self.assertRefused(UserError, "before it leaves"):
            letter.action_attach_print()
        message = letter.message_ids.filtered(lambda m: m.message_type == "email_outgoing")
        self.assertIn("letters-a@embassy.example.org", message.email_from)
        with self.mock_smtplib_connection(), self.uncommitted():
            self.env["mail.mail"].sudo().process_email_queue()
        [sent] = self.mails_of("office@ministry.example.org")
        self.assertIn("We ask.", sent["message"])
        self.assertIn("list.txt", sent["message"])
        self.assertEqual(sent["message"].count(f'filename="{letter.number}.pdf"'), 1)
        self.assertFalse(self.mails_of("mailer_a@example.org"), "colleagues get no copy")
        raw = f"In-Reply-To: {message.message_id}\n"
        # A secretary answers, from an address that nobody knows.
        answer = self.arrive("secretary@else.example.org", headers=raw)
        self.assertEqual(
            (answer.direction, answer.state, answer.reply_to_id, answer.partner_id),
            ("in", "draft", letter, self.ministry),
        )
        self.assertIn("Text", answer.body)
        answer.with_env(self.env_a).action_register()
        self.assertEqual(letter.state, "answered")

    def test_mail_of_a_known_institution_is_proposed(self):
        told = []
        tell = "odoo.addons.embassy_core.models.res_users.ResUsers._tell_news"
        with patch(tell, lambda users: told.extend(users)):
            by_address = self.arrive("office@ministry.example.org")
            by_domain = self.arrive("Somebody <desk@ministry.example.org>")
        for letter in by_address, by_domain:
            self.assertEqual(letter.partner_id, self.ministry)
            self.assertEqual((letter.company_id, letter.state), (self.chapter_a, "draft"))
            self.assertSeen(letter, self.env_a)
            self.assertHidden(letter)
        self.assertIn(self.user_a["coordinator"], told)

    def test_an_unknown_sender_is_answered_and_not_kept(self):
        self.chapter_a.chapter_language_ids = self.env.ref("base.lang_en")
        with self.mock_smtplib_connection():
            letter = self.arrive("person@mail.example.org", "Help me, I am Ivan")
        self.assertFalse(letter)
        [answer] = self.mails_of("person@mail.example.org")
        self.assertIn("/embassy/qa", answer["message"])
        self.assertNotIn("Ivan", answer["message"])
        self.assertNotIn("Your query", answer["message"])
        # Whoever answers that comes here again, and not to the address for all the rest.
        self.assertRegex(answer["message"], "Reply-To:.*letters-a@embassy.example.org")
        self.env.flush_all()
        for table, column in (
            ("mail_message", "email_from || COALESCE(body, '')"),
            ("mail_mail", "email_to"),
            ("res_partner", "email"),
        ):
            self.env.cr.execute(
                f"SELECT count(*) FROM {table} WHERE {column} LIKE '%person@mail.example.org%'"  # noqa: S608
            )
            self.assertEqual(self.env.cr.fetchone(), (0,), table)

    def test_an_unknown_sender_who_cannot_be_answered_is_not_logged(self):
        address = "person@mail.example.org"
        refusal = smtplib.SMTPRecipientsRefused({address: (550, b"unknown")})
        with self.mock_smtplib_connection(), self.assertNoLogs("odoo.addons", "WARNING"):
            with patch.object(
                type(self.testing_smtp_session), "send_message", side_effect=refusal
            ):
                self.assertFalse(self.arrive(address))
        self.assertFalse(self.env["mail.mail"].search([("email_to", "=", address)]))

    def test_machines_are_not_answered(self):
        with self.mock_smtplib_connection():
            self.arrive("person@mail.example.org", headers="Auto-Submitted: auto-replied\n")
            self.arrive("noreply@mail.example.org")
            self.arrive("list@mail.example.org", headers="List-Id: <x.example.org>\n")
        self.assertFalse(self.emails)

    def test_the_regime_is_neither_kept_nor_answered(self):
        self._institution(self.env_a, "Ministry of Fear", "regime").email = "fear@example.org"
        with self.mock_smtplib_connection():
            self.assertFalse(self.arrive("fear@example.org"))
        self.assertFalse(self.emails)

    def test_a_free_mail_host_is_no_institution(self):
        self.ministry.write({"email": "ministry@free.example.org"})
        with self.mock_smtplib_connection():
            self.assertFalse(self.arrive("person@free.example.org"))

    def test_who_another_chapter_knows_is_unknown_here(self):
        ministry_b = self._institution(self.env_b, "Ministry of Elsewhere")
        ministry_b.email = "elsewhere@example.org"
        with self.mock_smtplib_connection():
            self.assertFalse(self.arrive("elsewhere@example.org"))

    def test_no_address_no_mail(self):
        letter = self.registered()
        self.ministry.email = False
        with self.assertRefused(UserError, "No e-mail address is known"):
            letter.action_mail()
        self.assertEqual(letter.state, "registered")

    def test_an_address_leads_to_letters_alone(self):
        """Also that of another model, which core would make with all rights."""
        admin = self._person(self.chapter_a, "admin_a", "embassy_core.group_technical_admin")
        values = {
            "alias_name": "contacts",
            "alias_domain_id": self.domain.id,
            "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
        }
        alias = self.chapter_a.letter_alias_id
        # sudo: core makes the address of a record with all rights
        with self.assertRefused(UserError, "for letters only"):
            self.as_user(alias, admin).sudo().create(values)
        with self.assertRefused(UserError, "for letters only"):
            self.as_user(alias, admin).sudo().alias_model_id = values["alias_model_id"]
        self.as_user(alias, admin).sudo().alias_name = "post-a"
        server = self.env["fetchmail.server"].create({"name": "Post", "server_type": "imap"})
        with self.assertRefused(UserError, "for letters only"):
            server.object_id = values["alias_model_id"]

    def test_the_address_is_set_by_the_coordinator(self):
        with self.assertRaises(AccessError):
            self.as_user(self.chapter_a, self.mailer_a).letter_alias_name = "mine"
        alias = self.chapter_a.letter_alias_id
        self.assertEqual(alias.alias_model_id.model, "embassy.letter")
        coordinator_b = self.user_b["coordinator"]
        self.chapter_b.alias_domain_id = self.domain
        with self.assertRefused(UserError, "This mail address is taken"):
            self.as_user(self.chapter_b, coordinator_b).letter_alias_name = "letters-a"


@tagged("post_install", "-at_install")
class TestLetterPrint(LetterCase):
    def _page(self, report, record):
        report = self.env_a["ir.actions.report"]._get_report(f"embassy_outreach.{report}")
        content = report._render_qweb_html(report.id, record.ids)[0]
        return " ".join(html.fromstring(content).text_content().split())

    def test_letter(self):
        self.ministry.write({"street": "Square 1", "city": "Ljubljana", "zip": "1000"})
        letter = self.registered(body="<p>We ask.</p>", salutation="Dear Minister,")
        page = self._page("embassy_letter_report", letter)
        for text in ("Test embassy A", letter.number, "Square 1", "1000 Ljubljana", "We ask."):
            self.assertIn(text, page)
        self.assertNotIn(self.mailer_a.name, page, "who works here stands on no letter")

    def test_book_of_a_year(self):
        first, second = self.registered(), self.registered()
        second.action_cancel()
        incoming = self.registered(direction="in", reply_to_id=first.id)
        book = self.env_a["embassy.letter.book"].create({})
        page = self._page("embassy_letter_book_report", book)
        for letter in first, second, incoming:
            self.assertIn(letter.number, page)
        self.assertIn("Cancelled", page)
        book.year = 1999
        with self.assertRefused(UserError, "No letter was registered"):
            book.action_print()

    def test_book_of_another_chapter_is_empty(self):
        letter = self.registered()
        book = self.env_b["embassy.letter.book"].create({"company_id": self.chapter_b.id})
        self.assertFalse(book._registers())
        with self.assertRaises(AccessError):
            self.env_b["embassy.letter"].browse(letter.id).read(["number"])
