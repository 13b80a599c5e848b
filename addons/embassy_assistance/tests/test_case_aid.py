from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CaseChapters

MONTHS = ("2026-02-01", "2026-03-01")


@tagged("post_install", "-at_install")
class TestCaseAid(CaseChapters):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.funds = cls.env["embassy.fund"].create(
            [
                {"name": "Probe fund", "company_id": cls.chapter_a.id},
                {"name": "Shared fund", "company_id": False},
                {"name": "Foreign fund", "company_id": cls.chapter_b.id},
            ]
        )

    def setUp(self):
        super().setUp()
        with freeze_time("2026-01-20"):
            self.case = self.case_of(self.desk_a)
            self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2026-01-20' WHERE id = %s", [self.case.id]
        )
        self.env.invalidate_all()

    def give(self, case=None, **values):
        case = case or self.case
        return self.as_worker(self.env["embassy.case.aid"]).create(
            {
                "case_id": case.id,
                "month": "2026-02-17",
                "topic": "3_daily",
                "fund_id": self.funds[0].id,
                "amount": 120,
                **values,
            }
        )

    def needs(self, *names):
        for name in names:
            need = self.env.ref(f"embassy_assistance.embassy_need_{name}")
            self.env["embassy.case.need"].create({"case_id": self.case.id, "need_id": need.id})

    def ledger(self, user=None):
        """What the coordinator reads of aid whose case is erased."""
        user = user or self.user_a["coordinator"]
        lines = self.as_user(self.env["embassy.case.aid"], user).search([("case_id", "=", False)])
        return {
            (str(line.month), line.topic, line.fund_id.name, line.amount) for line in lines
        }

    def test_a_worker_enters_aid_in_the_form(self):
        view = "embassy_assistance.helpdesk_ticket_view_form_case"
        with Form(self.as_worker(self.case), view) as form, form.aid_ids.new() as line:
            line.topic = "4_health"
            line.fund_id = self.funds[1]
            line.amount = 50
        self.assertEqual(self.case.aid_ids.company_id, self.chapter_a)
        self.assertEqual(self.case.aid_ids.month.day, 1)
        self.assertEqual(self.case.aid_ids.currency_id, self.chapter_a.currency_id)
        self.assertEqual(str(self.give().month), MONTHS[0])

    def test_wrong_aid_is_refused_before_the_database(self):
        for values in (
            {"amount": 0},
            {"amount": -5},
            {"fund_id": False},
            {"case_id": False},
        ):
            with self.subTest(values), self.assertRefused(ValidationError, "Aid "):
                self.give(**values)
        line = self.give()
        for values in ({"amount": 0}, {"fund_id": False}, {"case_id": False}):
            with self.subTest(values), self.assertRaises(UserError):
                line.write(values)
        with self.assertRaises(UserError):
            self.give(fund_id=self.funds[2].id)
        ticket = self.env["helpdesk.ticket"].create({"name": "Printer", "description": "x"})
        with self.assertRaises(UserError):
            self.give(ticket)
        for change in ("month = month + 1", "amount = 0", "amount = -1"):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                with self.env.cr.savepoint():
                    self.env.cr.execute(f"UPDATE embassy_case_aid SET {change}")  # noqa: S608

    def test_the_ledger_loses_the_case(self):
        old = self.give() + self.give(amount=30, month="2026-03-01", fund_id=self.funds[1].id)
        self.needs("rent", "food", "stay", "medical")
        seen_before = set(old.ids)
        self.env["embassy.purge"]._erase(self.case.id)
        protected = self.env.ref("embassy_assistance.embassy_need_protected").topic
        kept = {
            (MONTHS[0], "3_daily", "Probe fund", 120.0),
            (MONTHS[1], "3_daily", "Shared fund", 30.0),
            ("2026-01-01", "2_papers", False, 0.0),
            ("2026-01-01", protected, False, 0.0),
        }
        self.assertEqual(self.ledger(), kept)
        lines = self.env["embassy.case.aid"].search([])
        self.assertFalse(seen_before & set(lines.ids))
        self.assertEqual(lines.company_id, self.chapter_a)

    def test_who_reads_the_ledger(self):
        self.give()
        worker, coordinator = self.user_a["case_worker"], self.user_a["coordinator"]
        lines = self.env["embassy.case.aid"]
        self.assertTrue(self.as_worker(lines).search([]))
        self.assertTrue(self.as_user(lines, coordinator).search([]))
        self.desk_a.user_ids -= worker
        self.assertFalse(self.as_worker(lines).search([]))
        self.env["embassy.purge"]._erase(self.case.id)
        self.desk_a.user_ids += worker
        self.assertFalse(self.as_worker(lines).search([]))
        self.assertTrue(self.ledger())
        self.assertFalse(self.ledger(self.user_b["coordinator"]))

    def test_a_line_without_its_case_stays_as_it_is(self):
        self.give()
        self.env["embassy.purge"]._erase(self.case.id)
        line = self.env["embassy.case.aid"].search([])
        for user in (self.env.user, self.user_a["coordinator"]):
            mine = line.with_user(user)
            for change in ({"amount": 5}, {"case_id": self.case_of(self.desk_a).id}):
                with self.assertRefused(UserError, "cannot be changed"):
                    mine.write(change)
            with self.assertRefused(UserError, "cannot be changed"):
                mine.unlink()
