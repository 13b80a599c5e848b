import threading
from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import working_days
from .common import OutreachChapters


class LetterCase(OutreachChapters):
    """A ministry of the first chapter, and two officers who write and approve letters to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.chapter_a | cls.chapter_b).country_id = cls.env.ref("base.si")
        cls.colleague_a = cls._person(
            cls.chapter_a, "colleague_a", "embassy_core.group_outreach_officer"
        )
        cls.ministry = cls._institution(cls.env_a, "Ministry of Testing")
        cls.Letter = cls.env_a["embassy.letter"]

    @classmethod
    def _institution(cls, env, name, kind="mfa"):
        kind = cls.env.ref(f"embassy_core.embassy_institution_type_{kind}")
        return env["res.partner"].create(
            {
                "name": name,
                "directory_kind": "institution",
                "institution_type_id": kind.id,
            }
        )

    def letter(self, **values):
        return self.Letter.create(
            {"subject": "Passports", "partner_id": self.ministry.id, **values}
        )

    def as_colleague(self, letters):
        return self.as_user(letters, self.colleague_a)

    def registered(self, **values):
        letter = self.letter(**values)
        if letter.direction == "out":
            letter.action_review()
            self.as_colleague(letter).action_approve()
        letter.action_register()
        return letter


@tagged("post_install", "-at_install")
class TestLetter(LetterCase):
    @freeze_time("2026-06-01")
    def test_the_way_of_a_letter(self):
        letter = self.letter()
        self.assertFalse(letter.number)
        letter.action_review()
        self.as_colleague(letter).action_approve()
        letter.action_register()
        self.assertEqual(letter.number, "QA-OUT-2026-0001")
        letter.action_send()
        self.assertEqual(letter.state, "awaiting")
        self.assertEqual(letter.date_sent, date(2026, 6, 1))
        self.assertEqual(letter.date_deadline, date(2026, 7, 1))
        opened = letter.action_answer_arrived()
        answer = self.Letter.with_context(**opened["context"]).create(
            {"foreign_number": "MFA-7/26", "date_foreign": "2026-05-30"}
        )
        self.assertEqual(letter.state, "awaiting", "a draft is no answer yet")
        answer.action_register()
        self.assertEqual(answer.number, "QA-IN-2026-0001")
        self.assertEqual(letter.state, "answered")
        letter.action_close()
        self.assertEqual(letter.state, "closed")

    @freeze_time("2026-06-01")
    def test_an_incoming_letter_is_done_when_its_answer_leaves(self):
        query = self.registered(direction="in")
        query.user_id = self.colleague_a
        query.action_assign()
        self.assertEqual(query.date_deadline, date(2026, 7, 1))
        opened = query.action_answer()
        reply = self.Letter.with_context(**opened["context"]).create({"body": "Yes"})
        self.assertEqual((reply.kind, reply.partner_id), ("reply", self.ministry))
        reply.action_review()
        self.as_colleague(reply).action_approve()
        reply.action_register()
        reply.action_send()
        self.assertEqual((reply.state, query.state), ("sent", "closed"))

    def test_a_letter_that_came_is_a_contact(self):
        relation = self.env_a["embassy.relation"].create({"partner_id": self.ministry.id})
        letter = self.registered()
        letter.action_send()
        self.assertFalse(relation.date_last_contact, "writing to somebody is no contact yet")
        self.registered(direction="in")
        self.assertEqual(relation.date_last_contact, letter.date)
        self.assertEqual(relation.temperature, "in_touch")

    def test_an_answer_becomes_a_commitment(self):
        answer = self.registered(direction="in", foreign_number="MFA-7")
        opened = answer.action_commitment()
        promise = self.env_a["embassy.commitment"].with_context(**opened["context"])
        promise = promise.create({"quote": "We will issue papers."})
        self.assertEqual(promise.letter_id, answer)
        self.assertEqual(promise.source, f"QA-IN-{answer.year}-0001 (MFA-7)")
        self.assertEqual((promise.partner_id, promise.date), (self.ministry, answer.date))
        with self.assertRefused(UserError, "came and is registered"):
            self.registered().action_commitment()

    def test_author_does_not_approve(self):
        letter = self.letter()
        letter.action_review()
        with self.assertRefused(AccessError, "did not write"):
            letter.action_approve()
        self.as_colleague(letter).action_draft()
        self.as_colleague(letter).body = "Rewritten"
        letter.action_review()
        with self.assertRefused(AccessError, "did not write"):
            self.as_colleague(letter).action_approve()

    def test_text_is_fixed_after_the_draft(self):
        letter = self.letter()
        letter.action_review()
        for values in ({"body": "Else"}, {"subject": "Else"}, {"partner_id": False}):
            with self.assertRefused(UserError, "while it is a draft"):
                letter.write(values)

    def test_register_writes_alone(self):
        letter = self.letter()
        for values in ({"number": "X"}, {"state": "sent"}, {"author_ids": [(5,)]}):
            with self.assertRefused(AccessError, "register alone"):
                letter.write(values)
            with self.assertRefused(AccessError, "register alone"):
                self.letter(**values)
        with self.assertRefused(UserError, "stays in its register"):
            letter.direction = "in"

    def test_states_follow_each_other(self):
        letter = self.letter()
        for action in ("action_register", "action_send", "action_close", "action_no_answer"):
            with self.subTest(action), self.assertRefused(UserError, "cannot go from"):
                getattr(letter, action)()
        self.assertEqual(letter.state, "draft")

    def test_numbers_have_no_gap_and_are_of_chapter_direction_and_year(self):
        with freeze_time("2026-12-31"):
            first, second = self.registered(), self.registered()
            second.action_cancel()
            third = self.registered()
            incoming = self.registered(direction="in")
        with freeze_time("2027-01-02"):
            next_year = self.registered()
        self.assertEqual(
            (first | second | third | incoming | next_year).mapped("number"),
            [
                "QA-OUT-2026-0001",
                "QA-OUT-2026-0002",
                "QA-OUT-2026-0003",
                "QA-IN-2026-0001",
                "QA-OUT-2027-0001",
            ],
        )
        self.assertEqual(second.state, "cancelled")
        ministry_b = self._institution(self.env_b, "Ministry of Elsewhere")
        other = self.env_b["embassy.letter"].create(
            {"direction": "in", "subject": "Else", "partner_id": ministry_b.id}
        )
        with freeze_time("2026-12-31"):
            other.action_register()
        self.assertEqual(other.number, "QB-IN-2026-0001")

    def test_a_batch_takes_its_numbers_at_once(self):
        first = self.registered()
        letters = self.letter() | self.letter() | self.letter()
        letters.action_review()
        self.as_colleague(letters).action_approve()
        letters.action_register()
        last = self.registered()
        numbered = first | letters.sorted("id") | last
        self.assertEqual(numbered.mapped("serial"), [1, 2, 3, 4, 5])

    def test_a_number_goes_back_with_a_transaction_that_fails(self):
        first, second = self.letter(direction="in"), self.letter(direction="in")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            first.action_register()
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(first.number)
        second.action_register()
        self.assertEqual(second.serial, 1)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_number_twice(self):
        letters = self.registered(direction="in") | self.registered(direction="in")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            letters.sudo().write({"serial": 1})

    def test_numbered_letters_are_not_deleted(self):
        letter = self.registered()
        with self.assertRefused(UserError, "Cancel it instead"):
            letter.unlink()
        self.letter().unlink()

    def test_letters_need_an_addressee_and_a_code(self):
        with self.assertRefused(UserError, "Say who"):
            self.letter(partner_id=False).action_review()
        letter = self.letter(direction="in")
        self.chapter_a.chapter_code = False
        with self.assertRefused(UserError, "its code first"):
            letter.action_register()

    def test_a_chapter_below_the_level_keeps_no_letters(self):
        self.chapter_a.chapter_level = "info"
        with self.assertRefused(UserError, "keeps no letters"):
            self.letter()

    def test_the_regime_is_not_written_to(self):
        regime = self._institution(self.env_a, "Ministry of Fear", "regime")
        with self.assertRefused(UserError, "belongs to the regime"):
            self.letter(partner_id=regime.id)
        letter = self.letter()
        letter.action_review()
        self.as_colleague(letter).action_approve()
        letter.action_register()
        self.ministry.institution_type_id = self.env.ref(
            "embassy_core.embassy_institution_type_regime"
        )
        with self.assertRefused(UserError, "belongs to the regime"):
            letter.action_send()

    def test_who_wants_no_letters_gets_answers_only(self):
        letter = self.registered()
        relation = self.env_a["embassy.relation"].create({"partner_id": self.ministry.id})
        self.env_a["embassy.stance"].create(
            {
                "relation_id": relation.id,
                "topic_id": self.env.ref("embassy_outreach.embassy_topic_visas").id,
                "stance": "no_contact",
                "evidence": "Asked for it",
                "source": "A call",
            }
        )
        with self.assertRefused(UserError, "Not to be contacted"):
            letter.action_send()
        with self.assertRefused(UserError, "Not to be contacted"):
            self.letter().action_review()
        query = self.registered(direction="in")
        reply = self.registered(kind="reply", reply_to_id=query.id)
        reply.action_send()
        self.assertEqual(reply.state, "sent")

    def test_a_ladder_of_three_steps(self):
        letter = self.registered()
        letter.action_send()
        opened = letter.action_escalate()
        self.assertEqual(letter.state, "no_answer")
        steps = []
        while True:
            letter = self.Letter.with_context(**opened["context"]).create(
                {"partner_id": self.ministry.id}
            )
            steps.append((letter.escalation, letter.kind))
            if len(steps) == 3:
                break
            opened = letter.action_escalate()
        self.assertEqual(
            steps, [("again", "request"), ("question", "request"), ("press", "statement")]
        )
        with self.assertRefused(UserError, "last step"):
            letter.action_escalate()

    def test_an_answer_goes_the_other_way(self):
        letter = self.registered()
        with self.assertRefused(ValidationError, "and the reverse"):
            self.letter(reply_to_id=letter.id)

    def test_deadlines_are_working_days(self):
        letter = self.letter()
        # 26 November is a Thursday; 30 days later 26 December, a holiday in Slovenia, a Saturday
        self.assertEqual(letter._deadline_from(date(2026, 11, 26)), date(2026, 12, 28))
        self.assertEqual(
            working_days.first_working_day(date(2026, 12, 24), "SI"), date(2026, 12, 24)
        )

    def test_unknown_calendar_is_refused(self):
        letter = self.registered()
        self.chapter_a.country_id = False
        with self.assertRefused(UserError, "No calendar of working days"):
            letter.action_send()
        self.assertEqual(letter.state, "registered")
        letter.date_deadline = "2026-12-01"
        letter.action_send()
        self.assertEqual(letter.state, "awaiting")

    @mute_logger("odoo.sql_db")
    def test_a_deadline_before_the_letter_is_refused(self):
        letter = self.letter()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            letter.date_deadline = letter.date - timedelta(days=1)
            self.env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_two_officers_get_consecutive_numbers(self):
        """The second waits for the first, then fails so that Odoo tries again: no number twice."""
        chapter = self.env.ref("base.main_company")
        self.addCleanup(self._forget_counters, 1999)
        failed = []

        def take(env):
            return list(env["embassy.letter.counter"]._take(chapter, "out", 1999))

        def come_second(env):
            try:
                take(env)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                failed.append(error)

        with self.registry.cursor() as first, self.registry.cursor() as second:
            # The snapshot of the second is older than what the first commits.
            second.execute("SELECT 1")
            given = take(self.env(cr=first))
            thread = threading.Thread(target=come_second, args=[self.env(cr=second)])
            thread.start()
            thread.join(0.5)
            self.assertTrue(thread.is_alive(), "the second waits")
            first.commit()
            thread.join(10)
            self.assertTrue(failed)
            second.rollback()
            given += take(self.env(cr=second))
            second.rollback()
            given += take(self.env(cr=second))
        self.assertEqual(given, [1, 2, 2])

    def _forget_counters(self, year):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM embassy_letter_counter WHERE year = %s", [year])

    def test_reminders_are_told_once(self):
        told = []
        letter = self.registered()
        letter.action_send()
        deadline = letter.date_deadline
        tell = "odoo.addons.embassy_core.models.res_users.ResUsers._tell_news"

        def run(day):
            with freeze_time(day), patch(tell, lambda users: told.extend(users)):
                self.env["embassy.letter"]._cron_remind()

        with self.uncommitted():
            for days in (-8, -7, -7, -1, 0, 1, 14, 14, 30):
                run(deadline + timedelta(days=days))
                told.append(days)
        self.assertEqual(
            told,
            [-8, self.mailer_a, -7, -7, -1, self.mailer_a, 0, 1, self.mailer_a, 14, 14, 30],
        )

    def test_a_late_job_reminds_once_only(self):
        letter = self.registered()
        letter.action_send()
        tell = "odoo.addons.embassy_core.models.res_users.ResUsers._tell_news"
        with (
            self.uncommitted(),
            freeze_time(letter.date_deadline + timedelta(days=20)),
            patch(tell, autospec=True) as told,
        ):
            self.env["embassy.letter"]._cron_remind()
            self.env["embassy.letter"]._cron_remind()
        self.assertEqual(told.call_count, 1)
        self.assertEqual(letter.reminded, 3)

    def test_a_letter_of_nobody_reminds_the_coordinators(self):
        letter = self.registered()
        letter.action_send()
        letter.user_id = False
        tell = "odoo.addons.embassy_core.models.res_users.ResUsers._tell_news"
        told = []
        with (
            self.uncommitted(),
            freeze_time(letter.date_deadline),
            patch(tell, lambda users: told.extend(users)),
        ):
            self.env["embassy.letter"]._cron_remind()
        self.assertEqual(told, [self.user_a["coordinator"]])

    def test_letters_stay_in_their_chapter(self):
        letter = self.registered()
        self.assertHidden(letter)
        self.assertSeen(letter, self.env_a)

    def test_register_list_takes_few_queries(self):
        for _each in range(10):
            self.registered(direction="in")
        self.env.flush_all()
        self.env.invalidate_all()
        specification = {
            "number": {},
            "date": {},
            "subject": {},
            "state": {},
            "days_left": {},
            "partner_id": {"fields": {"display_name": {}}},
            "user_id": {"fields": {"display_name": {}}},
        }
        self.Letter.web_search_read([], specification, limit=80)
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            found = self.Letter.web_search_read([], specification, limit=80)
        self.assertEqual(found["length"], 10)
