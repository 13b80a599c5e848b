import re
import socket

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from ..tools.documents import put_standing_rows_in_chapters
from .common_wall import WallCase

MAIL = """\
Message-Id: <{message_id}>
From: {sender}
To: {to}
Subject: Answer
In-Reply-To: {reply_to}
References: {reply_to}
Content-Type: text/plain; charset=utf-8

Answer in words
"""


@tagged("post_install", "-at_install")
class TestWallMailGateway(WallCase, MockEmail):
    """What goes out by mail tells nothing of the house, and what comes in finds its chapter."""

    def _send(self, **values):
        """The one mail that goes out when Anna writes to the contact of her chapter."""
        contact = self.contact_a.with_env(self.env_a)
        with self.mock_mail_gateway():
            contact.message_post(
                body="Hello",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=contact.ids,
                **values,
            )
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
        [mail] = [mail for mail in self._mails if self.contact_a.email in str(mail["email_to"])]
        return mail["EmailMessage"]

    def _receive(self, sender, to="somebody@example.org", reply_to="", message_id="m1@example.com"):
        text = MAIL.format(sender=sender, to=to, reply_to=reply_to, message_id=message_id)
        with self.mock_mail_gateway():
            thread_id = self.env["mail.thread"].message_process(None, text)
        message = self.env["mail.message"].search([("message_id", "=", f"<{message_id}>")])
        return thread_id, message

    def test_headers_tell_nothing(self):
        sent = self._send()
        headers = "\n".join(f"{name}: {value}" for name, value in sent.items())
        self.assertNotIn("res.partner", headers)
        self.assertNotIn("X-Odoo-Objects", headers)
        self.assertNotIn("openerp", headers)
        self.assertFalse(
            re.search(rf"\b{self.contact_a.id}\b", str(sent["Message-Id"])), sent["Message-Id"]
        )
        self.assertNotIn(f"@{socket.gethostname()}>", headers)

    def test_answer_lands_in_its_thread(self):
        sent = self._send()
        thread_id, message = self._receive(self.contact_a.email, reply_to=sent["Message-Id"])
        self.assertEqual(thread_id, self.contact_a.id)
        self.assertEqual((message.model, message.res_id), ("res.partner", self.contact_a.id))
        self.assertEqual(message.record_company_id, self.chapter_a)
        self.assertEqual(message.author_id, self.contact_a)
        self.assertSeen(message)
        self.assertHidden(message)

    def test_who_answers_is_looked_for_in_the_chapter(self):
        """The address of a contact of another chapter tells nobody who that is."""
        sent = self._send()
        _thread, message = self._receive(self.contact_b.email, reply_to=sent["Message-Id"])
        self.assertEqual(message.res_id, self.contact_a.id)
        self.assertFalse(message.author_id)
        self.assertIn(self.contact_b.email, message.email_from)
        self.curious.email = "both@example.org"
        known = self.env["res.partner"].create(
            {"name": "Known", "email": "both@example.org", "company_id": self.chapter_a.id}
        )
        _thread, message = self._receive(
            "both@example.org", reply_to=sent["Message-Id"], message_id="m2@example.com"
        )
        self.assertEqual(message.author_id, known)

    def test_an_answer_by_somebody_of_another_chapter_notifies_nobody_there(self):
        self.curious.email = "curious@example.org"
        sent = self._send()
        _thread, message = self._receive(
            f"Curious <{self.curious.email}>",
            to=f"{self.contact_b.email}",
            reply_to=sent["Message-Id"],
        )
        self.assertFalse(message.author_id)
        self.assertFalse(message.partner_ids & (self.contact_b | self.curious.partner_id))
        self.assertHidden(message)

    def test_new_contacts_are_of_the_chapter_of_the_record(self):
        """Core makes them as the system, which would put them into OdooBot's chapter."""
        found = self.contact_a.sudo()._partner_find_from_emails_single(["new@example.org"])
        self.assertEqual(found.company_id, self.chapter_a)
        again = self.contact_b.sudo()._partner_find_from_emails_single(["new@example.org"])
        self.assertEqual(again.company_id, self.chapter_b)
        self.assertNotEqual(again, found)

    def test_mail_to_an_address_opens_a_record_in_its_chapter(self):
        domain = self.env["mail.alias.domain"].create({"name": "a.example.org"})
        self.chapter_a.alias_domain_id = domain
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "letters",
                "alias_domain_id": domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                "alias_contact": "everyone",
                "chapter_id": self.chapter_a.id,
            }
        )
        self.curious.email = "curious@example.org"
        thread_id, message = self._receive(
            f"Curious <{self.curious.email}>", to="letters@a.example.org"
        )
        opened = self.env["res.partner"].browse(thread_id)
        self.assertEqual(opened.company_id, self.chapter_a)
        self.assertEqual(message.record_company_id, self.chapter_a)
        self.assertNotEqual(message.author_id, self.curious.partner_id)
        self.assertNotEqual(opened.create_uid, self.curious)
        self.assertHidden(opened)
        self.assertHidden(message)
        self.assertSeen(alias)
        self.assertHidden(alias)

    def _domains(self):
        """One mail domain a chapter."""
        domains = self.env["mail.alias.domain"].create(
            [{"name": "a.example.org"}, {"name": "b.example.org"}]
        )
        self.chapter_a.alias_domain_id, self.chapter_b.alias_domain_id = domains
        return domains

    def test_mail_domains_are_their_chapters(self):
        domain_a, domain_b = self._domains()
        self.assertHidden(domain_a)
        self.assertSeen(domain_b, self.env_b)
        for domain in (domain_a, domain_b):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                domain.with_env(self.env_b).write({"name": "c.example.org"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.chapter_b.with_env(self.env_b).write({"alias_domain_id": domain_a.id})

    def test_answers_come_to_the_chapter_of_who_writes(self):
        """Also where the record is everybody's."""
        self._domains()
        self.shared.email = "parliament@example.org"
        for record in (self.contact_b, self.shared):
            composer = self.env_b["mail.compose.message"].create(
                {
                    "composition_mode": "mass_mail",
                    "model": "res.partner",
                    "res_ids": str(record.ids),
                    "reply_to_mode": "update",
                    "subject": "Hello",
                    "body": "Hello",
                }
            )
            with self.subTest(record.name):
                values = composer._prepare_mail_values(record.ids)[record.id]
                self.assertIn("@b.example.org", values["reply_to"])

    def test_a_taken_address_names_nobody(self):
        """Owners of addresses write them as the system, so core finds those of all chapters."""
        domain = self.env["mail.alias.domain"].create({"name": "house.example.org"})
        values = {
            "alias_name": "letters",
            "alias_domain_id": domain.id,
            "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
            "alias_parent_model_id": self.env["ir.model"]._get_id("res.partner"),
        }
        self.env["mail.alias"].create({**values, "alias_parent_thread_id": self.contact_a.id})
        aliases = self.env_b["mail.alias"].sudo()
        mine = self.env["mail.alias"].create(
            {**values, "alias_name": "other", "chapter_id": self.chapter_b.id}
        )
        mine = mine.with_env(aliases.env)
        for call in (lambda: aliases.create(values), lambda: mine.write({"alias_name": "letters"})):
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                call()
            self.assertNotIn(self.contact_a.name, str(caught.exception))
            self.assertIn("taken", str(caught.exception))

    def test_what_stands_already_gets_its_chapter(self):
        """By SQL at installation: the document's chapter, else the author's."""
        message = self.contact_a.with_env(self.env_a).message_post(body="Old")
        alone = self.env_a["mail.message"].create({"body": "Old"})
        file = self.env_a["ir.attachment"].create(
            {"name": "Old", "res_model": "res.partner", "res_id": self.contact_a.id}
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_message SET record_company_id = NULL")
        self.env.cr.execute(
            "UPDATE ir_attachment SET company_id = %s WHERE id = %s", [self.chapter_b.id, file.id]
        )
        self.env.invalidate_all()
        put_standing_rows_in_chapters(self.env)
        self.assertEqual(message.sudo().record_company_id, self.chapter_a)
        self.assertEqual(alone.sudo().record_company_id, self.chapter_a)
        self.assertEqual(file.sudo().company_id, self.chapter_a)
