from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .test_alert import AlertCase
from .test_intake import PAGE, IntakeCase


class AnswerTimeCase(AlertCase):
    def came(self, count, urgency, ago, begun=None, stage="intake"):
        """Requests that came so many hours ago, and were taken up after some hours or not yet."""
        cases = self.env["helpdesk.ticket"]
        for _one in range(count):
            self.number_of_request = getattr(self, "number_of_request", 0) + 1
            cases += self.request(self.number_of_request, urgency)
        self.env.flush_all()
        came = fields.Datetime.now() - timedelta(hours=ago)
        self.env.cr.execute(
            SQL("UPDATE helpdesk_ticket SET create_date = %s WHERE id IN %s", came, cases._ids)
        )
        if begun is not None:
            self.env["embassy.case.transition"].create(
                [
                    {
                        "case_id": case.id,
                        "company_id": case.company_id.id,
                        "stage_from_id": self.stages["new"].id,
                        "stage_to_id": self.stages[stage].id,
                        "user_id": self.worker.id,
                        "date": came + timedelta(hours=begun),
                    }
                    for case in cases
                ]
            )
        self.env.invalidate_all()
        return cases

    def measured(self, desk=None):
        self.env.flush_all()
        return self.env["embassy.case.transition"]._measured_hours(desk or self.desk_a)


@tagged("post_install", "-at_install")
class TestAnswerTime(AnswerTimeCase):
    """What the page tells of answer times is what was, and nothing of single requests."""

    def test_nine_of_ten(self):
        self.came(9, "emergency", 100, 3.5)
        self.came(1, "emergency", 100, 40)
        self.assertEqual(self.measured(), {"emergency": 4})
        self.came(1, "emergency", 100, 40)
        self.assertEqual(self.measured(), {"emergency": 48})
        self.assertEqual(self.measured(self.desk_b), {})

    def test_few_tell_nothing(self):
        self.came(4, "urgent", 100, 3)
        self.assertEqual(self.measured(), {})
        self.came(1, "urgent", 100, 3)
        self.assertEqual(self.measured(), {"urgent": 4})

    def test_the_last_30_days_count(self):
        self.came(5, "normal", 31 * 24, 300)
        self.assertEqual(self.measured(), {})
        self.came(5, "normal", 29 * 24, 20)
        self.assertEqual(self.measured(), {"normal": 24})

    def test_who_waits_too_long_counts_as_never_taken(self):
        self.came(8, "emergency", 100, 1)
        # They wait for less than is promised: nobody knows yet.
        self.came(8, "emergency", 2)
        self.assertEqual(self.measured(), {"emergency": 1})
        self.came(2, "emergency", 25)
        self.assertEqual(self.measured(), {"emergency": None})

    def test_closed_unread_is_no_answer(self):
        self.came(5, "emergency", 100, 0.1, "closed")
        self.assertEqual(self.measured(), {})

    def test_cases_of_the_staff_do_not_count(self):
        """They are begun by who opens them, in the same minute."""
        for _number in range(9):
            self.as_worker(self.case_of(self.desk_a)).action_take()
        self.assertEqual(self.measured(), {})

    def test_one_query_by_indexes(self):
        """What the page reads is bounded: the newest of each urgency, with 20,000 of one."""
        case = self.came(1, "emergency", 100, 3)
        columns = SQL(", ").join(
            SQL.identifier(name)
            for name, field in case._fields.items()
            if field.store
            and field.column_type
            and name not in ("id", "number", "name", "create_date")
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO helpdesk_ticket (number, name, create_date, %(columns)s)
                   SELECT 'QX-26-' || n, 'QX-26-' || n, now() - n * interval '30 seconds',
                          %(columns)s
                     FROM helpdesk_ticket, generate_series(1, 20000) n WHERE id = %(id)s""",
                columns=columns,
                id=case.id,
            )
        )
        self.env.cr.execute(
            """INSERT INTO embassy_case_seal (case_id, company_id, chapter_key_id, uuid, nonce_hash,
                   locator, asker_public_key, asker_sealed_key)
               SELECT ticket.id, seal.company_id, chapter_key_id, ticket.id, ticket.id, ticket.id,
                   asker_public_key, asker_sealed_key
                 FROM helpdesk_ticket ticket, embassy_case_seal seal WHERE number LIKE 'QX-26-%'"""
        )
        self.env.cr.execute(
            """INSERT INTO embassy_case_transition (case_id, company_id, stage_from_id, stage_to_id,
                   user_id, date)
               SELECT ticket.id, step.company_id, stage_from_id, stage_to_id, step.user_id,
                   step.date
                 FROM helpdesk_ticket ticket, embassy_case_transition step
                WHERE number LIKE 'QX-26-%'"""
        )
        for table in ("helpdesk_ticket", "embassy_case_seal", "embassy_case_transition"):
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.flush_all()
        transitions, real = self.env["embassy.case.transition"], self.env.cr.execute
        transitions._measured_hours(self.desk_a)
        before = self.env.cr.sql_log_count
        transitions._measured_hours(self.desk_a)
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        plans = []

        def explained(query, *args, **kwargs):
            real(SQL("EXPLAIN ANALYZE %s", query))
            plans.append("\n".join(row[0] for row in self.env.cr.fetchall()))
            return real(query, *args, **kwargs)

        self.patch(self.env.cr, "execute", explained)
        transitions._measured_hours(self.desk_a)
        self.assertIn("helpdesk_ticket_case_came_idx", plans[0])
        self.assertIn("embassy_case_transition__case_id_index", plans[0])
        self.assertNotIn("Seq Scan", plans[0])


@tagged("post_install", "-at_install")
class TestAnswerTimePage(AnswerTimeCase, IntakeCase):
    def page(self):
        tree = html.fromstring(self.url_open(PAGE).content)
        field = tree.xpath("//fieldset[@id='urgency']")[0]
        return " ".join(field.text_content().split())

    def test_promise_and_what_was(self):
        self.on_duty(self.worker)
        text = self.page()
        self.assertIn("Emergency: we answer within 24 hours", text)
        self.assertNotIn("last 30 days", text)
        self.assertNotIn("Nobody is on duty", text)
        self.came(5, "emergency", 100, 3.5)
        self.came(5, "urgent", 200)
        text = self.page()
        self.assertIn(
            "Emergency: we answer within 24 hours In the last 30 days we began 9 of 10 of these"
            " within 4 hours.",
            text,
        )
        self.assertIn("within 72 hours In the last 30 days it often took us longer.", text)
        self.assertTrue(text.endswith("we answer within 14 days"))

    def test_nobody_on_duty_is_told(self):
        text = self.page()
        self.assertIn("Nobody is on duty today.", text)
        self.on_duty(self.worker)
        self.assertNotIn("Nobody is on duty today.", self.page())
        self.assertNotIn(self.worker.name, self.url_open(PAGE).text)
