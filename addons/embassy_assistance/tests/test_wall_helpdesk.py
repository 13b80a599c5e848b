from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import CaseChapters


@tagged("post_install", "-at_install")
class TestWallHelpdesk(CaseChapters):
    """Tickets that are no cases, and all that belongs to them, between two chapters.

    The curious one of chapter B is a manager of the helpdesk.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = cls.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        cls.anna = cls.user_a["outreach_officer"]
        cls.curious = cls.user_b["outreach_officer"]
        (cls.anna | cls.curious).group_ids += manager
        cls.rows = {}
        for chapter in (cls.chapter_a, cls.chapter_b):
            team = cls.env["helpdesk.ticket.team"].create(
                {"name": "Office", "company_id": chapter.id, "use_sla": True}
            )
            values = {"name": "Marker", "company_id": chapter.id}
            made = {
                "helpdesk.ticket.team": team,
                **{
                    model: cls.env[model].create(values)
                    for model in (
                        "helpdesk.ticket.category",
                        "helpdesk.ticket.channel",
                        "helpdesk.ticket.stage",
                        "helpdesk.ticket.tag",
                        "helpdesk.sla",
                    )
                },
            }
            made["helpdesk.sla"].team_ids = team
            made["helpdesk.ticket"] = cls.env["helpdesk.ticket"].create(
                {
                    "name": "Marker",
                    "description": "Marker",
                    "team_id": team.id,
                    "company_id": chapter.id,
                }
            )
            made["helpdesk.ticket.sla"] = cls.env["helpdesk.ticket.sla"].create(
                {"ticket_id": made["helpdesk.ticket"].id, "sla_id": made["helpdesk.sla"].id}
            )
            cls.rows[chapter] = made
        cls.env.flush_all()

    def test_each_chapter_has_its_own_helpdesk(self):
        for model, theirs in self.rows[self.chapter_a].items():
            with self.subTest(model):
                mine = self.as_user(self.env[model], self.curious)
                self.assertFalse(mine.search([("id", "=", theirs.id)]))
                own = self.rows[self.chapter_b][model]
                self.assertEqual(mine.search([("id", "=", own.id)]), own)
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    theirs.with_env(mine.env).write({})
                    theirs.with_env(mine.env).read(["display_name"])

    def test_statistics_show_the_own_tickets(self):
        report = self.as_user(self.env["helpdesk.sla.report"], self.curious)
        found = report.search([]).ticket_id
        self.assertIn(self.rows[self.chapter_b]["helpdesk.ticket"], found)
        self.assertNotIn(self.rows[self.chapter_a]["helpdesk.ticket"], found)

    def test_promises_are_asked_for_one_by_one(self):
        """A worker of one ticket asks for the promises of all: the helpdesk raised instead."""
        ticket = self.rows[self.chapter_b]["helpdesk.ticket"]
        clerk = self.user_b["case_worker"]
        clerk.group_ids += self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        row = self.as_user(self.rows[self.chapter_b]["helpdesk.ticket.sla"], clerk)
        self.assertFalse(row._filtered_access("read"))
        ticket.user_id = clerk
        self.assertEqual(row._filtered_access("read"), row)

    def test_nothing_is_everybodys_by_accident(self):
        mine = self.rows[self.chapter_b]
        for model in ("helpdesk.ticket.team", "helpdesk.ticket.tag"):
            with self.subTest(model), self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_user(mine[model], self.curious).write({"company_id": False})

    def test_shared_stages_are_no_managers(self):
        shared = self.env.ref("embassy_assistance.helpdesk_ticket_stage_case_new")
        self.assertFalse(shared.company_id)
        with self.assertRaises(AccessError):
            self.as_user(shared, self.curious).name = "Ours"


@tagged("post_install", "-at_install")
class TestPortalForm(CaseChapters, HttpCase):
    def test_a_ticket_goes_to_no_other_chapter(self):
        """The helpdesk took any team and any category from the form."""
        person = self.user_b["portal"]
        person.password = "portal-password"
        self.chapter_b.helpdesk_mgmt_portal_select_team = True
        teams = self.env["helpdesk.ticket.team"].create(
            [
                {"name": "Office", "company_id": chapter.id, "show_in_portal": True}
                for chapter in (self.chapter_a, self.chapter_b)
            ]
        )
        foreign = self.env["helpdesk.ticket.category"].create(
            {"name": "Theirs", "company_id": self.chapter_a.id}
        )
        self.authenticate(person.login, "portal-password")
        tickets = self.env["helpdesk.ticket"]
        forms = ({"team": teams[0].id}, {"category": foreign.id}, {"team": 99_999_999})
        for form in forms:
            with self.subTest(form), self.assertLogs("odoo.http", "WARNING"):
                response = self._submit(**form)
                self.assertEqual(response.status_code, 404)
        self.assertFalse(tickets.search([("partner_id", "=", person.partner_id.id)]))
        self.assertEqual(self._submit(team=teams[1].id).status_code, 200)
        ticket = tickets.search([("partner_id", "=", person.partner_id.id)])
        self.assertEqual(ticket.team_id, teams[1])

    def _submit(self, **form):
        page = self.url_open("/new/ticket").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        values = {"csrf_token": token, "subject": "Hello", "description": "Hello", **form}
        return self.url_open("/submitted/ticket", data=values)


@tagged("post_install", "-at_install")
class TestDeskMembership(CaseChapters):
    """Who joins a desk is shown to all coordinators of the chapter."""

    def setUp(self):
        super().setUp()
        self.newcomer = self.user_a["outreach_officer"]
        self.coordinator = self.user_a["coordinator"]
        self.Membership = self.as_user(self.env["embassy.desk.membership"], self.coordinator)

    def rows_of(self, user):
        return self.Membership.search(
            [("team_id", "=", self.desk_a.id), ("user_id", "=", user.id)]
        )

    def test_joining_and_leaving_are_written_down(self):
        desk = self.as_user(self.desk_a, self.coordinator)
        desk.user_ids += self.newcomer
        row = self.rows_of(self.newcomer)
        self.assertEqual(row.joined_by_id, self.coordinator)
        self.assertFalse(row.date_left)
        desk.user_ids -= self.newcomer
        self.assertTrue(row.date_left)
        self.assertEqual(row.left_by_id, self.coordinator)
        desk.user_ids += self.newcomer
        self.assertEqual(len(self.rows_of(self.newcomer)), 2)
        self.env["embassy.desk.membership"]._note_changes(self.desk_a)
        self.assertEqual(len(self.rows_of(self.newcomer)), 2)

    def test_joining_by_the_page_of_a_person(self):
        self.newcomer.helpdesk_team_ids = [Command.link(self.desk_a.id)]
        self.assertTrue(self.rows_of(self.newcomer))
        self.newcomer.active = False
        self.assertTrue(self.rows_of(self.newcomer).date_left)

    def test_who_reads_it(self):
        self.assertTrue(self.Membership.search([]))
        for user in (self.user_a["case_worker"], self.user_b["coordinator"]):
            rows = self.as_user(self.env["embassy.desk.membership"], user)
            found = rows.search([]) if rows.has_access("read") else rows
            self.assertFalse(found & self.Membership.search([]))

    def test_it_is_not_changed(self):
        row = self.Membership.search([], limit=1)
        for rows in (row, row.sudo()):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                rows.write({"date_left": False})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                rows.unlink()

    def test_a_loss_counts_at_once(self):
        """With a warm cache, who is taken off a desk sees none of its cases in the next call."""
        worker = self.user_a["case_worker"]
        case = self.case_of(self.desk_a)
        seen = self.as_user(self.env["helpdesk.ticket"], worker)
        self.assertTrue(seen.search([("id", "=", case.id)]))
        worker.helpdesk_team_ids = [Command.unlink(self.desk_a.id)]
        self.assertFalse(seen.search([("id", "=", case.id)]))
        worker.helpdesk_team_ids = [Command.link(self.desk_a.id)]
        self.assertTrue(seen.search([("id", "=", case.id)]))
        worker.group_ids = self.env.ref("base.group_user")
        self.assertFalse(seen.search([("id", "=", case.id)]))

    def test_a_chapter_lost_on_its_own_page_counts_at_once(self):
        """Odoo forgets a person's chapters when the person is written, and not the chapter."""
        worker = self.user_a["case_worker"]
        worker.company_ids += self.chapter_b
        case = self.case_of(self.desk_a)
        seen = self.as_user(self.env["helpdesk.ticket"], worker)
        self.assertTrue(seen.search([("id", "=", case.id)]))
        self.desk_a.user_ids -= worker
        worker.company_id = self.chapter_b
        self.assertIn(self.chapter_a.id, worker._get_company_ids())
        self.chapter_a.write({"user_ids": [Command.unlink(worker.id)]})
        self.assertNotIn(self.chapter_a.id, worker._get_company_ids())
        with self.assertRaises(AccessError):
            seen.search([("id", "=", case.id)])
