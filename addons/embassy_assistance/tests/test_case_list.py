from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from .common import CaseChapters


@tagged("post_install", "-at_install")
class TestCaseList(CaseChapters):
    OPEN = [("is_case", "=", True), ("is_open", "=", True)]

    def _read_list(self, limit):
        tickets = self.as_worker(self.env["helpdesk.ticket"])
        action = self.env.ref("embassy_assistance.helpdesk_ticket_action_cases")
        view = tickets.get_views([(view.view_id.id, view.view_mode) for view in action.view_ids])
        fields = {
            name: {"fields": {"display_name": {}}} if tickets._fields[name].relational else {}
            for name in view["models"]["helpdesk.ticket"]["fields"]
            if name in self.columns
        }
        return tickets.web_search_read(self.OPEN, fields, limit=limit, count_limit=10001)

    columns = (
        "number urgency need_ids sla_deadline sla_expired next_step date_next_step user_id "
        "language_id team_id stage_id is_open"
    ).split()

    def test_queries_do_not_grow_with_the_page(self):
        rent = self.env.ref("embassy_assistance.embassy_need_rent")
        worker = self.user_a["case_worker"]
        for _number in range(80):
            self.case_of(
                self.desk_a, user_id=worker.id, case_need_ids=[(0, 0, {"need_id": rent.id})]
            )
        counts = []
        for limit in (80, 2, 80):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self._read_list(limit)["records"]), limit)
            counts.append(self.env.cr.sql_log_count - before)
        _cold, small, large = counts
        self.assertEqual(small, large)
        self.assertLessEqual(large, 16)

    def test_requests_emergencies_first_and_the_oldest_of_them(self):
        cases = {
            (urgency, age): self.case_of(self.desk_a, urgency=urgency)
            for age in ("old", "new")
            for urgency in ("normal", "emergency", "urgent")
        }
        tickets = self.as_worker(self.env["helpdesk.ticket"])
        action = self.env.ref("embassy_assistance.helpdesk_ticket_action_requests")
        domain = safe_eval(action.domain)
        for kind in ("list", "kanban"):
            line = action.view_ids.filtered(lambda line, kind=kind: line.view_mode == kind)
            arch = etree.fromstring(tickets.get_view(line.view_id.id, kind)["arch"])
            self.assertFalse(arch.get("default_group_by"))
            # The client reads the last one alone.
            self.assertEqual(len(arch.xpath("//header")), 1)
            self.assertEqual(
                tickets.search(domain, order=arch.get("default_order")).ids,
                [
                    cases[urgency, age].id
                    for urgency in ("emergency", "urgent", "normal")
                    for age in ("old", "new")
                ],
            )
            self.assertEqual(
                arch.xpath("//button/@name[not(starts-with(., '%'))]")[-1:], ["action_take"]
            )
        self.as_worker(cases["emergency", "old"]).action_take()
        self.assertEqual(
            tickets.search(domain, order="priority desc, id")[0].id, cases["emergency", "new"].id
        )

    def test_open_list_walks_its_index(self):
        """20,000 cases, 9 of 10 closed: the first page of open ones is read in order, unsorted."""
        case = self.case_of(self.desk_a)
        self.env.flush_all()
        columns = SQL(", ").join(
            SQL.identifier(name)
            for name, field in case._fields.items()
            if field.store
            and field.column_type
            and name not in ("id", "number", "name", "is_open", "close_reason", "closed_date")
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO helpdesk_ticket
                       (number, name, is_open, close_reason, closed_date, %(columns)s)
                   SELECT 'QX-26-' || n, 'QX-26-' || n, n %% 10 = 0,
                          CASE WHEN n %% 10 = 0 THEN NULL ELSE 'goals_met' END,
                          CASE WHEN n %% 10 = 0 THEN NULL
                               ELSE now() - n * interval '7 minutes' END, %(columns)s
                     FROM helpdesk_ticket, generate_series(1, 20000) n WHERE id = %(id)s""",
                columns=columns,
                id=case.id,
            )
        )
        self.env.cr.execute("ANALYZE helpdesk_ticket")
        for role in ("case_worker", "coordinator"):
            with self.subTest(role=role):
                tickets = self.as_user(self.env["helpdesk.ticket"], self.user_a[role])
                query = tickets._search(self.OPEN, limit=80, order=tickets._order)
                self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
                plan = "\n".join(row[0] for row in self.env.cr.fetchall())
                self.assertIn("helpdesk_ticket_case_open_idx", plan)
                self.assertNotIn("Seq Scan on helpdesk_ticket ", plan)
                self.assertNotIn("Sort", plan)
        # What is to be erased is found by its index, too.
        purge = self.env["embassy.purge"]
        domain = next(domain for domain in purge._due_domains() if self.chapter_a.id in domain[1])
        self.env.cr.execute(SQL("EXPLAIN %s", purge._due(domain).select()))
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("helpdesk_ticket_case_closed_idx", plan)
