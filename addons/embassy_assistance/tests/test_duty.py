from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CaseChapters


@tagged("post_install", "-at_install")
class TestDuty(CaseChapters):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker, cls.coordinator = cls.user_a["case_worker"], cls.user_a["coordinator"]

    def duty(self, user, start=0, end=None, chapter=None):
        """Days from today on which a person is on duty."""
        today = fields.Date.today()
        return self.as_user(self.env["embassy.duty"], self.coordinator).create(
            {
                "user_id": user.id,
                "date_start": today + timedelta(days=start),
                "date_end": end is not None and today + timedelta(days=end),
            }
        )

    def on_duty(self, desk=None):
        self.env.invalidate_all()
        return self.env["embassy.duty"]._on_duty(desk or self.desk_a)

    def test_who_is_on_duty_today(self):
        self.assertFalse(self.on_duty())
        for start, end, is_on in (
            (0, None, True),
            (0, 0, True),
            (-3, 2, True),
            (-30, None, True),
            (-3, -1, False),
            (1, None, False),
        ):
            with self.subTest(start=start, end=end):
                row = self.duty(self.worker, start, end)
                self.assertEqual(self.on_duty(), self.worker if is_on else self.worker.browse())
                self.assertFalse(self.on_duty(self.desk_b))
                row.unlink()
        self.duty(self.worker)
        self.duty(self.coordinator)
        self.assertEqual(self.on_duty(), self.worker | self.coordinator)

    def test_the_day_is_that_of_the_person(self):
        """In Tbilisi it is the next day already when it is 22:00 in Greenwich."""
        self.worker.tz, self.coordinator.tz = "Asia/Tbilisi", "UTC"
        for user in (self.worker, self.coordinator):
            self.as_user(self.env["embassy.duty"], self.coordinator).create(
                {"user_id": user.id, "date_start": date(2026, 3, 2), "date_end": date(2026, 3, 2)}
            )
        for when, expected in (
            ("2026-03-01 19:00", self.worker.browse()),
            ("2026-03-01 22:00", self.worker),
            ("2026-03-02 12:00", self.worker | self.coordinator),
            ("2026-03-02 22:00", self.coordinator),
        ):
            with self.subTest(when=when), freeze_time(when):
                self.assertEqual(self.on_duty(), expected)

    def test_only_who_sees_the_requests(self):
        with self.assertRefused(ValidationError, "sees no requests"):
            self.duty(self.user_a["outreach_officer"])
        with self.assertRaises(AccessError):
            self.duty(self.user_b["case_worker"])
        self.duty(self.worker)
        for lose in (
            lambda: self.desk_a.write({"user_ids": [Command.unlink(self.worker.id)]}),
            lambda: self.worker.write({"active": False}),
            lambda: self.worker.write(
                {"group_ids": [Command.unlink(self.env.ref("embassy_core.group_case_worker").id)]}
            ),
        ):
            with self.env.cr.savepoint() as savepoint:
                lose()
                self.assertFalse(self.on_duty())
                savepoint.rollback()
            self.env.registry.clear_cache()

    def test_the_end_is_not_before_the_beginning(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.duty(self.worker, 3, 2)
