from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_relation import RelationCase


@tagged("post_install", "-at_install")
class TestAgenda(RelationCase):
    """What waits for an officer stands in one list, whatever it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env_a["embassy.agenda"])

    def _fill(self, env):
        """One of each kind, a day apart from the first that is late."""
        days = (self.today + timedelta(days=number - 1) for number in range(6))
        late, *rest = days
        promise = {"partner_id": self.member.id, "source": "Minutes", "date": "2026-01-01"}
        self.relation_in(
            env, self.successor, next_move="Send the numbers", date_next_move=late
        )
        env["embassy.ask"].create(
            {"name": "Take up passports", "partner_ids": self.member.ids, "date_due": rest[0]}
        )
        env["embassy.commitment"].create({**promise, "quote": "I shall ask", "date_due": rest[1]})
        letter = env["embassy.letter"].create(
            {"direction": "in", "subject": "Re: passports", "partner_id": self.member.id}
        )
        # sudo: the register puts a letter to work
        letter.sudo().write(
            {"state": "assigned", "serial": 1, "year": 2026, "date_deadline": rest[2]}
        )
        meetings = {}
        for name, start in (("Tea", rest[3]), ("Coffee", late - timedelta(days=9))):
            noon = fields.Datetime.to_datetime(start) + timedelta(hours=12)
            meetings[name] = env["embassy.meeting"].create(
                {
                    "name": name,
                    "start": noon,
                    "stop": noon + timedelta(hours=1),
                    "partner_ids": self.member.ids,
                }
            )
        env["embassy.meeting.point"].create(
            {
                "meeting_id": meetings["Coffee"].id,
                "name": "Look for the form",
                "is_follow_up": True,
                "date_due": rest[4],
            }
        )
        return env["embassy.agenda"].search([("user_id", "=", env.uid)])

    def test_all_kinds_by_their_day(self):
        lines = self._fill(self.env_a)
        self.assertEqual(
            [(line.kind, line.name) for line in lines],
            [
                ("minutes", "Coffee"),
                ("move", "Send the numbers"),
                ("ask", "Take up passports"),
                ("promise", "I shall ask"),
                ("letter", "Re: passports"),
                ("meeting", "Tea"),
                ("point", "Look for the form"),
            ],
        )
        self.assertEqual(lines[1].partner_id, self.successor)
        for line in lines:
            action = line.action_open()
            record = self.env_a[action["res_model"]].browse(action["res_id"])
            said = record.next_move if line.kind == "move" else record.display_name
            self.assertEqual(said, line.name)

    def test_what_is_done_is_gone(self):
        lines = self._fill(self.env_a)
        with self.assertRefused(UserError, "say there what came of it"):
            lines.action_done()
        lines[-1].action_done()
        records = {line.kind: self.env_a[line.res_model].browse(line.res_id) for line in lines}
        records["minutes"].minutes = "We agreed"
        records["move"].date_next_move = False
        records["ask"].state = "accepted"
        records["promise"].write({"state": "kept", "evidence": "She asked"})
        # sudo: the register closes a letter
        records["letter"].sudo().state = "closed"
        records["meeting"].action_cancel()
        self.assertFalse(self.env_a["embassy.agenda"].search([("user_id", "=", self.env_a.uid)]))

    def test_stays_in_the_chapter(self):
        for line in self._fill(self.env_a):
            self.assertHidden(line)
        self.assertFalse(self.env_b["embassy.agenda"].search([("name", "=", "Tea")]))

    def test_for_outreach_alone_and_only_to_read(self):
        agenda = self.env_a["embassy.agenda"]
        for operation in ("create", "write", "unlink"):
            self.assertFalse(agenda.has_access(operation))
        for group in ("case_worker", "federation", "volunteer"):
            person = self._person(self.chapter_a, group, f"embassy_core.group_{group}")
            with self.subTest(group=group), self.assertRaises(AccessError):
                self.as_user(agenda, person).search([])

    def test_a_page_costs_the_same_for_many(self):
        self._fill(self.env_a)
        self.env_a.invalidate_all()
        agenda = self.env_a["embassy.agenda"]
        wanted = {"kind": {}, "name": {}, "date": {}, "partner_id": {"fields": {}}}
        agenda.web_search_read([], wanted, limit=80)
        self.env_a.invalidate_all()
        with self.assertQueryCount(3):
            agenda.web_search_read([], wanted, limit=80)
