import re
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .test_briefing import BriefingCase

LINK = re.compile(r"/embassy/briefings/choice/[0-9a-f-]+")
PAGE = "/embassy/qa/briefings/subscribe"


class SubscriberCase(BriefingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for chapter, code in ((cls.chapter_a, "QA"), (cls.chapter_b, "QB")):
            chapter.write({**cls.ready_values(), "chapter_code": code, "chapter_level": "embassy"})
        cls.chapter_a.is_page_open = True
        cls.visas = cls.env.ref("embassy_outreach.embassy_topic_visas")
        cls.Subscribers = cls.env["embassy.subscriber"]

    @classmethod
    def subscriber(cls, chapter, address, **values):
        return cls.env["embassy.subscriber"].create(
            {
                "company_id": chapter.id,
                "email": address,
                "language_id": cls.english.id,
                "state": "confirmed",
                **values,
            }
        )

    def last_mail(self):
        return self.env["mail.mail"].search([], order="id desc", limit=1)


@tagged("post_install", "-at_install")
class TestSubscriberPage(SubscriberCase, HttpCase):
    def post(self, path, **data):
        # A list of pairs, so that an empty form is sent as one too
        return self.url_open(path, data=data or {"x": ""}, allow_redirects=False)

    def ask(self, address, **data):
        return self.post(f"{PAGE}?l=en", email=address, **data)

    def of(self, address):
        return self.Subscribers.search([("email_normalized", "=", address)])

    def body(self, response):
        return html.tostring(html.fromstring(response.content).find(".//main"))

    # Asking

    def test_nothing_is_sent_before_the_answer(self):
        briefing = self.published(self.env_a, self.coordinator_a)
        response = self.ask("Reader@Example.org", topic=self.topic.id, language="en")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Look into your mail", response.text)
        row = self.of("reader@example.org")
        self.assertEqual((row.state, row.kind, row.company_id), ("asked", "reader", self.chapter_a))
        self.assertEqual((row.language_id, row.topic_ids), (self.english, self.topic))
        mail = self.last_mail()
        self.assertEqual(mail.email_to, "reader@example.org")
        action = briefing.action_send()
        mailing = self.env_a["mailing.mailing"].browse(action["res_id"])
        self.assertEqual(mailing.recipient_count, 0)
        link = LINK.search(mail.body_html)[0]
        self.assertIn("Yes, send them to me", self.url_open(f"{link}?l=en").text)
        self.env.invalidate_all()
        self.assertEqual(row.state, "asked", "opening the link says nothing")
        self.post(link, act="keep", language="en", topic=self.topic.id)
        self.env.invalidate_all()
        self.assertEqual(row.state, "confirmed")
        self.assertTrue(row.confirmed_on)
        self.assertEqual(mailing.recipient_count, 1)

    def test_mail_says_nothing_to_who_looks_over_the_shoulder(self):
        self.ask("reader@example.org")
        mail = self.last_mail()
        words = f"{mail.subject} {html.fromstring(mail.body_html).text_content()}"
        for telltale in ("Belarus", "Test embassy", "briefing ", "reader@", "QA"):
            self.assertNotIn(telltale, words)
        self.assertEqual(mail.subject, "Please answer")
        self.assertTrue(mail.auto_delete)

    def test_known_and_unknown_answer_alike(self):
        self.subscriber(self.chapter_a, "known@example.org", topic_ids=self.visas.ids)
        self.env["res.partner"].create(
            {
                "name": "Regime",
                "email": "regime@example.org",
                "is_regime": True,
                "directory_kind": "institution",
                "institution_type_id": self.env.ref(
                    "embassy_core.embassy_institution_type_regime"
                ).id,
            }
        )
        answers = [
            self.ask(address, topic=self.topic.id)
            for address in (
                "known@example.org",
                "unknown@example.org",
                "unknown@example.org",
                "regime@example.org",
            )
        ]
        self.assertEqual(len({self.body(answer) for answer in answers}), 1)
        self.assertEqual({answer.status_code for answer in answers}, {200})
        self.assertFalse(self.of("regime@example.org"))
        self.env.invalidate_all()
        known = self.of("known@example.org")
        self.assertEqual(known.state, "confirmed")
        self.assertEqual(known.topic_ids, self.visas, "a stranger changes nobody's choice")

    def test_asked_once_an_hour(self):
        before = self.env["mail.mail"].search_count([])
        for _number in range(3):
            self.ask("reader@example.org")
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 1)
        row = self.of("reader@example.org")
        row.asked_on -= timedelta(hours=2)
        self.ask("reader@example.org")
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 2)

    def test_no_address_is_said_beside_the_field(self):
        for nonsense in ("", "reader", "a@b@c", "x" * 300 + "@example.org", "a@b.org, c@d.org"):
            response = self.ask(nonsense)
            self.assertEqual(response.status_code, 422, nonsense)
            tree = html.fromstring(response.content)
            self.assertTrue(tree.xpath("//input[@aria-describedby='email_error']"))
        self.assertEqual(self.ask("\0@example.org").status_code, 422)

    def test_too_many(self):
        self.env["ir.config_parameter"].set_param("embassy_outreach.subscriptions_per_hour", "2")
        codes = [self.ask(f"reader{number}@example.org").status_code for number in range(3)]
        self.assertEqual(codes, [200, 200, 429])
        self.assertFalse(self.of("reader2@example.org"))

    def test_choice_is_from_what_is_offered(self):
        own = self.env["embassy.topic"].create(
            {"name": "Own plan", "code": "own", "company_id": self.chapter_a.id}
        )
        foreign = own.copy({"code": "b", "company_id": self.chapter_b.id})
        self.assertNotIn("Own plan", self.url_open(f"{PAGE}?l=en").text)
        self.ask(
            "reader@example.org", topic=[own.id, foreign.id, "x", "²", self.visas.id], language="zz"
        )
        row = self.of("reader@example.org")
        self.assertEqual(row.topic_ids, self.visas)
        self.published(self.env_a, self.coordinator_a, topic_id=own.id)
        self.assertIn("Own plan", self.url_open(f"{PAGE}?l=en").text)

    def test_press(self):
        self.ask("desk@example.org", press="1")
        self.assertEqual(self.of("desk@example.org").kind, "press")

    # Leaving

    def test_get_does_not_leave(self):
        row = self.subscriber(self.chapter_a, "reader@example.org")
        response = self.url_open(f"/embassy/briefings/choice/{row._token()}?l=en")
        self.assertEqual(response.status_code, 200)
        self.assertIn("delete my address", response.text)
        self.assertNotIn("reader@example.org", response.text)
        self.assertTrue(row.exists())

    def test_one_click(self):
        """RFC 8058: the mail program posts this to the address in the header, with no page."""
        row = self.subscriber(self.chapter_a, "reader@example.org")
        other = self.subscriber(self.chapter_b, "reader@example.org")
        path = f"/embassy/briefings/choice/{row._token()}"
        response = self.post(path, **{"List-Unsubscribe": "One-Click"})
        self.assertEqual(response.status_code, 200)
        self.assertFalse(row.exists())
        self.assertTrue(other.exists(), "one chapter's list is left, and no other's")
        again = self.post(path, **{"List-Unsubscribe": "One-Click"})
        guessed = self.post(f"/embassy/briefings/choice/1-{'0' * 64}", act="leave")
        self.assertEqual(
            {self.body(answer) for answer in (response, again, guessed)}, {self.body(response)}
        )

    def test_leaving_works_when_the_page_is_closed(self):
        row = self.subscriber(self.chapter_a, "reader@example.org")
        self.chapter_a.is_page_open = False
        self.assertEqual(self.url_open(PAGE).status_code, 404)
        self.post(f"/embassy/briefings/choice/{row._token()}", act="leave")
        self.assertFalse(row.exists())

    def test_token_opens_its_row_alone(self):
        row = self.subscriber(self.chapter_a, "reader@example.org")
        other = self.subscriber(self.chapter_a, "other@example.org")
        mac = row._token().split("-")[1]
        for token in (
            f"{other.id}-{mac}",
            f"{row.id}-{mac[:-1]}x",
            f"{row.id}-{'0' * 64}",
            str(row.id),
            f"0{row.id}-{mac}",
            "x",
            "%00",
            f"{row.id}-{mac}0",
        ):
            with self.subTest(token=token):
                path = f"/embassy/briefings/choice/{token}"
                self.assertEqual(self.url_open(path).status_code, 404)
                self.assertEqual(self.post(path, act="keep").status_code, 404)
                self.post(path, act="leave")
        self.assertTrue(row.exists() and other.exists())

    def test_choice_is_changed(self):
        row = self.subscriber(self.chapter_a, "reader@example.org", topic_ids=self.visas.ids)
        self.post(f"/embassy/briefings/choice/{row._token()}", act="keep", topic=self.topic.id)
        self.env.invalidate_all()
        self.assertEqual(row.topic_ids, self.topic)
        self.assertEqual(row.language_id, self.english)

    # Pages

    def test_pages_hold_nothing_that_runs(self):
        row = self.subscriber(self.chapter_a, "reader@example.org")
        for path in (PAGE, f"/embassy/briefings/choice/{row._token()}"):
            response = self.url_open(path)
            tree = html.fromstring(response.content)
            self.assertFalse(tree.xpath("//script | //img | //@onclick | //@style"))
            self.assertNotIn("Set-Cookie", response.headers)
            self.assertEqual(response.headers["Cache-Control"], "no-store")
            self.assertIn("form-action 'self'", response.headers["Content-Security-Policy"])

    def test_looking_leaves_no_trace(self):
        row = self.subscriber(self.chapter_a, "reader@example.org")
        paths = (PAGE, f"/embassy/briefings/choice/{row._token()}")
        for path in paths:
            self.url_open(path)
        before = self.row_counts()
        for path in paths:
            self.url_open(path)
        self.assertEqual(self.row_counts(), before)

    def test_absent_and_closed_answer_alike(self):
        for path in ("/embassy/qb/briefings/subscribe", "/embassy/nowhere/briefings/subscribe"):
            self.assertEqual(self.url_open(path).status_code, 404)
            self.assertEqual(self.post(path, email="reader@example.org").status_code, 404)
        self.assertFalse(self.of("reader@example.org"))


