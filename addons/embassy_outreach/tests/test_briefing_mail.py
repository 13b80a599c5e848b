from contextlib import suppress
from email import message_from_string, policy

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_subscriber import SubscriberCase


@tagged("post_install", "-at_install")
class TestBriefingMail(SubscriberCase):
    """A published briefing reaches who asked for it in the chapter, once, and nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.subscriber(cls.chapter_a, "mine@example.org", topic_ids=cls.topic.ids)
        cls.everything = cls.subscriber(cls.chapter_a, "everything@example.org")
        cls.press = cls.subscriber(cls.chapter_a, "press@example.org", kind="press")
        for address, values in {
            "asked@example.org": {"state": "asked"},
            "other-topic@example.org": {"topic_ids": cls.visas.ids},
            "other-language@example.org": {"language_id": cls.german.id},
        }.items():
            cls.subscriber(cls.chapter_a, address, **values)
        cls.foreign = cls.subscriber(cls.chapter_b, "foreign@example.org")
        cls.twin = cls.subscriber(cls.chapter_b, "mine@example.org")
        senders = cls.env.ref("mass_mailing.group_mass_mailing_user")
        cls.coordinator_a.group_ids += senders
        cls.briefing = cls.published(cls.env_a, cls.coordinator_a, title="Marker title")
        cls.colleague = cls._person(
            cls.chapter_a,
            "colleague_a",
            "embassy_core.group_outreach_officer,mass_mailing.group_mass_mailing_user",
        )

    def mailing(self, briefing=None):
        action = (briefing or self.briefing).action_send()
        return self.env_a["mailing.mailing"].browse(action["res_id"])

    def run_queue(self):
        """The job as the system, and what reaches the mail server."""
        self.env.flush_all()
        with self.mock_smtplib_connection(), self.uncommitted():
            self.env["mailing.mailing"]._process_mass_mailing_queue()
            self.env["mail.mail"].search(
                [("state", "=", "outgoing"), ("mailing_id", "!=", False)]
            ).send()
        self.env.invalidate_all()
        return self.emails

    def reached(self):
        return sorted(to for mail in self.run_queue() for to in mail["smtp_to_list"])

    def limit(self, number):
        self.env["ir.config_parameter"].set_param("embassy_outreach.mailing_alone", str(number))

    # Whom it reaches

    def test_who_asked_for_it_and_nobody_else(self):
        mailing = self.mailing()
        self.assertEqual(mailing.recipient_count, 3)
        mailing.action_launch()
        self.assertEqual(
            self.reached(), ["everything@example.org", "mine@example.org", "press@example.org"]
        )
        self.assertEqual(mailing.state, "done")

    def test_job_of_the_system_stays_in_the_chapter(self):
        """Two chapters send at once; each reaches its own, by the job that sees all."""
        briefing_b = self.published(self.env_b, self.coordinator_b, title="Of B")
        mailing_b = self.env_b["mailing.mailing"].browse(briefing_b.action_send()["res_id"])
        self.mailing().action_launch()
        mailing_b.action_launch()
        got = {}
        for mail in self.run_queue():
            subject = message_from_string(mail["message"], policy=policy.default)["Subject"]
            got.setdefault(subject, []).extend(mail["smtp_to_list"])
        self.assertEqual(sorted(got["Of B"]), ["foreign@example.org", "mine@example.org"])
        self.assertEqual(len(got["Marker title"]), 3)
        self.assertNotIn("foreign@example.org", got["Marker title"])

    def test_press_alone(self):
        briefing = self.published(self.env_a, self.coordinator_a, audience="press")
        self.mailing(briefing).action_launch()
        self.assertEqual(self.reached(), ["press@example.org"])

    def test_no_filter_reaches_who_has_not_said_yes(self):
        mailing = self.env_a["mailing.mailing"].create(
            {
                "subject": "By hand",
                "body_html": "<p>x</p>",
                "mailing_model_id": self.env["ir.model"]._get_id("embassy.subscriber"),
                "mailing_domain": "[]",
            }
        )
        mailing.action_launch()
        reached = self.reached()
        self.assertNotIn("asked@example.org", reached)
        self.assertNotIn("foreign@example.org", reached)
        self.assertEqual(len(reached), 5)

    def test_once(self):
        mailing = self.mailing()
        self.assertEqual(self.mailing(), mailing, "one mailing of a briefing")
        mailing.action_launch()
        self.assertEqual(len(self.reached()), 3)
        mailing.with_env(self.env).write({"state": "in_queue"})
        late = self.subscriber(self.chapter_a, "late@example.org")
        self.assertEqual(self.reached(), [late.email])

    def test_nobody_twice_and_nobody_missing_after_a_break(self):
        """The job stops after the first mails were made, and is begun anew."""
        self.env["ir.config_parameter"].set_param("mail.batch_size", "2")
        mailing = self.mailing()
        mailing.action_launch()
        composer = type(self.env["mail.compose.message"])
        original, calls = composer._prepare_mail_values, []

        def stops(this, res_ids):
            calls.append(res_ids)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return original(this, res_ids)

        self.patch(composer, "_prepare_mail_values", stops)
        # Not assertRaises, which takes back what was kept before the break
        with suppress(KeyboardInterrupt):
            self.run_queue()
        self.assertEqual(len(calls), 2)
        before = [to for mail in self.emails for to in mail["smtp_to_list"]]
        self.env.invalidate_all()
        self.assertEqual(len(mailing.mailing_trace_ids), 2, "the first batch is known")
        self.patch(composer, "_prepare_mail_values", original)
        self.assertEqual(
            sorted(before + self.reached()),
            ["everything@example.org", "mine@example.org", "press@example.org"],
        )

    def test_mail_that_fails_fails_alone(self):
        mailing = self.mailing()
        mailing.action_launch()
        original = type(mailing)._get_unsubscribe_url

        def fails(this, email_to, res_id):
            if email_to == self.press.email:
                raise ValueError("broken")
            return original(this, email_to, res_id)

        self.patch(type(mailing), "_get_unsubscribe_url", fails)
        # As the job sends them: few mails would go at once, in the composer's hands
        self.env["ir.config_parameter"].set_param("mail.mail.force.send.limit", "0")
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.assertEqual(self.reached(), ["everything@example.org", "mine@example.org"])
        left = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
        self.assertEqual((left.state, left.email_to), ("exception", self.press.email))
        status = {trace.email: trace.trace_status for trace in mailing.mailing_trace_ids}
        self.assertEqual(status.pop(self.press.email), "error")
        self.assertEqual(set(status.values()), {"sent"})

    def test_who_had_it_gets_it_no_second_time_by_name(self):
        mailing = self.mailing()
        mailing.action_launch()
        self.assertEqual(len(self.reached()), 3)
        self.emails.clear()
        with self.mock_smtplib_connection():
            mailing.action_send_mail(res_ids=self.mine.ids)
        self.assertFalse([mail for mail in self.emails if self.mine.email in mail["smtp_to_list"]])

    # What it says

    def test_mail_is_not_watched_and_can_be_left(self):
        self.mailing().action_launch()
        [mail] = [mail for mail in self.run_queue() if mail["smtp_to_list"] == [self.mine.email]]
        message = message_from_string(mail["message"], policy=policy.default)
        choice = f"/embassy/briefings/choice/{self.mine._token()}"
        self.assertIn(choice, message["List-Unsubscribe"])
        self.assertEqual(message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        text = message.get_body(("html",)).get_content()
        self.assertIn("Nobody renews a passport", text)
        self.assertIn(choice, text)
        self.assertIn("https://example.org/source", text)
        for watched in ("/r/", "<img", "blank.gif", "unsubscribe_from_list", "/mailing/"):
            self.assertNotIn(watched, text)
        self.assertIn(self.chapter_a.name, message["From"])
        for person in (self.mailer_a.email, "mailer_a"):
            self.assertNotIn(person, mail["message"])

    def test_it_goes_as_it_was_approved(self):
        mailing = self.mailing()
        for values in (
            {"subject": "Other"},
            {"body_html": "<p>Other</p>"},
            {"mailing_domain": "[]"},
            {"email_from": "other@example.org"},
        ):
            with self.assertRefused(UserError, "as it was approved"):
                mailing.write(values)
        with self.assertRaises(AccessError):
            mailing.briefing_id = False
        forged = self.env_a["mailing.mailing"].create(
            {"subject": "Forged", "briefing_id": self.briefing.id}
        )
        self.assertFalse(forged.briefing_id)

    def test_only_published_ones(self):
        with self.assertRefused(UserError, "Publish it first"):
            self.draft(self.env_a).action_send()

    def test_withdrawn_while_it_waits(self):
        mailing = self.mailing()
        mailing.action_launch()
        self.as_user(self.briefing, self.coordinator_a).action_withdraw()
        self.assertEqual(self.reached(), [])
        self.assertEqual(mailing.state, "draft")
        with self.assertRefused(UserError, "not published any more"):
            mailing.action_launch()

    def test_withdrawn_while_mails_wait(self):
        mailing = self.mailing()
        mailing.action_launch()
        with self.uncommitted():
            self.env["mailing.mailing"]._process_mass_mailing_queue()
        self.as_user(self.briefing, self.coordinator_a).action_withdraw()
        mails = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
        self.assertEqual(set(mails.mapped("state")), {"cancel"})

    def test_who_leaves_gets_no_mail_that_waits(self):
        mailing = self.mailing()
        mailing.action_launch()
        with self.uncommitted():
            self.env["mailing.mailing"]._process_mass_mailing_queue()
        self.mine._leave()
        self.env.invalidate_all()
        self.assertNotIn("mine@example.org", mailing.mailing_trace_ids.mapped("email"))
        with self.mock_smtplib_connection():
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        reached = [to for mail in self.emails for to in mail["smtp_to_list"]]
        self.assertNotIn("mine@example.org", reached)

    def test_sender_who_left_sends_nothing(self):
        mailing = self.mailing()
        mailing.action_launch()
        self.mailer_a.active = False
        self.assertEqual(self.reached(), [])
        self.assertEqual(mailing.state, "draft")

    def test_sending_costs_few_queries(self):
        """Core asks 28 times for each mail, most of it to delete the mail when it has gone."""
        self.env["ir.config_parameter"].set_param("mail.mail.force.send.limit", "0")
        for number in range(60):
            self.subscriber(self.chapter_a, f"many{number}@example.org")
        self.limit(100)
        mailing = self.mailing()
        mailing.action_launch()
        with self.mock_smtplib_connection(), self.uncommitted():
            self.env["mailing.mailing"]._process_mass_mailing_queue()
            mails = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
            messages = mails.mail_message_id
            self.assertEqual(len(mails), 63)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mails.send()
            self.env.flush_all()
        self.assertEqual(len(self.emails), 63)
        self.assertLess(self.env.cr.sql_log_count - before, 8 * 63)
        self.assertFalse(mails.exists() or messages.exists())
        self.env.invalidate_all()
        self.assertEqual(set(mailing.mailing_trace_ids.mapped("trace_status")), {"sent"})

    def test_what_had_gone_when_the_server_fell_is_deleted_later(self):
        self.mailing().action_launch()
        with self.uncommitted():
            self.env["mailing.mailing"]._process_mass_mailing_queue()
        mails = self.env["mail.mail"].search([("mailing_id", "!=", False)])
        mails.state = "sent"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_mail SET write_date = write_date - interval '2 hours' WHERE id = ANY(%s)",
            [mails[1:].ids],
        )
        self.env.invalidate_all()
        self.env["mail.mail"]._gc_gone()
        self.assertEqual(mails.exists(), mails[:1])
        self.env.invalidate_all()
        status = mails.env["mailing.trace"].search([("res_id", "!=", False)], order="id desc")
        self.assertEqual(status[:3].mapped("trace_status").count("sent"), 2)

    # Two people for many

    def test_many_ask_for_a_second_person(self):
        self.limit(2)
        mailing = self.mailing()
        self.assertTrue(mailing.needs_second)
        with self.assertRefused(UserError, "nobody sends alone"):
            mailing.action_launch()
        with self.assertRefused(UserError, "nobody sends alone"):
            mailing.action_send_mail()
        mailing.typed_count = 4
        with self.assertRefused(UserError, "You typed 4"):
            mailing.action_ask_second()
        mailing.typed_count = 3
        before = self.env["mail.mail"].search([], order="id desc", limit=1).id
        mailing.action_ask_second()
        told = self.env["mail.mail"].search([("id", ">", before)])
        self.assertIn(self.colleague.email, told.mapped("email_to"))
        self.assertNotIn(self.mailer_a.email, told.mapped("email_to"))
        self.assertNotIn(self.mailer_b.email, told.mapped("email_to"))
        with self.assertRefused(UserError, "Somebody else confirms"):
            mailing.action_launch()
        theirs = self.as_user(mailing, self.colleague)
        theirs.action_launch()
        self.assertEqual(mailing.confirmed_by_id, self.colleague)
        self.assertEqual(mailing.sender_id, self.colleague)
        self.assertEqual(len(self.reached()), 3)

    def test_few_go_alone(self):
        self.limit(3)
        self.mailing().action_launch()
        self.assertEqual(len(self.reached()), 3)

    def test_by_hand_nobody_counts_as_second(self):
        self.limit(2)
        mailing = self.mailing()
        for values in (
            {"asked_by_id": self.colleague.id, "asked_count": 3},
            {"confirmed_by_id": self.colleague.id},
        ):
            with self.assertRaises(AccessError):
                mailing.write(values)
        model = self.env["ir.model"]._get_id("embassy.subscriber")
        forged = self.env_a["mailing.mailing"].create(
            {
                "subject": "Forged",
                "body_html": "<p>x</p>",
                "mailing_model_id": model,
                "mailing_domain": "[]",
                "state": "in_queue",
                "confirmed_by_id": self.colleague.id,
                "asked_by_id": self.mailer_a.id,
                "asked_count": 99,
            }
        )
        self.assertFalse(forged.confirmed_by_id or forged.asked_by_id)
        self.assertEqual(self.reached(), [])
        self.assertEqual(forged.state, "draft")

    def test_change_asks_anew(self):
        self.limit(2)
        mailing = self.env_a["mailing.mailing"].create(
            {
                "subject": "By hand",
                "body_html": "<p>x</p>",
                "mailing_model_id": self.env["ir.model"]._get_id("embassy.subscriber"),
                "mailing_domain": "[('topic_ids', '=', False)]",
            }
        )
        mailing.typed_count = mailing.recipient_count
        mailing.action_ask_second()
        mailing.subject = "Changed"
        self.assertFalse(mailing.asked_by_id)
        mailing.action_ask_second()
        theirs = self.as_user(mailing, self.colleague)
        theirs.action_launch()
        with self.assertRefused(UserError, "Cancel it before"):
            mailing.mailing_domain = "[]"
        mailing.action_cancel()
        self.assertFalse(mailing.confirmed_by_id)

    def test_list_that_grows_is_asked_anew(self):
        self.limit(2)
        mailing = self.mailing()
        mailing.typed_count = 3
        mailing.action_ask_second()
        for number in range(3):
            self.subscriber(self.chapter_a, f"new{number}@example.org")
        theirs = self.as_user(mailing, self.colleague)
        with self.assertRefused(UserError, "by now. Ask again"):
            theirs.action_launch()
        self.Subscribers.search([("email", "=like", "new%")], limit=1).unlink()
        theirs.action_launch()
        for number in range(3, 6):
            self.subscriber(self.chapter_a, f"new{number}@example.org")
        self.assertEqual(self.reached(), [], "it grew between the confirmation and the job")
        self.assertEqual(mailing.state, "draft")
