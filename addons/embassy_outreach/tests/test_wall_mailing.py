from datetime import timedelta
from email import message_from_string, policy
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OutreachChapters

LINK = '<p>News <a href="https://example.org/page">here</a></p>'


@tagged("post_install", "-at_install")
class TestWallMailing(OutreachChapters):
    """A mailing, its lists and its figures are one chapter's, and so is whom it reaches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a, cls.partner_b = cls.env["res.partner"].create(
            [
                {"name": "Anna", "email": "anna@example.org", "company_id": cls.chapter_a.id},
                {"name": "Bohdan", "email": "bohdan@example.org", "company_id": cls.chapter_b.id},
            ]
        )
        cls.list_a = cls.env_a["mailing.list"].create({"name": "Marker list", "is_public": True})
        cls.contact_a = cls.env_a["mailing.contact"].create(
            {"name": "Marker", "email": "marker@example.org", "list_ids": cls.list_a.ids}
        )
        cls.mailing_a = cls.mailing_to_contacts(cls.env_a)

    @classmethod
    def mailing_to_contacts(cls, env, **values):
        """A mailing to all contacts whose address is of this test, whatever their chapter."""
        return env["mailing.mailing"].create(
            {
                "subject": "Marker subject",
                "body_arch": LINK,
                "body_html": LINK,
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": repr([("id", "in", (cls.partner_a + cls.partner_b).ids)]),
                **values,
            }
        )

    def run_queue(self):
        """The job as the system, and what reaches the mail server."""
        self.env.flush_all()
        with self.mock_smtplib_connection(), self.uncommitted():
            self.env["mailing.mailing"]._process_mass_mailing_queue()
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        return self.emails

    def reached(self):
        return sorted(to for mail in self.run_queue() for to in mail["smtp_to_list"])

    def test_rows_are_the_chapters_own(self):
        trace = self.env["mailing.trace"].create(
            {
                "mass_mailing_id": self.mailing_a.id,
                "model": "res.partner",
                "res_id": self.partner_a.id,
                "email": "anna@example.org",
            }
        )
        campaign = self.env_a["utm.campaign"].create({"title": "Marker"})
        link = self.env_a["link.tracker"].create({"url": "https://example.org/marker"})
        click = self.env["link.tracker.click"].create({"link_id": link.id, "ip": "192.0.2.1"})
        rows = [
            self.mailing_a,
            self.mailing_a.source_id,
            self.list_a,
            self.contact_a,
            self.contact_a.subscription_ids,
            self.env_a["mailing.subscription.optout"].create({"name": "Marker"}),
            self.env_a["mailing.filter"].create(
                {
                    "name": "Marker",
                    "mailing_domain": "[]",
                    "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                }
            ),
            trace,
            self.env["mailing.trace.report"].search([("company_id", "=", self.chapter_a.id)]),
            campaign,
            self.env_a["utm.source"].create({"name": "Marker"}),
            self.env_a["utm.medium"].create({"name": "Marker"}),
            self.env["utm.stage"].create({"name": "M", "company_id": self.chapter_a.id}),
            self.env["utm.tag"].create({"name": "M", "company_id": self.chapter_a.id}),
            link,
            link.link_code_ids,
            click,
        ]
        for row in rows:
            self.assertTrue(row, row._name)
            self.assertSeen(row, self.env_a)
            self.assertHidden(row)

    def test_no_row_is_everybodys_by_accident(self):
        for model in ("mailing.mailing", "mailing.list", "mailing.contact", "mailing.filter"):
            self.assertTrue(self.env[model]._fields["company_id"].required, model)
        for model in ("utm.source", "utm.medium", "mailing.subscription.optout"):
            with self.subTest(model=model):
                row = self.env_b[model].create({"name": "Mine"})
                self.assertEqual(row.company_id, self.chapter_b)
                with self.assertRaises(AccessError):
                    row.company_id = False
                with self.assertRaises(AccessError):
                    self.env_b[model].create({"name": "Ours", "company_id": False})
        shared = self.env.ref("utm.utm_medium_email")
        self.assertFalse(shared.company_id)
        self.assertSeen(shared, self.env_b)
        with self.assertRaises(AccessError):
            shared.with_env(self.env_b).name = "Mine"

    def test_a_short_address_of_others_is_not_given_again(self):
        link = self.env_a["link.tracker"].create({"url": "https://example.org/a"})
        code = self.env["link.tracker.code"].search([("link_id", "=", link.id)]).code
        draws = iter([list(code), list("another")])
        with patch("odoo.addons.link_tracker.models.link_tracker.random") as chance:
            chance.choices = lambda *args, **kwargs: next(draws)
            given = self.env_b["link.tracker.code"]._get_random_code_strings()
        self.assertEqual(given, ["another"])

    def test_names_of_others_are_free(self):
        """A name that another chapter has used is not told by a refusal."""
        self.env_a["utm.campaign"].create({"title": "Spring"})
        self.assertEqual(self.env_b["utm.campaign"].create({"title": "Spring"}).name, "Spring")
        again = self.env_b["utm.campaign"].create({"title": "Spring"})
        self.assertEqual(again.name, "Spring [2]")
        twin = self.mailing_to_contacts(self.env_b)
        self.assertEqual(twin.name, self.mailing_a.name)
        self.env.flush_all()

    def test_stages_of_others_are_no_columns(self):
        stage = self.env["utm.stage"].create({"name": "M", "company_id": self.chapter_a.id})
        found = self.env_b["utm.campaign"]._group_expand_stage_ids(self.env_b["utm.stage"], [])
        self.assertNotIn(stage.id, found.ids)
        self.assertTrue(found)

    def test_lists_of_others_are_not_used(self):
        list_b = self.env_b["mailing.list"].create({"name": "Mine"})
        contact_b = self.env_b["mailing.contact"].create({"email": "own@example.org"})
        model_id = self.env["ir.model"]._get_id("mailing.list")
        for attempt in (
            lambda: self.env_b["mailing.mailing"].create(
                {"subject": "S", "mailing_model_id": model_id,
                 "contact_list_ids": self.list_a.ids}
            ),
            lambda: contact_b.write({"list_ids": [(4, self.list_a.id)]}),
            lambda: list_b.write({"contact_ids": [(4, self.contact_a.id)]}),
            lambda: self.env_b["mailing.subscription"].create(
                {"list_id": list_b.id, "contact_id": self.contact_a.id}
            ),
            lambda: self.env_b["mailing.list.merge"].create(
                {"src_list_ids": [(6, 0, self.list_a.ids)], "dest_list_id": list_b.id}
            ),
            lambda: list_b.action_merge(self.list_a.with_env(self.env_b), False),
        ):  # fmt: skip
            with self.assertRaises(AccessError):
                attempt()

    def test_who_works_in_two_chapters_mixes_no_lists(self):
        self.mailer_a.company_ids += self.chapter_b
        both = self.env(
            user=self.mailer_a.id, context={"allowed_company_ids": self.mailer_a.company_ids.ids}
        )
        list_b = both["mailing.list"].create({"name": "Mine", "company_id": self.chapter_b.id})
        contact = self.contact_a.with_env(both)
        with self.assertRaises(UserError):
            contact.list_ids += list_b
        with self.assertRaises(UserError):
            both["mailing.subscription"].create(
                {"contact_id": contact.id, "list_id": list_b.id}
            )
        with self.assertRaisesRegex(UserError, "different chapters"):
            list_b.action_merge(self.list_a.with_env(both), False)
        with self.assertRaisesRegex(UserError, "stays with its chapter"):
            self.mailing_a.with_env(both).company_id = self.chapter_b
        mailing = self.mailing_to_contacts(both, company_id=self.chapter_a.id)
        mailing.action_launch()
        self.assertEqual(self.reached(), ["anna@example.org"])

    def test_life_inside_a_chapter(self):
        """A list with an address, a mailing to it, its figures."""
        mailing = self.env_a["mailing.mailing"].create(
            {
                "subject": "Inside",
                "body_arch": LINK,
                "body_html": LINK,
                "mailing_model_id": self.env["ir.model"]._get_id("mailing.list"),
                "contact_list_ids": self.list_a.ids,
                "mailing_domain": repr([("list_ids", "in", self.list_a.ids)]),
            }
        )
        self.assertEqual(mailing.total, 1)
        mailing.action_launch()
        self.assertEqual(self.reached(), ["marker@example.org"])
        self.env.invalidate_all()
        self.assertEqual(mailing.state, "done")
        self.assertEqual(mailing.sent, 1)
        report = self.env_a["mailing.trace.report"].search([("name", "=", mailing.name)])
        self.assertEqual(report.sent, 1)
        self.assertEqual(self.list_a.contact_count, 1)

    # Whom a mailing reaches

    def test_the_job_reaches_whom_the_sender_sees(self):
        """Odoo's job sends as the system: this mailing reached the other chapter's contact."""
        self.assertEqual(self.mailing_a.total, 1)
        self.mailing_a.action_launch()
        self.assertEqual(self.mailing_a.sender_id, self.mailer_a)
        self.env.invalidate_all()
        as_system = self.mailing_a.with_env(self.env)
        self.assertEqual(as_system.total, 1)
        self.assertEqual(as_system._get_recipients(), self.partner_a.ids)
        self.assertEqual(as_system._get_remaining_recipients(), self.partner_a.ids)
        self.assertEqual(self.reached(), ["anna@example.org"])
        self.assertEqual(as_system.mailing_trace_ids.res_id, self.partner_a.id)
        self.assertEqual(as_system.mailing_trace_ids.create_uid, self.mailer_a)

    def test_the_job_looks_through_no_one_elses_eyes(self):
        """A domain that asks for what the sender does not see finds nobody, though all see her."""
        kind = self.env["embassy.institution.type"].search([("company_id", "=", False)], limit=1)
        shared = self.env["res.partner"].create(
            {
                "name": "Council",
                "email": "council@example.org",
                "directory_kind": "institution",
                "institution_type_id": kind.id,
                "company_id": False,
                "keeper_company_id": self.chapter_a.id,
            }
        )
        self.env["res.partner"].create(
            {"name": "Hidden", "parent_id": shared.id, "company_id": self.chapter_b.id}
        )
        for name, found in (("Hidden", []), ("Council", shared.ids)):
            field = "child_ids.name" if name == "Hidden" else "name"
            mailing = self.mailing_to_contacts(
                self.env_a, mailing_domain=repr([("id", "=", shared.id), (field, "=", name)])
            )
            mailing.action_launch()
            self.env.invalidate_all()
            self.assertEqual(mailing.with_env(self.env)._get_recipients(), found)

    def test_whoever_registered_without_a_contact_is_reached(self):
        """Leaving out the regime left out all who are no contact."""
        event = self.env_a["event.event"].create(
            {
                "name": "Evening",
                "date_begin": "2030-01-01 18:00:00",
                "date_end": "2030-01-01 20:00:00",
            }
        )
        guest = self.env_a["event.registration"].create(
            {"event_id": event.id, "name": "Guest", "email": "guest@example.org"}
        )
        guest.partner_id = False
        mailing = self.mailing_to_contacts(
            self.env_a,
            mailing_model_id=self.env["ir.model"]._get_id("event.registration"),
            mailing_domain=repr([("event_id", "=", event.id)]),
        )
        self.assertEqual(mailing._get_recipients(), guest.ids)

    def test_scheduled_and_sent_at_once(self):
        self.mailing_a.write(
            {"schedule_type": "scheduled", "schedule_date": "2020-01-01 00:00:00"}
        )
        self.mailing_a.action_put_in_queue()
        self.assertEqual(self.reached(), ["anna@example.org"])
        now = self.mailing_to_contacts(self.env_a)
        with self.assertRaises(AccessError):
            now.action_send_mail(res_ids=self.partner_b.ids)
        now.action_send_mail()
        self.assertEqual(self.reached(), ["anna@example.org"])

    def test_the_sender_is_who_touched_it_last(self):
        """Nobody sends with the rights of a colleague who queued the mailing before."""
        other = self._person(self.chapter_a, "mailer_c", "mass_mailing.group_mass_mailing_user")
        self.mailing_a.action_launch()
        self.mailing_a.action_cancel()
        self.as_user(self.mailing_a, other).state = "in_queue"
        self.assertEqual(self.mailing_a.sender_id, other)
        self.mailing_a.with_env(self.env_a).mailing_domain = "[]"
        self.assertEqual(self.mailing_a.sender_id, self.mailer_a)
        with self.assertRaises(AccessError):
            self.mailing_a.sender_id = other
        forged = self.mailing_to_contacts(self.env_a, state="in_queue", sender_id=other.id)
        self.assertEqual(forged.sender_id, self.mailer_a)
        forged = self.mailing_to_contacts(
            self.env_a(context={**self.env_a.context, "default_sender_id": other.id})
        )
        self.assertFalse(forged.sender_id)
        self.assertFalse(self.mailing_a.copy().sender_id)

    def test_queued_by_nobody(self):
        self.mailing_a.with_env(self.env).write({"state": "in_queue", "sender_id": False})
        with self.assertRaisesRegex(UserError, "Nobody who may send"):
            self.mailing_a.with_env(self.env).action_send_mail()
        self.assertEqual(self.reached(), [])
        self.assertEqual(self.mailing_a.state, "draft")

    def test_a_sender_who_has_left(self):
        """Archived, without the group or without the chapter: the mailing comes back, not done."""
        group = self.env.ref("mass_mailing.group_mass_mailing_user")
        for number, leave in enumerate(
            (
                lambda user: user.write({"active": False}),
                lambda user: user.write({"group_ids": [(3, group.id)]}),
                lambda user: user.sudo().write(
                    {"company_id": self.chapter_b.id, "company_ids": [(6, 0, self.chapter_b.ids)]}
                ),
            )
        ):
            with self.subTest(number=number):
                user = self._person(
                    self.chapter_a, f"leaver_{number}", "mass_mailing.group_mass_mailing_user"
                )
                mailing = self.mailing_to_contacts(self.as_user(self.env["res.users"], user).env)
                mailing.action_launch()
                leave(user.with_env(self.env))
                self.assertEqual(self.reached(), [])
                mailing = mailing.with_env(self.env)
                self.assertEqual(mailing.state, "draft")
                self.assertFalse(mailing.sender_id)
                self.assertIn("Nobody got this mailing", mailing.message_ids[0].body)

    def test_a_test_mail_shows_nobody_of_others(self):
        """A test renders the first record that the person sees."""
        mailing = self.mailing_to_contacts(
            self.env_b, body_html='<p><t t-out="object.name"/></p>', subject="To {{ object.name }}"
        )
        self.env["res.partner"].search([("id", "!=", self.partner_a.id)])
        wizard = self.env_b["mailing.mailing.test"].create(
            {"mass_mailing_id": mailing.id, "email_to": "me@example.org"}
        )
        with self.mock_smtplib_connection():
            wizard.send_mail_test()
        self.assertEqual(len(self.emails), 1)
        self.assertNotIn("Anna", self.emails[0]["message"])
        with self.assertRaises(AccessError):
            self.env_b["mailing.mailing.test"].create(
                {"mass_mailing_id": self.mailing_a.id, "email_to": "me@example.org"}
            )

    def test_a_mailing_is_no_program(self):
        """Editors of templates may write programs, which see everything: not into mailings."""
        program = "<p><t t-out=\"env['res.partner'].sudo().search([]).mapped('email')\"/></p>"
        editors = self.env.ref("mail.group_mail_template_editor")
        self.assertIn(editors, self.everything_b.all_group_ids)
        for env in (self.env_b, self.env_all_b):
            for field in ("body_html", "preview"):
                text = program if field == "body_html" else "{{ env.user.sudo().name }}"
                with self.assertRaisesRegex(AccessError, "no program"):
                    self.mailing_to_contacts(env, **{field: text})
                mailing = self.mailing_to_contacts(env)
                with self.assertRaisesRegex(AccessError, "no program"):
                    mailing.write({field: text})

    # Nobody is watched

    def test_mails_hold_neither_picture_nor_link_of_tracking(self):
        self.mailing_a.action_launch()
        [mail] = self.run_queue()
        self.assertIn("https://example.org/page", mail["message"])
        self.assertNotIn("/r/", mail["message"])
        self.assertNotIn("blank.gif", mail["message"])
        self.assertFalse(self.env["link.tracker"].search([("company_id", "=", self.chapter_a.id)]))
        headers = message_from_string(mail["message"], policy=policy.default)
        self.assertIn("unsubscribe_oneclick", headers["List-Unsubscribe"])
        self.assertEqual(
            self.mailing_a.convert_links()[self.mailing_a.id], self.mailing_a.body_html
        )

    def test_answers_go_to_an_address(self):
        for model in ("res.partner", "mailing.list", "mailing.contact", "event.registration"):
            mailing = self.mailing_to_contacts(
                self.env_a, mailing_model_id=self.env["ir.model"]._get_id(model)
            )
            self.assertEqual(mailing.reply_to_mode, "new")
        self.mailing_a.action_launch()
        before = len(self.partner_a.message_ids)
        self.reached()
        self.env.invalidate_all()
        self.assertEqual(len(self.partner_a.message_ids), before)

    def test_no_figures_by_mail(self):
        self.env["ir.config_parameter"].set_param("mass_mailing.mass_mailing_reports", True)
        self.mailing_a.action_launch()
        self.reached()
        self.mailing_a.with_env(self.env).sent_date = fields.Datetime.now() - timedelta(days=2)
        self.assertEqual(self.reached(), [])
        self.assertFalse(self.env.ref("digest.ir_cron_digest_scheduler_action").active)
        cron = self.env.ref("mass_mailing.ir_cron_mass_mailing_ab_testing")
        self.assertFalse(cron.active)
        self.assertFalse(self.env["utm.campaign"]._cron_process_mass_mailing_ab_testing())

    def test_the_server_fetches_nothing(self):
        with patch("requests.Session.get") as get, patch("requests.Session.request") as request:
            with self.assertRaises(UserError):
                self.mailing_a._get_image_by_url("https://example.org/a.png", None)
            link = self.env_a["link.tracker"].create({"url": "https://example.org/page"})
        self.assertEqual(link.title, "https://example.org/page")
        self.assertFalse(get.called or request.called)

    def test_who_got_a_mailing_is_forgotten(self):
        self.mailing_a.action_launch()
        self.reached()
        traces = self.env["mailing.trace"].search([("mass_mailing_id", "=", self.mailing_a.id)])
        self.assertEqual(len(traces), 1)

        def forget():
            with self.uncommitted():
                self.env["mailing.trace"]._cron_forget()

        forget()
        self.assertTrue(traces.exists())
        self.env.cr.execute(
            "UPDATE mailing_trace SET create_date = create_date - interval '31 days'"
            " WHERE id = %s",
            traces.ids,
        )
        self.env.invalidate_all()
        self.mailing_a.with_env(self.env).state = "sending"
        forget()
        self.assertTrue(traces.exists(), "who got a mailing is known until all have it")
        self.mailing_a.with_env(self.env).state = "done"
        forget()
        self.assertFalse(traces.exists())
        forget()
        self.mailing_a.with_env(self.env).sent_date = fields.Datetime.now() - timedelta(days=31)
        for again in (self.mailing_a.action_put_in_queue, self.mailing_a.action_retry_failed):
            with self.assertRaisesRegex(UserError, "not kept any more"):
                again()

    # Who left

    def test_who_left_is_not_told(self):
        self.env["mail.blacklist"]._add("marker@example.org")
        for env in (self.env_a, self.env_b):
            with self.assertRaises(AccessError):
                env["mail.blacklist"].search([])
        self.env["mail.blacklist"]._add("anna@example.org")
        self.mailing_a.action_launch()
        self.assertEqual(self.reached(), [])
        self.env.invalidate_all()
        self.assertEqual(self.mailing_a.mailing_trace_ids.failure_type, "mail_bl")
