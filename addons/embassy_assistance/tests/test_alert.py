import base64
import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.embassy_core.sealing import codes, keys

from ..models.embassy_case_alert import EmbassyCaseAlert
from ..tools.sealed_request import Content, Facts, seal_request
from .common_sealed import SealedCase, SealedFileCase
from .test_receipt import ReceiptCase

STORY = "Probe: нас трое, дапамажыце"


class AlertCase(SealedCase):
    """Everybody has an address; chapter B helps chapter A."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker, cls.coordinator = cls.user_a["case_worker"], cls.user_a["coordinator"]
        cls.second_worker = new_test_user(
            cls.env,
            login="test_case_worker_a_2",
            groups="embassy_core.group_case_worker",
            company_id=cls.chapter_a.id,
            company_ids=[Command.set(cls.chapter_a.ids)],
        )
        cls.desk_a.user_ids += cls.second_worker
        cls.chapter_a.helper_chapter_id = cls.chapter_b
        people = cls.env["res.users"].search([("login", "=like", "test_%")])
        holders = cls.env["res.users"].search([("login", "=like", "holder_%")])
        for user in people | holders:
            user.email = f"{user.login}@example.org"
        cls.coordinators = cls.coordinator | holders

    def request(self, number=1, urgency="normal", people=None):
        facts = Facts(
            self.chapter_a.id,
            self.chapter_key.id,
            urgency,
            self.env.ref("base.lang_en").id,
            [],
            ["handle"],
            bool(people),
        )
        nonce = bytes([number]) * 32
        return self.env["helpdesk.ticket"]._receive_request(
            seal_request(
                facts,
                self.chapter_pair.public,
                nonce,
                codes.Opened(nonce, keys.new_pair()),
                [Content("story", {}, STORY.encode())],
                people,
            )
        )

    def on_duty(self, *users):
        self.env["embassy.duty"].search([]).unlink()
        self.env["embassy.duty"].create(
            [{"company_id": self.chapter_a.id, "user_id": user.id} for user in users]
        )

    def news(self):
        """Mails that wait and say only that there is news."""
        return self.env["mail.mail"].search([("is_news", "=", True)])

    def woken(self):
        """Let the cron run; addresses of the mails that it made (sorted list)."""
        before = self.news()
        with patch.object(self.env.cr, "commit", self.env.flush_all):
            self.env["embassy.case.alert"]._cron_wake()
        return sorted((self.news() - before).mapped("email_to"))

    def addresses(self, users):
        return sorted(users.mapped("email"))


@tagged("post_install", "-at_install")
class TestAlert(AlertCase):
    def test_a_request_wakes_those_on_duty_once(self):
        self.on_duty(self.worker, self.second_worker)
        self.request()
        self.assertEqual(self.woken(), self.addresses(self.worker | self.second_worker))
        self.assertEqual(self.woken(), [])
        self.request(2)
        self.request(3)
        twice = 2 * self.addresses(self.worker | self.second_worker)
        self.assertEqual(self.woken(), sorted(twice))

    def test_the_job_runs_by_itself(self):
        job = self.env.ref("embassy_assistance.embassy_case_alert_cron_wake")
        self.assertTrue(job.active)
        self.request()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(sorted(self.news().mapped("email_to")), self.addresses(self.coordinators))

    def test_nobody_on_duty_wakes_the_coordinators(self):
        self.request()
        self.assertEqual(self.woken(), self.addresses(self.coordinators))

    def test_a_case_of_the_staff_wakes_nobody(self):
        self.on_duty(self.worker)
        self.case_of(self.desk_a, urgency="emergency")
        self.assertEqual(self.woken(), [])

    def _steps(self, case, hours):
        """Who is woken after each of the hours (list of lists)."""
        start, found = fields.Datetime.now(), []
        for hour in hours:
            with freeze_time(start + timedelta(hours=hour)):
                found.append(self.woken())
        return found

    def test_an_emergency_that_nobody_takes_wakes_more_people(self):
        self.on_duty(self.worker)
        case = self.request(urgency="emergency")
        duty, all_here = [self.worker.email], self.addresses(self.coordinators)
        helpers = [self.user_b["coordinator"].email]
        self.assertEqual(
            self._steps(case, [0, 1.9, 2.1, 4, 4.2, 6.1, 6.3, 9, 30]),
            [duty, [], duty, [], all_here, [], helpers, [], []],
        )

    def test_an_emergency_that_is_taken_wakes_nobody_any_more(self):
        self.on_duty(self.worker)
        case = self.request(urgency="emergency")
        self.assertEqual(self.woken(), [self.worker.email])
        self.as_worker(case).action_take()
        self.assertEqual(self._steps(case, [2.1, 4.2, 6.3]), [[], [], []])

    def test_what_can_wait_wakes_once(self):
        self.on_duty(self.worker)
        case = self.request(urgency="urgent")
        self.assertEqual(self._steps(case, [0, 3, 8]), [[self.worker.email], [], []])

    def test_a_protected_case_wakes_those_who_hold_its_key(self):
        self.on_duty(self.worker)
        key = self.env["embassy.person.key"].search([("user_id", "in", self.coordinators.ids)])[:1]
        self.request(people={key.id: base64.b64decode(key.public_key)})
        self.assertEqual(self.woken(), [key.user_id.email])

    def test_without_a_helper_the_steps_end(self):
        self.chapter_a.helper_chapter_id = False
        case = self.request(urgency="emergency")
        self.assertEqual(self._steps(case, [0, 2.1, 4.2, 6.3, 9])[3:], [[], []])

    def test_r29_the_mail_says_nothing(self):
        """Alike for each cause and case; no name, no chapter, no number, no page."""
        for lang in ("be_BY", "ru_RU"):
            self.env["res.lang"]._activate_lang(lang)
        self.on_duty(self.worker, self.second_worker)
        self.worker.lang, self.second_worker.lang = "be_BY", "en_US"
        self.chapter_a.email = "chapter-a@example.org"
        case = self.request(urgency="emergency")
        self.woken()
        mails = self.news()
        self.assertEqual(len(mails), 2)
        for mail in mails:
            kept = " ".join(
                str(mail[name])
                for name in ("subject", "body_html", "email_from", "reply_to", "headers")
            )
            kept += f"{mail.model} {mail.res_id} {mail.references}"
            words = (
                *(case.number, self.chapter_a.name, self.chapter_a.email, self.chapter_a.page_path),
                *(self.worker.name, self.worker.login, "test_", "emergency", "request", "http"),
            )
            for word in words:
                self.assertNotIn(word.lower(), kept.lower())
            self.assertFalse(re.search(r"\d{2}", mail.subject + mail.body_html))
            self.assertFalse(mail.recipient_ids)
            self.assertTrue(mail.auto_delete)
        english = mails.filtered(lambda mail: mail.email_to == self.second_worker.email)
        self.assertEqual(english.subject, "There is news")
        # The same as after an account was changed.
        self.coordinator._tell_news()
        self.assertEqual((self.news() - mails).body_html, english.body_html)

    def test_nobody_of_the_regime_is_written_to(self):
        """The guard stays, and whom it keeps off keeps nobody else from being woken."""
        of_a = {"company_id": self.chapter_a.id}
        regime = self.env["embassy.institution.type"].create(
            {**of_a, "name": "Probe", "code": "probe", "is_regime": True}
        )
        self.env["res.partner"].create(
            {
                "name": "Body",
                "directory_kind": "institution",
                "institution_type_id": regime.id,
                "email": self.worker.email,
                **of_a,
            }
        )
        self.on_duty(self.worker, self.second_worker)
        self.request()
        self.assertEqual(self.woken(), [self.second_worker.email])

    def test_without_an_address_others_are_woken(self):
        self.worker.email = False
        self.on_duty(self.worker, self.second_worker)
        self.request()
        self.assertEqual(self.woken(), [self.second_worker.email])

    def test_r40_an_event_stands_once_in_the_database(self):
        case, alerts = self.request(), self.env["embassy.case.alert"]
        for _twice in range(2):
            alerts._expect(case, "request")
            alerts._expect(case, "answer")
        self.assertEqual(alerts.search([]).mapped("event"), ["request", "answer"])

    def test_r40_what_is_killed_half_way_is_told_once(self):
        self.on_duty(self.worker)
        self.request(1)
        self.request(2)
        real, calls = EmbassyCaseAlert._wake, []

        def dying(alert):
            calls.append(alert)
            if len(calls) == 2:
                raise OSError("killed")
            return real(alert)

        with patch.object(EmbassyCaseAlert, "_wake", dying), self.assertRaises(OSError):
            with self.env.cr.savepoint():
                self.woken()
        self.env.invalidate_all()
        self.assertFalse(self.news())
        self.assertEqual(self.woken(), [self.worker.email] * 2)
        self.assertEqual(self.woken(), [])

    def test_r35_the_queue_goes_with_the_case(self):
        case = self.request(urgency="emergency")
        self.env["embassy.case.alert"]._expect(case, "answer")
        self.woken()
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM helpdesk_ticket WHERE id = %s", case.id))
        self.env.invalidate_all()
        self.assertFalse(self.env["embassy.case.alert"].search([]))

    def test_news_that_found_no_mail_host_is_sent_later(self):
        self.worker._tell_news()
        lost = self.news()
        lost.write({"state": "exception"})
        wrong = self.env["mail.mail"].create({"is_news": True, "state": "exception"})
        wrong.failure_type = "mail_email_invalid"
        other = self.env["mail.mail"].create({"state": "exception"})
        with patch.object(type(lost), "send", lambda *args, **kwargs: True):
            lost.process_email_queue()
        self.assertEqual((lost + wrong + other).mapped("state"), ["outgoing"] + ["exception"] * 2)

    def test_what_is_due_is_found_by_its_index(self):
        case = self.request()
        self.env.cr.execute(
            SQL(
                """INSERT INTO embassy_case_alert
                       (case_id, company_id, event, step, date_due, is_done)
                   SELECT %s, %s, 'request', n, now(), n %% 100 <> 0
                     FROM generate_series(1, 20000) n""",
                case.id,
                case.company_id.id,
            )
        )
        self.env.cr.execute("ANALYZE embassy_case_alert")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM embassy_case_alert WHERE is_done IS NOT TRUE"
            " AND date_due <= now() ORDER BY date_due, id LIMIT 50 FOR UPDATE SKIP LOCKED"
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("embassy_case_alert_due_idx", plan)
        self.assertNotIn("Sort", plan)


@tagged("post_install", "-at_install")
class TestAnswerAlert(AlertCase, ReceiptCase):
    """An answer wakes once, until somebody has looked into the case."""

    def answer(self, text):
        self.post("answer", answer=text, token=self.token())
        return self.woken()

    def test_an_answer_wakes_once_until_somebody_looks(self):
        self.on_duty(self.second_worker)
        self.woken()
        self.as_worker(self.case).action_take()
        self.assertEqual(self.answer("One"), [self.worker.email])
        self.assertEqual(self.answer("Two"), [])
        self.env["embassy.case.alert"]._settle(self.case)
        self.assertEqual(self.answer("Three"), [self.worker.email])

    def test_an_answer_to_nobody_wakes_those_on_duty(self):
        self.on_duty(self.second_worker)
        self.woken()
        self.assertEqual(self.answer("One"), [self.second_worker.email])
        self.case.user_id = self.worker
        self.env["embassy.case.alert"]._settle(self.case)
        self.desk_a.user_ids -= self.worker
        self.assertEqual(self.answer("Two"), [self.second_worker.email])


@tagged("post_install", "-at_install")
class TestLookedInto(SealedFileCase):
    def test_opening_lets_the_next_answer_wake(self):
        alerts = self.env["embassy.case.alert"]
        alerts._expect(self.case, "answer")
        self.enter(self.coordinator)
        self.assertIn("answer", alerts.search([]).mapped("event"))
        self.ask("open", item_id=self.story.id)
        self.env.invalidate_all()
        self.assertEqual(alerts.search([]).mapped("event"), ["request"])
