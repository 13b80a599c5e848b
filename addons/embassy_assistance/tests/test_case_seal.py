from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.embassy_core.sealing import SealError, codes, keys

from ..tools.sealed_request import Content, Facts, item_uuid, seal_request
from .common_sealed import SealedCase

STORY = "Probe: нас трое, дапамажыце"
FILE = bytes(range(256)) * 8192  # 2 MiB


@tagged("post_install", "-at_install")
class TestCaseSeal(SealedCase):
    def sealed(self, nonce=b"n" * 32, **values):
        facts = {
            "company_id": self.chapter_a.id,
            "chapter_key_id": self.chapter_key.id,
            "urgency": "urgent",
            "language_id": self.env.ref("base.lang_en").id,
            "need_ids": self.env.ref("embassy_assistance.embassy_need_rent").ids,
            "purposes": ["handle"],
            **values,
        }
        return seal_request(
            Facts(**facts),
            self.chapter_pair.public,
            nonce,
            codes.Opened(nonce, keys.new_pair()),
            [
                Content("story", {"nickname": "Probe"}, STORY.encode()),
                Content("file", {"name": "probe.txt"}, FILE),
            ],
        )

    def receive(self, **values):
        return self.env["helpdesk.ticket"]._receive_request(self.sealed(**values))

    def test_request_becomes_a_case(self):
        case = self.receive()
        self.assertEqual(case.team_id, self.desk_a)
        self.assertEqual((case.urgency, case.case_code), ("urgent", "new"))
        self.assertEqual(case.need_ids.code, "rent")
        consent = self.env["embassy.case.consent"].search([("case_id", "=", case.id)])
        self.assertEqual((consent.purpose, consent.is_given), ("handle", True))

    def test_request_is_the_case_that_the_form_makes(self):
        """It is written without the ORM: each column is as if it had been created by it."""
        lang = self.env.ref("base.lang_en")
        for urgency in dict(self.env["helpdesk.ticket"]._fields["urgency"].selection):
            made = self.env["helpdesk.ticket"].create(
                {"team_id": self.desk_a.id, "urgency": urgency, "language_id": lang.id}
            )
            need = self.env["embassy.case.need"].create(
                {
                    "case_id": made.id,
                    "need_id": self.env.ref("embassy_assistance.embassy_need_rent").id,
                }
            )
            case = self.receive(urgency=urgency, nonce=urgency.encode().ljust(32))
            self.assertEqual(self.columns(case), self.columns(made), urgency)
            for name in ("ticket_sla_ids", "case_transition_ids", "case_need_ids"):
                mine, theirs = self.columns(case[name]), self.columns(made[name])
                self.assertTrue(theirs and need)
                self.assertEqual(mine, theirs, (urgency, name))

    def columns(self, records):
        """All that the table holds of some rows, but what tells one case from another."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT * FROM %s WHERE id IN %s", SQL.identifier(records._table), records._ids)
        )
        own = {"id", "number", "name", "case_id", "ticket_id"}
        names = [column.name for column in self.env.cr.description]
        return [
            {
                name: value.replace(microsecond=0) if hasattr(value, "microsecond") else value
                for name, value in zip(names, row, strict=True)
                if name not in own
            }
            for row in self.env.cr.fetchall()
        ]

    def test_staff_with_the_key_open_what_was_told(self):
        self.receive()
        seal = self.seals()
        story, file = self.items_of(seal)
        self.assertEqual(self.opened(seal, story), ({"nickname": "Probe"}, STORY.encode()))
        self.assertEqual(self.opened(seal, file)[1], FILE)
        self.assertEqual((story.size, story.piece_count), (1024, 1))
        self.assertEqual((file.size, file.piece_count), (4 << 20, 4))

    def test_item_opens_in_its_own_case_only(self):
        self.receive()
        first = self.seals()
        self.receive(nonce=b"m" * 32)
        second = self.seals() - first
        with self.assertRaises(SealError):
            self.opened(first, self.items_of(second)[0])

    def test_nothing_told_stands_in_the_database(self):
        self.receive()
        for table in ("embassy_case_seal", "embassy_case_item", "embassy_case_item_piece"):
            self.env.cr.execute(SQL("SELECT t::text FROM %s t", SQL.identifier(table)))
            rows = str(self.env.cr.fetchall())
            self.assertNotIn("Probe", rows)
            self.assertNotIn(b"Probe".hex(), rows)

    def test_one_form_makes_one_case(self):
        """Odoo begins anew whoever fails so, and then the first case is found."""
        self.receive()
        with self.assertRaises(ConcurrencyError), self.env.cr.savepoint():
            self.receive()
        self.assertEqual(len(self.seals()), 1)

    def test_refused_without_the_key(self):
        for values in (
            {"company_id": self.chapter_b.id},
            {"chapter_key_id": self.chapter_key.id + 1},
        ):
            with self.assertRaises(UserError):
                self.receive(**values)
        self.chapter_key.grant_ids[:1].unlink()
        self.env.invalidate_all()
        self.assertFalse(self.chapter_a.takes_requests)
        with self.assertRaises(UserError):
            self.receive()

    def test_refused_without_a_desk(self):
        self.assertTrue(self.chapter_a.takes_requests)
        self.desk_a.active = False
        self.env.invalidate_all()
        self.assertFalse(self.chapter_a.takes_requests)
        with self.assertRaises(UserError):
            self.receive()

    def test_helper_takes_for_another(self):
        self.chapter_b.helper_chapter_id = self.chapter_a
        self.assertTrue(self.chapter_b.takes_requests)
        case = self.receive(company_id=self.chapter_a.id)
        self.assertEqual(case.company_id, self.chapter_a)

    def test_nobody_reads_keys_and_codes(self):
        case = self.receive()
        seal = self.seals()
        item = self.items_of(seal)[0]
        worker = self.user_a["case_worker"]
        self.assertTrue(self.as_user(item, worker).kind)
        for record, name in ((item, "uuid"), (seal, "locator"), (seal, "asker_sealed_key")):
            for user in (worker, self.user_a["coordinator"]):
                with self.assertRaises(AccessError):
                    self.as_user(record, user).read([name])
        self.assertTrue(self.as_user(case, worker).number)

    def test_sent_answer_keeps_its_name(self):
        self.assertEqual(item_uuid("a", "token"), item_uuid("a", "token"))
        self.assertNotEqual(item_uuid("a", "token"), item_uuid("b", "token"))

    def test_failing_write_is_not_logged(self):
        """A failing statement would stand in the log with its values."""
        self.receive()
        item = self.items_of(self.seals())[0]
        with self.assertNoLogs("odoo.sql_db", "ERROR"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                item._store({item.id: [b"again"]})