@tagged("post_install", "-at_install")
class TestSubscriber(SubscriberCase):
    def entered(self, env, address="desk@example.org", **values):
        return env["embassy.subscriber"].create(
            {"email": address, "kind": "press", "language_id": self.english.id, **values}
        )

    def test_hidden_from_the_other_chapter(self):
        self.assertHidden(self.subscriber(self.chapter_a, "marker@example.org"))

    def test_whom_staff_enters_is_asked(self):
        row = self.entered(self.env_a, state="confirmed", confirmed_on="2026-01-01 00:00:00")
        self.assertEqual(row.state, "asked")
        self.assertFalse(row.confirmed_on)
        self.assertEqual(self.last_mail().email_to, "desk@example.org")
        with self.assertRefused(AccessError, "says yes"):
            row.state = "confirmed"
        with self.assertRefused(UserError, "anew"):
            row.email = "other@example.org"

    def test_regime_is_refused(self):
        self.env["res.partner"].create(
            {
                "name": "Regime",
                "email": "regime@example.org",
                "is_regime": True,
                "directory_kind": "institution",
                "institution_type_id": self.env.ref(
                    "embassy_core.embassy_institution_type_regime"
                ).id,
            }
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.entered(self.env_a, "regime@example.org")

    def test_one_address_is_one_row_of_a_chapter(self):
        for _number in range(2):
            self.Subscribers._enter(
                self.chapter_a, "reader@example.org", "reader", self.english, self.visas
            )
        self.Subscribers._enter(
            self.chapter_b, "reader@example.org", "reader", self.english, self.visas
        )
        rows = self.Subscribers.search([("email_normalized", "=", "reader@example.org")])
        self.assertEqual(set(rows.company_id), {self.chapter_a, self.chapter_b})
        self.assertEqual(len(rows), 2)

    def test_row_by_sql_is_the_row_of_the_orm(self):
        self.Subscribers._enter(self.chapter_a, "a@example.org", "reader", self.english, self.visas)
        by_orm = self.subscriber(self.chapter_a, "b@example.org", state="asked")
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM embassy_subscriber WHERE email IN ('a@example.org', 'b@example.org')"
            " ORDER BY email"
        )
        mine, theirs = self.env.cr.dictfetchall()
        moving = {"id", "email", "email_normalized", "asked_on", "create_date", "write_date"}
        different = {name for name in mine if mine[name] != theirs[name]} - moving
        self.assertFalse(different)
        self.assertTrue(by_orm)

    def test_who_does_not_answer_is_forgotten(self):
        old = self.entered(self.env_a, "old@example.org")
        fresh = self.entered(self.env_a, "fresh@example.org")
        said_yes = self.subscriber(self.chapter_a, "yes@example.org")
        (old + said_yes).with_env(self.env).asked_on = fields.Datetime.now() - timedelta(days=8)
        with self.uncommitted():
            self.Subscribers._cron_forget()
        self.assertFalse(old.exists())
        self.assertTrue(fresh.exists() and said_yes.exists())
