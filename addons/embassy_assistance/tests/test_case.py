from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CaseChapters


@tagged("post_install", "-at_install")
class TestCase(CaseChapters):
    def test_worker_opens_and_works_a_case(self):
        """From the form to closed with the buttons, and each step stands in the history."""
        tickets = self.as_worker(self.env["helpdesk.ticket"]).with_context(case_form=True)
        rent = self.env.ref("embassy_assistance.embassy_need_rent")
        with Form(tickets, "embassy_assistance.helpdesk_ticket_view_form_case") as form:
            self.assertEqual(form.team_id, self.desk_a)
            self.assertFalse(form.user_id)
            form.urgency = "urgent"
            with form.case_need_ids.new() as line:
                line.need_id = rent
        case = form.record
        self.assertTrue(case.is_case and case.is_open)
        self.assertEqual(case.priority, "2")
        self.assertEqual(case.need_ids, rent)
        case.action_take()
        self.assertEqual(case.user_id, self.user_a["case_worker"])
        case.action_assess()
        case.action_agree_plan()
        case.action_start()
        case.action_hold()
        case.action_resume()
        case.action_follow_up()
        close = self.as_worker(self.env["embassy.case.close"])
        close.create({"case_id": case.id, "close_reason": "goals_met"}).action_close()
        self.assertFalse(case.is_open)
        self.assertTrue(case.closed_date)
        self.assertEqual(
            [step.stage_to_id.case_code for step in case.case_transition_ids.sorted("id")],
            [
                "new", "intake", "assessment", "plan", "active", "on_hold", "active", "follow_up",
                "closed",
            ],
        )  # fmt: skip
        self.assertEqual(case.case_transition_ids.user_id, self.user_a["case_worker"])
        case.action_reopen()
        self.assertTrue(case.is_open)
        self.assertFalse(case.close_reason)
        self.assertFalse(case.closed_date)

    def test_wrong_steps_are_refused(self):
        case = self.as_worker(self.case_of(self.desk_a))
        for code in ("plan", "active", "on_hold", "follow_up"):
            with self.subTest(code=code), self.assertRaises(UserError):
                case.write({"stage_id": self.stages[code].id})
        with self.assertRefused(UserError, "why the case is closed"):
            case.write({"stage_id": self.stages["closed"].id})
        case.action_take()
        case.action_hold()
        with self.assertRaises(UserError):
            case.write({"stage_id": self.stages["active"].id})
        case.action_resume()
        self.assertEqual(case.case_code, "intake")

    def test_an_open_case_is_not_archived(self):
        """It would wait in no queue, and never be erased."""
        case = self.as_worker(self.case_of(self.desk_a))
        with self.assertRefused(UserError, "Close the case first"):
            case.action_archive()
        case.write({"stage_id": self.stages["closed"].id, "close_reason": "declined"})
        case.action_archive()
        self.assertFalse(case.active)
        case.action_reopen()
        self.assertTrue(case.active)

    def test_stage_of_other_tickets_is_refused(self):
        case = self.as_worker(self.case_of(self.desk_a))
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaises(UserError):
            case.write({"stage_id": done.id, "close_reason": "goals_met"})

    def test_many_cases_move_by_one_write(self):
        cases = self.as_worker(self.case_of(self.desk_a) + self.case_of(self.desk_a))
        cases[0].action_take()
        cases.write({"stage_id": self.stages["intake"].id, "risk": "low"})
        self.assertEqual(cases.mapped("case_code"), ["intake", "intake"])
        self.assertEqual(cases.mapped("risk"), ["low", "low"])
        self.assertEqual([len(case.case_transition_ids) for case in cases], [2, 2])

    def test_history_is_append_only(self):
        step = self.case_of(self.desk_a).case_transition_ids
        with self.assertRaises(UserError):
            step.write({"user_id": self.user_a["coordinator"].id})
        with self.assertRaises(UserError):
            step.unlink()
        with self.assertRaises(AccessError):
            self.as_worker(step).read(["date"]) and self.as_worker(step).create(
                {
                    "case_id": step.case_id.id,
                    "stage_to_id": self.stages["closed"].id,
                    "user_id": self.user_a["coordinator"].id,
                }
            )

    def test_codes_count_by_chapter_and_year(self):
        with freeze_time("2026-12-31 23:00:00"):
            codes = [self.case_of(self.desk_a).number for _number in range(2)]
            codes.append(self.case_of(self.desk_b).number)
        with freeze_time("2027-01-01 00:30:00"):
            codes.append(self.as_worker(self.case_of(self.desk_a)).display_name)
        self.assertEqual(codes, ["QA-26-0001", "QA-26-0002", "QB-26-0001", "QA-27-0001"])

    def test_code_follows_the_chapter(self):
        self.chapter_a.chapter_code = "QC"
        with freeze_time("2026-06-01"):
            self.assertEqual(self.case_of(self.desk_a).number, "QC-26-0001")

    def test_chapter_that_takes_no_cases(self):
        self.chapter_a.chapter_level = "initiative"
        with self.assertRefused(UserError, "does not take cases"):
            self.case_of(self.desk_a)
        with self.assertRefused(UserError, "does not take cases"):
            self._desk(self.chapter_a, self.user_a["case_worker"])

    def test_case_worker_sees_the_own_desks_only(self):
        other = self._desk(self.chapter_a, self.env["res.users"])
        hidden, seen = self.case_of(other), self.case_of(self.desk_a)
        tickets = self.as_worker(self.env["helpdesk.ticket"])
        self.assertEqual(tickets.search([("is_case", "=", True)]), seen)
        other.user_ids = self.user_a["case_worker"]
        self.assertEqual(tickets.search([("is_case", "=", True)]), seen + hidden)
        self.user_a["case_worker"].helpdesk_team_ids = self.env["helpdesk.ticket.team"]
        self.assertFalse(tickets.search([("is_case", "=", True)]))

    def test_coordinator_sees_the_chapter(self):
        other = self._desk(self.chapter_a, self.env["res.users"])
        cases = self.case_of(other) + self.case_of(self.desk_a)
        self.case_of(self.desk_b)
        tickets = self.as_user(self.env["helpdesk.ticket"], self.user_a["coordinator"])
        self.assertEqual(set(tickets.search([("is_case", "=", True)]).ids), set(cases.ids))

    def test_helpdesk_manager_and_admin_see_none(self):
        self.case_of(self.desk_a)
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.chapter_a
        for group in ("helpdesk_mgmt.group_helpdesk_manager", "base.group_system"):
            self.assertTrue(admin.has_group(group))
        for model, domain in (
            ("helpdesk.ticket", [("is_case", "=", True)]),
            ("helpdesk.ticket.team", [("is_assistance", "=", True)]),
            ("helpdesk.ticket.sla", [("ticket_id.is_case", "=", True)]),
            ("helpdesk.sla.report", [("team_id", "=", self.desk_a.id)]),
        ):
            with self.subTest(model=model):
                self.assertTrue(self.env[model].search_count(domain))
                self.assertFalse(self.as_user(self.env[model], admin).search_count(domain))

    def test_worker_is_somebody_who_sees_the_case(self):
        case = self.case_of(self.desk_a)
        for user in (self.user_a["outreach_officer"], self.user_b["case_worker"]):
            with self.assertRaises(ValidationError):
                case.user_id = user
        case.user_id = self.user_a["coordinator"]

    def test_protected_need_is_not_named(self):
        case = self.as_worker(self.case_of(self.desk_a))
        psych = self.env.ref("embassy_assistance.embassy_need_psych")
        case.case_need_ids = [(0, 0, {"need_id": psych.id})]
        self.assertEqual(case.need_ids.code, "protected")
        case.case_need_ids.need_id = psych
        self.assertEqual(case.need_ids.code, "protected")
        self.env.cr.execute("SELECT count(*) FROM embassy_case_need WHERE need_id = %s", [psych.id])
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_need_stays_in_the_chapter(self):
        rent = self.env.ref("embassy_assistance.embassy_need_rent")
        foreign, own = self.case_of(self.desk_b), self.case_of(self.desk_a)
        lines = self.as_worker(self.env["embassy.case.need"])
        with self.assertRaises(AccessError):
            lines.create({"case_id": foreign.id, "need_id": rent.id})
        line = lines.create({"case_id": own.id, "need_id": rent.id})
        with self.assertRaises(AccessError):
            line.case_id = foreign
        foreign_need = self.env["embassy.need"].create(
            {"name": "Theirs", "code": "theirs", "company_id": self.chapter_b.id}
        )
        with self.assertRaises(UserError):
            line.need_id = foreign_need

    def test_only_the_month_of_expiry_is_kept(self):
        case = self.as_worker(self.case_of(self.desk_a, date_document_expiry="2027-03-19"))
        self.assertEqual(str(case.date_document_expiry), "2027-03-01")
        case.date_document_expiry = "2027-05-31"
        self.assertEqual(str(case.date_document_expiry), "2027-05-01")

    def test_desk_keeps_to_its_chapter(self):
        coordinator = self.user_a["coordinator"]
        desks = self.as_user(self.env["helpdesk.ticket.team"], coordinator)
        desk = desks.create({"name": "New desk", "is_assistance": True})
        self.assertEqual(desk.company_id, self.chapter_a)
        self.assertFalse(desk.show_in_portal)
        desk.user_ids = self.user_a["case_worker"]
        with self.assertRaises(AccessError):
            desk.user_ids = self.user_b["case_worker"]
        with self.assertRaises(AccessError):
            desks.create({"name": "No desk"})
        plain = self.env["helpdesk.ticket.team"].create(
            {"name": "Plain", "company_id": self.chapter_a.id}
        )
        with self.assertRaises(AccessError):
            plain.with_user(coordinator).name = "Mine"
        self.case_of(desk)
        with self.assertRaises(UserError):
            desk.sudo().is_assistance = False
        with self.assertRaises(UserError):
            desk.sudo().company_id = self.chapter_b

    def test_other_tickets_never_show_stages_of_cases(self):
        plain = self.env["helpdesk.ticket.team"].create({"name": "Plain"})
        self.assertFalse(any(plain._get_applicable_stages().mapped("case_code")))
        self.assertFalse(
            self.env["helpdesk.ticket.team"]._get_applicable_stages().filtered("case_code")
        )
        tickets = self.env["helpdesk.ticket"]
        columns = tickets._read_group_stage_ids(tickets.stage_id, [])
        self.assertFalse(columns.filtered("case_code"))
        columns = tickets.with_context(case_form=True)._read_group_stage_ids(tickets.stage_id, [])
        self.assertEqual(len(columns), 8)

    def test_ticket_of_a_worker_does_not_become_a_case(self):
        """The helpdesk puts a ticket without a team into the first team of its worker."""
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "Broken", "user_id": self.user_a["case_worker"].id}
        )
        self.assertFalse(ticket.team_id)
        self.assertFalse(ticket.is_case)
