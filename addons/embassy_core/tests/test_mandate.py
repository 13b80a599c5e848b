from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_directory import DirectoryCase


@tagged("post_install", "-at_install")
class TestMandate(DirectoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.legislature = cls.Mandate_a.env["embassy.legislature"].create(
            {
                "body_id": cls.body_a.id,
                "name": "First term",
                "date_start": "2024-03-01",
                "date_end": "2028-02-29",
            }
        )

    def mandate(self, **values):
        values = {"person_id": self.person_a.id, "body_id": self.body_a.id} | values
        mandate = self.Mandate_a.create(values)
        self.env.flush_all()
        return mandate

    def assertRefused(self, error, **values):
        with mute_logger("odoo.sql_db"), self.assertRaises(error), self.env.cr.savepoint():
            self.mandate(**values)

    def test_reversed_dates_are_refused_by_the_database(self):
        self.assertRefused(CheckViolation, date_start="2025-02-01", date_end="2025-01-01")
        self.assertRefused(CheckViolation, date_start="2025-02-01", date_deadline="2025-01-01")

    def test_overlap_is_refused_by_the_database(self):
        self.mandate(date_start="2020-01-01", date_end="2021-01-01")
        self.assertRefused(ExclusionViolation, date_start="2020-06-01", date_end="2022-01-01")
        self.assertRefused(ExclusionViolation, date_start="2020-06-01")
        self.assertRefused(ExclusionViolation)

    def test_what_may_stand_beside_each_other(self):
        self.mandate(date_start="2020-01-01", date_end="2021-01-01")
        self.mandate(date_start="2021-01-01", date_end="2021-06-01")
        self.mandate(date_start="2020-06-01", role="Chair")
        self.mandate(date_start="2020-06-01", legislature_id=self.legislature.id)
        other = self.institution(self.Partner_a, "City council")
        self.mandate(date_start="2020-06-01", body_id=other.id)
        self.assertEqual(len(self.person_a.mandate_ids), 5)

    def test_overlap_has_a_kind_message(self):
        message = "nothing was refused"
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.mandate()
                self.mandate()
        except ExclusionViolation as error:
            message = self.env["embassy.mandate"]._sql_error_to_message(error)
        self.assertIn("holds this role there at that time already", message)

    def test_missing_dates_come_from_the_legislature(self):
        mandate = self.mandate(legislature_id=self.legislature.id)
        self.assertEqual(mandate.date_start, date(2024, 3, 1))
        self.assertEqual(mandate.date_until, date(2028, 2, 29))
        self.legislature.date_end = "2027-01-31"
        self.assertEqual(mandate.date_deadline, date(2027, 1, 31))

    def test_own_dates_stay_when_the_legislature_moves(self):
        mandate = self.mandate(
            legislature_id=self.legislature.id, date_start="2025-05-05", date_deadline="2026-01-01"
        )
        self.legislature.write({"date_start": "2024-04-01", "date_end": "2027-01-31"})
        self.assertEqual(mandate.date_start, date(2025, 5, 5))
        self.assertEqual(mandate.date_deadline, date(2026, 1, 1))

    def test_partial_date_is_kept_as_given(self):
        mandate = self.mandate(date_start_given="2015", date_end_given="2016-02")
        self.assertEqual(mandate.date_start, date(2015, 1, 1))
        self.assertEqual(mandate.date_end, date(2016, 2, 29))
        self.assertEqual((mandate.date_start_given, mandate.date_end_given), ("2015", "2016-02"))
        mandate.date_end = "2016-02-14"
        self.assertFalse(mandate.date_end_given)
        self.assertRefused(ValidationError, date_start_given="last spring")

    @freeze_time("2026-03-10")
    def test_state_and_days_left(self):
        self.assertEqual(self.mandate(date_deadline="2026-03-10").state, "current")
        past = self.mandate(role="Chair", date_deadline="2026-03-09")
        coming = self.mandate(role="Deputy", date_start="2026-03-11")
        current = self.mandate(role="Clerk", date_start="2026-03-10", date_deadline="2026-04-09")
        self.assertEqual((past.state, coming.state), ("past", "coming"))
        self.assertEqual((current.state, current.days_left), ("current", 30))

    @freeze_time("2026-03-10")
    def test_past_the_deadline_closes_by_itself_and_once(self):
        past = self.mandate(date_start="2020-01-01", date_deadline="2026-03-09")
        open_ = self.mandate(role="Chair", date_deadline="2026-03-10")
        self.env.flush_all()
        cron = self.env.ref("embassy_core.embassy_mandate_cron_close")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(past.date_end, date(2026, 3, 9))
        self.assertFalse(open_.date_end)
        written = past.write_date
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(past.write_date, written)

    def test_ending_soon_filter(self):
        today = date.today()
        soon = self.mandate(date_deadline=today + timedelta(days=29))
        later = self.mandate(role="Chair", date_deadline=today + timedelta(days=91))
        domain = [("date_until", ">=", "today"), ("date_until", "<=", "today +30d")]
        found = self.Mandate_a.search(domain)
        self.assertIn(soon, found)
        self.assertNotIn(later, found)

    def test_body_is_seen_where_the_person_is(self):
        self.assertRefused(UserError, body_id=self.body_b.id)
        self.assertRefused(UserError, person_id=self.person_b.id)
        self.body_b.action_share_with_chapters()
        self.mandate(body_id=self.body_b.id)

    def test_mandate_follows_its_person(self):
        mandate = self.mandate()
        self.assertEqual(mandate.company_id, self.chapter_a)
        with self.assertRaises(UserError):
            mandate.company_id = self.chapter_b

    def test_nobody_gives_a_mandate_away(self):
        self.body_a.action_share_with_chapters()
        mandate = self.mandate()
        with self.assertRaises(AccessError):
            mandate.person_id = self.person_b
        legislature = self.legislature.with_env(self.Mandate_a.env)
        with self.assertRaises(UserError):
            legislature.body_id = self.body_b

    def test_legislature_of_another_body_is_refused(self):
        other = self.institution(self.Partner_a, "City council")
        self.assertRefused(ValidationError, body_id=other.id, legislature_id=self.legislature.id)

    def test_indexes_serve_the_lists(self):
        """Next ends first, of all chapters and of one: no sorting of all mandates."""
        self.env.cr.execute(
            """
            INSERT INTO embassy_mandate (
                person_id, body_id, role, company_id, date_start, date_deadline, date_until)
            SELECT %s, %s, 'Role ' || n, %s, day, day, day
              FROM (SELECT n, DATE '2000-01-01' + n %% 20000 AS day
                      FROM generate_series(1, 20000) n) days
            """,
            [self.person_a.id, self.body_a.id, self.chapter_a.id],
        )
        self.env.cr.execute("ANALYZE embassy_mandate")
        domain = [("date_until", ">=", "today"), ("date_until", "<=", "today +30d")]
        for order in ("date_until, id", "date_start desc, id desc"):
            query = self.Mandate_a._search(domain, order=order, limit=80)
            self.env.cr.execute("EXPLAIN " + query.select().code, query.select().params)
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            self.assertNotIn("Seq Scan on embassy_mandate", plan)
