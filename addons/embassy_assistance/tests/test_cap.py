from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models import embassy_case_opening
from .test_alert import AlertCase


@tagged("post_install", "-at_install")
class TestCap(AlertCase):
    """Whoever opens too many cases is stopped, and seen by the others; two may allow more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.coordinators - cls.coordinator
        cls.second = cls.second[0]

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
        for name, most in (("MOST_AN_HOUR", 3), ("MOST_A_DAY", 4)):
            self.enterContext(patch.object(embassy_case_opening, name, most))

    def opens(self, numbers, user=None, chapter=None):
        """How many of these cases somebody opens before being stopped (int)."""
        openings = self.env["embassy.case.opening"].with_user(user or self.worker)
        self.env.flush_all()
        for done, number in enumerate(numbers):
            try:
                openings._note(chapter or self.chapter_a, f"handle {number}", "story")
            except UserError:
                return done
        return len(numbers)

    def stops(self):
        self.env.invalidate_all()
        return self.env["embassy.case.opening"].search([("kind", "=", "stopped")])

    def test_r22_twenty_an_hour_and_sixty_a_day(self):
        with (
            patch.object(embassy_case_opening, "MOST_AN_HOUR", 20),
            patch.object(embassy_case_opening, "MOST_A_DAY", 60),
        ):
            self.assertEqual(self.opens(range(100)), 20)
            for hour, first in ((2, 20), (4, 40), (6, 60)):
                with freeze_time(fields.Datetime.now() + timedelta(hours=hour)):
                    opened = self.opens(range(first, 100))
                    self.assertEqual(opened, 20 if first < 60 else 0)

    def test_r22_the_other_coordinators_are_told_once_a_day(self):
        with freeze_time("2026-03-02 09:00"):
            self.assertEqual(self.opens(range(5)), 3)
            self.assertEqual(self.stops().user_id, self.worker)
            told = self.addresses(self.coordinators)
            self.assertEqual(sorted(self.news().mapped("email_to")), told)
            self.assertEqual(self.opens(range(5, 9)), 0)
            self.assertEqual(len(self.news()), len(told))
        with freeze_time("2026-03-03 11:00"):
            self.assertEqual(self.opens(range(9, 20)), 3)
            self.assertEqual(len(self.news()), 2 * len(told))
            self.assertEqual(len(self.stops()), 2)
        self.assertFalse(self.stops()._broken_in(self.chapter_a))

    def test_r22_a_coordinator_is_seen_by_the_others(self):
        self.opens(range(5), self.coordinator)
        told = self.addresses(self.coordinators - self.coordinator)
        self.assertEqual(sorted(self.news().mapped("email_to")), told)
        seen = self.as_user(self.stops(), self.second)
        self.assertEqual(seen.mapped("kind"), ["stopped"])

    def test_who_was_stopped_cannot_be_turned_into_another(self):
        self.opens(range(5))
        stop = self.stops()
        self.env.cr.execute("ALTER TABLE embassy_case_opening DISABLE TRIGGER USER")
        self.env.cr.execute(
            SQL(
                "UPDATE embassy_case_opening SET user_id = %s WHERE id = %s",
                self.coordinator.id,
                stop.id,
            )
        )
        self.env.invalidate_all()
        self.assertEqual(stop._broken_in(self.chapter_a), stop)

    def ask(self, user=None, by=None, **values):
        raises = self.as_user(self.env["embassy.cap.raise"], by or self.coordinator)
        return raises.create(
            {"user_id": (user or self.worker).id, "company_id": self.chapter_a.id, **values}
        )

    def agree(self, row, by):
        self.as_user(row, by).action_agree()

    def test_two_coordinators_raise_it_for_a_time(self):
        start = fields.Datetime.now()
        row = self.ask(hours=5)
        self.assertEqual(row.state, "asked")
        self.assertEqual(self.opens(range(20)), 3)
        self.agree(row, self.second)
        self.assertEqual(row.state, "runs")
        # Not in another chapter, and nobody else.
        self.assertEqual(self.opens(range(30, 50), chapter=self.chapter_b), 0)
        self.assertEqual(self.opens(range(20), self.coordinator), 3)
        self.assertEqual(self.opens(range(3, 20)), 6)
        with freeze_time(start + timedelta(hours=4, minutes=59)):
            self.assertEqual(self.opens(range(20, 40)), 3)
        with freeze_time(start + timedelta(hours=5, minutes=1)):
            self.env.invalidate_all()
            self.assertEqual(row.state, "over")
            self.assertEqual(self.opens(range(40, 60)), 0)
        with freeze_time(start + timedelta(hours=72)):
            self.assertEqual(self.opens(range(60, 80)), 3)

    def test_nobody_agrees_to_their_own(self):
        row = self.ask(hours=5)
        with self.assertRefused(UserError, "Somebody else has to agree"):
            self.agree(row, self.coordinator)
        row = self.ask(self.second)
        with self.assertRefused(UserError, "Somebody else has to agree"):
            self.agree(row, self.second)
        for stranger in (self.user_b["coordinator"], self.worker, self.user_a["federation"]):
            with self.assertRaises(AccessError):
                self.agree(row, stranger)
        self.assertFalse(row.date_agreed)
        row = self.ask(self.coordinator)
        self.agree(row, self.second)
        with self.assertRefused(UserError, "agreed already"):
            self.agree(row, self.second)

    def test_values_from_outside_raise_nothing(self):
        now = fields.Datetime.now()
        agreed = {
            "asked_by_id": self.second.id,
            "agreed_by_id": self.second.id,
            "date_agreed": now,
            "date_end": now + timedelta(days=300),
        }
        row = self.ask(**agreed)
        self.assertEqual(row.asked_by_id, self.coordinator)
        self.assertFalse(row.agreed_by_id or row.date_end)
        for user in (self.coordinator, self.second):
            with self.assertRaises(UserError):
                self.as_user(row, user).write(agreed)
            with self.assertRaises(UserError):
                self.as_user(row, user).unlink()
        with self.assertRaises(UserError):
            row.write(agreed)
        with self.assertRaises(UserError):
            row.unlink()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.ask(hours=49)

    def test_the_database_knows_two_people_and_an_end(self):
        row = self.ask()
        self.env.flush_all()
        for agreed_by, end in (
            (self.coordinator, "48 hours"),
            (self.worker, "48 hours"),
            (self.second, "49 hours"),
        ):
            query = SQL(
                "UPDATE embassy_cap_raise SET agreed_by_id = %s, date_agreed = now(),"
                " date_end = now() + %s::interval WHERE id = %s",
                agreed_by.id,
                end,
                row.id,
            )
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                with self.env.cr.savepoint():
                    self.env.cr.execute(query)

    def test_only_for_who_works_on_cases_of_the_chapter(self):
        with self.assertRefused(ValidationError, "Choose a case worker"):
            self.ask(self.user_a["outreach_officer"])
        with self.assertRaises(UserError):
            self.ask(self.user_b["case_worker"])
