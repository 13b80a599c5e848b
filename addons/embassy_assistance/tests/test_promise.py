from datetime import datetime, timedelta

from freezegun import freeze_time
from pytz import timezone, utc

from odoo.tests import tagged

from .common import CaseChapters

HOURS = {"emergency": 24, "urgent": 72, "normal": 14 * 24}


@tagged("post_install", "-at_install")
class TestPromise(CaseChapters):
    """The promised times of cases: 24 hours, 72 hours and 14 days, day and night."""

    @staticmethod
    def _utc(zone, *when):
        return timezone(zone).localize(datetime(*when)).astimezone(utc).replace(tzinfo=None)

    def _promise(self, case, now):
        """When the answer is promised, as a person who works the case reads it."""
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(now):
            return self.as_worker(case).sla_deadline

    def _expired(self, case, now):
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(now):
            return self.as_worker(case).sla_expired

    def _move(self, case, when, action):
        with freeze_time(when):
            getattr(self.as_worker(case), action)()
            self.env.flush_all()

    def _assert_at(self, found, expected):
        self.assertTrue(found)
        self.assertLess(abs(found - expected), timedelta(seconds=1), f"{found} {expected}")

    def _check_all(self, start):
        for urgency, hours in HOURS.items():
            with self.subTest(urgency=urgency, start=start):
                case = self.case_at(start, self.desk_a, urgency=urgency)
                end = start + timedelta(hours=hours)
                self._assert_at(self._promise(case, start), end)
                self.assertFalse(self._expired(case, end - timedelta(minutes=1)))
                self.assertTrue(self._expired(case, end + timedelta(minutes=1)))

    def test_over_a_weekend(self):
        self._check_all(datetime(2026, 11, 20, 16, 45))

    def test_when_clocks_go_back(self):
        """25 October 2026, 3 o'clock becomes 2: an hour more on the wall, none in the promise."""
        self.user_a["case_worker"].tz = "Europe/Ljubljana"
        self._check_all(self._utc("Europe/Ljubljana", 2026, 10, 24, 18, 0))

    def test_when_clocks_go_forward(self):
        """29 March 2026, 3 o'clock becomes 4."""
        self.user_a["case_worker"].tz = "Europe/Vilnius"
        self._check_all(self._utc("Europe/Vilnius", 2026, 3, 28, 18, 0))

    def test_public_holidays_are_no_excuse(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.chapter_a.id,
                "date_from": "2026-12-24 00:00:00",
                "date_to": "2026-12-27 00:00:00",
            }
        )
        self._check_all(datetime(2026, 12, 23, 20, 0))

    def test_taking_a_case_answers_nobody(self):
        """The answer is given in the intake, so the promise is kept when the intake is over."""
        start = datetime(2026, 11, 24, 9, 0)
        case = self.case_at(start, self.desk_a, urgency="emergency")
        self._move(case, start + timedelta(hours=1), "action_take")
        self._assert_at(
            self._promise(case, start + timedelta(hours=2)), start + timedelta(hours=24)
        )
        self.assertEqual(case.ticket_sla_ids.state, "in_progress")
        self._move(case, start + timedelta(hours=23), "action_assess")
        self.assertEqual(case.ticket_sla_ids.state, "accomplished")
        self.assertFalse(self._expired(case, start + timedelta(hours=30)))

    def test_late_answer_stays_late(self):
        start = datetime(2026, 11, 24, 9, 0)
        case = self.case_at(start, self.desk_a, urgency="emergency")
        self._move(case, start + timedelta(hours=1), "action_take")
        self._move(case, start + timedelta(hours=25), "action_assess")
        self.assertEqual(case.ticket_sla_ids.state, "expired")

    def test_on_hold_stops_the_clock(self):
        start = datetime(2026, 11, 20, 9, 0)
        case = self.case_at(start, self.desk_a, urgency="emergency")
        self._move(case, start + timedelta(hours=2), "action_take")
        self._move(case, start + timedelta(hours=10), "action_hold")
        self.assertEqual(case.ticket_sla_ids.state, "on_hold")
        self.assertFalse(self._expired(case, start + timedelta(days=20)))
        self._move(case, start + timedelta(days=20), "action_resume")
        self.assertEqual(case.ticket_sla_ids.state, "in_progress")
        end = start + timedelta(days=20, hours=14)
        self._assert_at(self._promise(case, start + timedelta(days=20)), end)
        self._move(case, end - timedelta(hours=4), "action_hold")
        self._move(case, end + timedelta(days=3), "action_resume")
        self._assert_at(
            self._promise(case, end + timedelta(days=3)), end + timedelta(days=3, hours=4)
        )
        self._move(case, end + timedelta(days=3, hours=3), "action_assess")
        self.assertEqual(case.ticket_sla_ids.state, "accomplished")

    def test_closing_from_on_hold_keeps_the_promise(self):
        start = datetime(2026, 11, 20, 9, 0)
        case = self.case_at(start, self.desk_a, urgency="emergency")
        self._move(case, start + timedelta(hours=2), "action_take")
        self._move(case, start + timedelta(hours=10), "action_hold")
        with freeze_time(start + timedelta(days=30)):
            case.write({"stage_id": self.stages["closed"].id, "close_reason": "no_contact"})
        self.assertEqual(case.ticket_sla_ids.state, "accomplished")

    def test_hold_after_the_time_does_not_mend_it(self):
        start = datetime(2026, 11, 20, 9, 0)
        case = self.case_at(start, self.desk_a, urgency="emergency")
        self._move(case, start + timedelta(hours=2), "action_take")
        self._move(case, start + timedelta(hours=25), "action_hold")
        self.assertEqual(case.ticket_sla_ids.state, "expired")

    def test_urgency_changes_the_promise_and_keeps_the_clock(self):
        start = datetime(2026, 11, 20, 9, 0)
        case = self.case_at(start, self.desk_a)
        self._move(case, start + timedelta(hours=2), "action_take")
        self._move(case, start + timedelta(hours=5), "action_hold")
        self._move(case, start + timedelta(hours=15), "action_resume")
        with freeze_time(start + timedelta(hours=16)):
            self.as_worker(case).urgency = "emergency"
            self.env.flush_all()
        self.assertEqual(len(case.ticket_sla_ids), 1)
        self.assertEqual(case.priority, "3")
        self._assert_at(
            self._promise(case, start + timedelta(hours=16)), start + timedelta(hours=34)
        )

    def test_lower_urgency_does_not_mend_a_broken_promise(self):
        start = datetime(2026, 11, 20, 9, 0)
        case = self.case_at(start, self.desk_a, urgency="emergency")
        with freeze_time(start + timedelta(hours=30)):
            self.as_worker(case).urgency = "normal"
            self.env.flush_all()
        self.assertTrue(self._expired(case, start + timedelta(hours=31)))

    def test_other_tickets_get_no_promise_of_cases(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "Plain", "use_sla": True})
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Broken", "team_id": team.id}
        )
        self.assertFalse(ticket.ticket_sla_ids.sla_id.filtered("urgency"))
