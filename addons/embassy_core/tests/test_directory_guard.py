from datetime import date, timedelta
from email.message import EmailMessage
from unittest.mock import MagicMock, patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_directory import DirectoryCase


@tagged("post_install", "-at_install")
class TestDirectoryGuard(DirectoryCase):
    """Bodies of the regime are recorded and watched, never mailed, invited or put on a list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regime = cls.institution(
            cls.Partner_a,
            "Committee of Test Fear",
            institution_type_id=cls.regime_type.id,
            email="fear@regime.example.org",
        )
        cls.branch = cls.institution(
            cls.Partner_a,
            "Branch of Test Fear",
            parent_id=cls.regime.id,
            email="branch@regime.example.org",
        )
        cls.clerk = cls.person(cls.Partner_a, "Clerk of Fear", email="clerk@regime.example.org")
        cls.seat = cls.Mandate_a.create({"person_id": cls.clerk.id, "body_id": cls.branch.id})
        cls.friend = cls.person(cls.Partner_a, "Fair Friend", email="friend@example.org")
        cls.all_regime = cls.regime | cls.branch | cls.clerk
        cls.thread = cls.env["res.partner"].create({"name": "Thread"})
        cls.env.flush_all()

    def assertGuarded(self, call, *args, **kwargs):
        counts = [self.env[model].search_count([]) for model in ("mail.mail", "mail.notification")]
        with self.assertRaisesRegex(UserError, "belongs to the regime"), self.env.cr.savepoint():
            call(*args, **kwargs)
        self.env.invalidate_all()
        after = [self.env[model].search_count([]) for model in ("mail.mail", "mail.notification")]
        self.assertEqual(counts, after)

    def test_who_belongs_to_the_regime(self):
        for partner in self.all_regime:
            self.assertTrue(partner.is_regime, partner.name)
        self.assertFalse(self.friend.is_regime)
        found = self.Partner_a.search([("is_regime", "=", True)])
        self.assertEqual(found & (self.all_regime | self.friend), self.all_regime)
        self.assertNotIn(self.clerk, self.Partner_a.search([("is_regime", "=", False)]))

    def test_it_follows_type_parent_and_mandate(self):
        self.seat.date_end = date.today() - timedelta(days=1)
        self.env.invalidate_all()
        self.assertFalse(self.clerk.is_regime)
        self.branch.parent_id = False
        self.assertFalse(self.branch.is_regime)
        self.body_a.institution_type_id = self.regime_type
        self.assertTrue(self.body_a.is_regime)
        self.Mandate_a.create({"person_id": self.friend.id, "body_id": self.body_a.id})
        self.env.invalidate_all()
        self.assertTrue(self.friend.is_regime)
        self.regime_type.is_regime = False
        self.env.invalidate_all()
        self.assertFalse(self.regime.is_regime or self.body_a.is_regime or self.friend.is_regime)

    def test_mandate_to_come_or_past_does_not_count(self):
        self.seat.date_start = date.today() + timedelta(days=1)
        self.env.invalidate_all()
        self.assertFalse(self.clerk.is_regime)

    def test_one_batch_costs_two_queries(self):
        partners = self.all_regime | self.friend | self.person_a
        self.env.flush_all()
        self.env.invalidate_all()
        _warm = self.env.user.tz
        with self.assertQueryCount(2):
            found, addresses = self.env["res.partner"]._regime_among(
                partners, ["a@example.org, FEAR@regime.example.org", "b@example.org"]
            )
        self.assertEqual(found, self.all_regime)
        self.assertEqual(addresses, {"fear@regime.example.org"})
        with self.assertQueryCount(0):
            self.env["res.partner"]._regime_guard()

    def test_address_of_the_regime_on_another_contact(self):
        self.friend.email = '"Fear" <Fear@Regime.example.org>'
        self.assertGuarded(self.env["res.partner"]._regime_guard, self.friend)

    def test_tag_in_an_address_opens_no_way(self):
        """Mail to ``fear+visit@`` arrives in the mailbox of ``fear@``."""
        tagged_mail = "Fear <Fear+visit@regime.example.org>"
        self.assertGuarded(self.Partner_a._regime_guard, emails=[tagged_mail])
        alias = self.env["res.partner"].create({"name": "Alias", "email": tagged_mail})
        self.assertEqual(self.Partner_a._regime_among(alias)[0], alias)
        self.Partner_a._regime_guard(emails=["friend+fear@example.org"])

    def test_archived_and_foreign_records_count(self):
        self.regime.action_archive()
        self.assertGuarded(self.Partner_b._regime_guard, emails=["fear@regime.example.org"])

    def test_refusal_names_only_what_the_asker_sees(self):
        with self.assertRaises(UserError) as refused:
            self.Partner_b._regime_guard(self.regime.with_env(self.Partner_b.env))
        self.assertNotIn("Test Fear", str(refused.exception))
        with self.assertRaises(UserError) as refused:
            self.Partner_a._regime_guard(self.regime)
        self.assertIn("Committee of Test Fear", str(refused.exception))

    def test_messages_and_notifications(self):
        for partner in self.all_regime:
            ids = (partner | self.friend).ids
            self.assertGuarded(self.thread.message_post, body="Hello", partner_ids=ids)
            self.assertGuarded(
                self.thread.message_notify, body="Hello", subject="Hello", partner_ids=ids
            )
        self.assertGuarded(
            self.thread.message_post,
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            outgoing_email_to="branch@regime.example.org",
        )

    def test_composer_in_both_modes(self):
        Composer = self.env["mail.compose.message"]
        comment = Composer.create(
            {
                "model": "res.partner",
                "res_ids": repr(self.thread.ids),
                "body": "Hello",
                "partner_ids": [Command.set(self.clerk.ids)],
            }
        )
        self.assertGuarded(comment._action_send_mail)
        mass = Composer.create(
            {
                "composition_mode": "mass_mail",
                "model": "res.partner",
                "res_ids": repr((self.friend | self.regime).ids),
                "subject": "Hello",
                "body": "Hello",
            }
        )
        self.assertGuarded(mass._action_send_mail)

    def test_template_and_raw_mail(self):
        template = self.env["mail.template"].create(
            {
                "name": "Probe",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Hello",
                "use_default_to": False,
                "body_html": "Hello",
                "email_to": "friend@example.org",
                "email_cc": "clerk@regime.example.org",
            }
        )
        self.assertGuarded(template.send_mail, self.thread.id)
        Mail = self.env["mail.mail"]
        self.assertGuarded(Mail.create, {"email_to": "x@example.org, branch@regime.example.org"})
        self.assertGuarded(Mail.create, {"recipient_ids": [Command.link(self.regime.id)]})
        mail = Mail.create({"email_to": "friend@example.org"})
        self.assertGuarded(mail.write, {"email_cc": "FEAR@regime.example.org"})

    def test_last_net_is_the_envelope(self):
        Server = self.env["ir.mail_server"]
        for header in ("To", "Cc", "Bcc"):
            message = EmailMessage()
            message["From"] = "chapter@example.org"
            message["To"] = "friend@example.org"
            del message[header]
            message[header] = '"Fear" <Fear@regime.example.org>, friend@example.org'
            message["Message-Id"] = "<probe@example.org>"
            with (
                patch.object(type(Server), "_connect__", lambda *args, **kwargs: None),
                self.assertRaises(UserError) as refused,
            ):
                Server.send_email(message)
            self.assertNotIn("regime.example.org", str(refused.exception))

    def test_mail_written_before_it_became_the_regime_is_not_sent(self):
        mail = self.env["mail.mail"].create(
            {"email_to": "friend@example.org", "email_from": "chapter@example.org"}
        )
        self.friend.parent_id = self.regime
        self.env.flush_all()
        Server = type(self.env["ir.mail_server"])
        with (
            patch.object(Server, "_connect__", lambda *args, **kwargs: None),
            patch.object(Server, "_disable_send", lambda *args: False),
            self.assertLogs("odoo.addons.mail.models.mail_mail", "ERROR") as logs,
        ):
            mail.send()
        self.assertEqual(mail.state, "exception")
        self.assertNotIn("friend@example.org", "".join(logs.output))

    def test_one_question_a_batch_of_mails(self):
        to = [f"p{number}@example.org" for number in range(4)]
        sender = {"email_from": "chapter@example.org"}
        mails = self.env["mail.mail"].create([{"email_to": email, **sender} for email in to])
        self.friend.email = to[3]
        self.friend.parent_id = self.regime
        self.env.flush_all()
        Server, Partner = type(self.env["ir.mail_server"]), type(self.env["res.partner"])
        ask, asked = Partner._regime_among, []

        def count(partners, *args, **kwargs):
            asked.extend([set(kwargs["emails"])] if kwargs["emails"] else [])
            return ask(partners, *args, **kwargs)

        smtp = MagicMock(from_filter=False, smtp_from=False)
        with (
            patch.object(Server, "_connect__", lambda *args, **kwargs: smtp),
            patch.object(Server, "_disable_send", lambda *args: False),
            patch.object(Partner, "_regime_among", count),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            mails.send()
        self.assertEqual(mails.mapped("state"), ["sent"] * 3 + ["exception"])
        self.assertEqual(asked, [set(to), {self.friend.email}])
        self.assertNotIn(to[3], str(smtp.mock_calls))

    def test_no_context_clears_an_address(self):
        Server = self.env["ir.mail_server"]
        message = EmailMessage()
        message["To"] = self.regime.email
        for cleared in ([self.regime.email], frozenset([self.regime.email])):
            with self.assertRaises(UserError):
                Server.with_context(embassy_cleared=cleared)._prepare_smtp_to_list(message, None)

    def test_followers(self):
        self.assertGuarded(self.thread.message_subscribe, self.branch.ids)
        self.assertGuarded(
            self.env["mail.followers"].create,
            {"res_model": "res.partner", "res_id": self.thread.id, "partner_id": self.clerk.id},
        )

    def test_follower_who_joins_the_regime_gets_nothing_more(self):
        self.thread.message_subscribe((self.friend | self.person_a).ids)
        self.friend.parent_id = self.regime
        self.env.flush_all()
        message = self.thread.message_post(body="News", subtype_xmlid="mail.mt_comment")
        self.assertEqual(message.notification_ids.res_partner_id, self.person_a)

    def test_scheduled_message(self):
        values = {
            "model": "res.partner",
            "res_id": self.thread.id,
            "body": "Hello",
            "author_id": self.env.user.partner_id.id,
            "scheduled_date": date.today() + timedelta(days=2),
            "partner_ids": [Command.set(self.regime.ids)],
        }
        self.assertGuarded(self.env["mail.scheduled.message"].create, values)

    def test_calendar(self):
        Event = self.env["calendar.event"].with_user(self.officer_a)
        values = {"name": "Talk", "start": "2030-01-01 10:00:00", "stop": "2030-01-01 11:00:00"}
        self.assertGuarded(Event.create, values | {"partner_ids": [Command.set(self.clerk.ids)]})
        event = Event.create(values)
        self.assertGuarded(event.write, {"partner_ids": [Command.link(self.regime.id)]})
        attendee = event.attendee_ids[:1] or self.env["calendar.attendee"].create(
            {"event_id": event.id, "partner_id": self.friend.id}
        )
        self.assertGuarded(attendee.write, {"partner_id": self.branch.id})
        invitation = {"event_id": event.id, "partner_id": self.clerk.id}
        self.assertGuarded(self.env["calendar.attendee"].create, invitation)

    def test_channel(self):
        channel = self.env["discuss.channel"].create({"name": "Probe"})
        self.assertGuarded(channel.add_members, self.clerk.ids)

    def test_mail_that_comes_in_is_kept(self):
        """A letter from the regime, or with it in copy, arrives; nothing goes back to it."""
        incoming = self.thread.with_context(embassy_incoming_mail=True)
        message = incoming.message_post(
            body="We watch you",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.regime.id,
            partner_ids=(self.clerk | self.friend).ids,
        )
        self.assertEqual(message.partner_ids, self.friend)
        incoming.message_subscribe((self.regime | self.friend).ids)
        self.assertEqual(self.thread.message_partner_ids & self.all_regime, self.Partner_a.browse())
