from psycopg2.errors import CheckViolation, NotNullViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import VISIT, VisitChapters


@tagged("post_install", "-at_install")
class TestVisit(VisitChapters):
    def setUp(self):
        super().setUp()
        self.officer = self.user_a["outreach_officer"]
        self.visits = self.as_user(self.env["event.event"], self.officer)

    def test_officer_plans_and_coordinator_approves(self):
        action = self.env.ref("embassy_outreach.event_event_action_visit")
        visits = self.visits.with_context(default_is_visit=True)
        with Form(visits, "embassy_outreach.event_event_view_form_visit") as form:
            form.name = "Choir"
            form.date_begin = VISIT["date_begin"]
            form.date_end = VISIT["date_end"]
            form.visit_kind_id = self.env.ref("embassy_outreach.embassy_visit_kind_culture")
            with form.programme_item_ids.new() as item:
                item.purpose = "Concert"
                item.date_start = "2026-06-02 18:00:00"
                item.date_end = "2026-06-02 20:00:00"
            with form.delegate_ids.new() as delegate:
                delegate.name = "Choir leader"
        visit = form.record
        self.assertEqual(self.visits.search([("is_visit", "=", True)]), visit)
        self.assertIn("default_is_visit", action.context)
        self.assertEqual(visit.visit_state, "idea")
        self.assertEqual(visit.programme_item_ids.company_id, self.chapter_a)
        self.assertFalse(visit.sudo().event_mail_ids)
        self.assertFalse(visit.sudo().question_ids)
        visit.action_propose()
        with self.assertRaises(AccessError):
            visit.action_approve()
        self.as_user(visit, self.user_a["coordinator"]).action_approve()
        for step in ("prepare", "ready", "begin", "follow_up", "close"):
            getattr(visit, f"action_{step}")()
        self.assertEqual(visit.visit_state, "closed")

    def test_wrong_steps_are_refused(self):
        visit = self.visits.browse(self.visit_of(self.chapter_a).id)
        for state in ("approved", "ready", "ongoing", "closed"):
            with self.subTest(state=state), self.assertRefused(UserError, "cannot go from"):
                visit.visit_state = state
        visit.action_cancel()
        with self.assertRaises(UserError):
            visit.action_propose()
        visit.action_back_to_idea()

    def test_a_new_visit_is_an_idea(self):
        visit = self.visits.create(self.visit_values(self.chapter_a, visit_state="approved"))
        self.assertEqual(visit.visit_state, "idea")

    def test_chapter_that_organises_no_visits(self):
        self.chapter_a.chapter_level = "consulate"
        with self.assertRefused(UserError, "does not organise visits"):
            self.visits.create(self.visit_values(self.chapter_a))

    def test_visit_belongs_to_one_chapter(self):
        with self.assertRefused(ValidationError, "belongs to a chapter"):
            self.env["event.event"].create({**VISIT, "company_id": False})
        visit = self.visit_of(self.chapter_a)
        with self.assertRaises(UserError):
            visit.company_id = self.chapter_b
        with self.assertRaises(UserError):
            visit.is_visit = False
        with mute_logger("odoo.sql_db"), self.assertRaises(NotNullViolation):
            self.env.cr.execute("UPDATE event_event SET company_id = NULL WHERE id = %s", visit.ids)

    def test_foreign_chapter_is_refused(self):
        visit = self.visit_of(self.chapter_b)
        with self.assertRaises(AccessError):
            self.visits.create(self.visit_values(self.chapter_b))
        with self.assertRaises(AccessError):
            self.visits.browse(visit.id).read(["name"])
        for model, values in (
            ("embassy.programme.item", self.item_values(visit)),
            ("embassy.delegate", {"visit_id": visit.id, "name": "Probe"}),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.as_user(self.env[model], self.officer).create(values)
        own = self.as_user(self.env["embassy.delegate"], self.officer).create(
            {"visit_id": self.visit_of(self.chapter_a).id, "name": "Probe"}
        )
        with self.assertRaises(AccessError):
            own.visit_id = visit

    def test_event_groups_show_no_visit(self):
        self.visit_of(self.chapter_a)
        manager = new_test_user(
            self.env,
            "event_probe",
            groups="event.group_event_manager",
            company_id=self.chapter_a.id,
            company_ids=[(6, 0, self.chapter_a.ids)],
        )
        events = self.as_user(self.env["event.event"], manager)
        self.assertFalse(events.search([("is_visit", "=", True)]))
        public = events.create({**VISIT, "is_visit": False})
        self.assertFalse(self.visits.search([("id", "=", public.id)]))
        manager.group_ids += self.env.ref("embassy_core.group_outreach_officer")
        self.assertEqual(len(events.search([("company_id", "=", self.chapter_a.id)])), 2)

    def test_programme_stays_inside_the_visit(self):
        visit = self.visit_of(self.chapter_a)
        items = self.env["embassy.programme.item"]
        outside = {"date_start": "2026-05-31 23:00:00", "date_end": "2026-06-01 09:00:00"}
        with self.assertRefused(ValidationError, "outside the dates"):
            items.create(self.item_values(visit, **outside))
        items.create(self.item_values(visit))
        with self.assertRefused(ValidationError, "outside the dates"):
            visit.date_begin = "2026-06-01 10:30:00"

    def test_reversed_times_are_refused(self):
        item = self.env["embassy.programme.item"].create(
            self.item_values(self.visit_of(self.chapter_a))
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            item.date_end = item.date_start
            item.flush_recordset()

    def test_clash_is_shown_with_its_reason(self):
        visit = self.visit_of(self.chapter_a)
        items = self.env["embassy.programme.item"].create(
            [
                self.item_values(visit, purpose="Talk"),
                self.item_values(
                    visit,
                    purpose="Press",
                    date_start="2026-06-01 10:30:00",
                    date_end="2026-06-01 11:30:00",
                ),
                self.item_values(
                    visit,
                    purpose="Lunch",
                    date_start="2026-06-01 11:30:00",
                    date_end="2026-06-01 12:30:00",
                ),
            ]
        )
        self.assertIn("Press", items[0].clash)
        self.assertIn("Talk", items[1].clash)
        self.assertFalse(items[2].clash)
        self.assertEqual(visit.clash_count, 2)

    def test_visit_takes_no_registrations(self):
        visit = self.visit_of(self.chapter_a)
        event = self.env["event.event"].create({**VISIT, "is_visit": False})
        registrations = self.env["event.registration"]
        with self.assertRefused(UserError, "no registrations"):
            registrations.create({"event_id": visit.id, "name": "Probe"})
        registration = registrations.create({"event_id": event.id, "name": "Probe"})
        with self.assertRefused(UserError, "no registrations"):
            registration.event_id = visit

    def test_list_queries_do_not_grow(self):
        for _number in range(40):
            self.visit_of(self.chapter_a, user_id=self.officer.id)
        fields = dict.fromkeys(("date_begin", "name", "visit_state"), {})
        fields |= dict.fromkeys(
            ("visit_kind_id", "host_id", "user_id"), {"fields": {"display_name": {}}}
        )
        counts = []
        for limit in (40, 2, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.visits.web_search_read([("is_visit", "=", True)], fields, limit=limit)
            self.assertEqual(len(found["records"]), limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 8)
