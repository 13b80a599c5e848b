from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_relation import RelationCase


@tagged("post_install", "-at_install")
class TestConnection(RelationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.advises = cls.env.ref("embassy_outreach.embassy_connection_kind_adviser")
        cls.connection = cls.connect(cls.env_a, cls.successor, cls.member)

    @classmethod
    def connect(cls, env, first, second, **values):
        return env["embassy.connection"].create(
            {
                "first_id": first.id,
                "second_id": second.id,
                "kind_id": cls.advises.id,
                "source": "Staff list of the house",
                **values,
            }
        )

    def test_one_row_is_read_from_both_sides(self):
        for partner, other, label in (
            (self.successor, self.member, "advises"),
            (self.member, self.successor, "is advised by"),
        ):
            mine = partner.with_env(self.env_a)
            self.assertEqual(mine.connection_ids, self.connection)
            seen = mine.connection_ids.with_context(connection_of=partner.id)
            with self.subTest(partner=partner.name):
                self.assertEqual((seen.other_id, seen.label), (other, label))

    def test_stays_in_the_chapter(self):
        self.assertHidden(self.connection)
        self.env.invalidate_all()
        self.assertFalse(self.member.with_env(self.env_b).connection_ids)
        with self.assertRaises(AccessError):
            self.connection.company_id = self.chapter_b
        with self.assertRaises(AccessError):
            self.connect(self.env_a, self.member, self.person_b)
        with self.assertRefused(ValidationError, "Other chapters work with this record"):
            self.connect(self.env_b, self.successor, self.parliament)
            self.parliament.with_env(self.env_a).action_keep_to_chapter()

    def test_the_same_from_the_other_side_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.connect(self.env_a, self.member, self.successor)

    def test_nobody_is_connected_with_themselves(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.connect(self.env_a, self.member, self.member)

    def test_dates_stand_in_order(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.connection.write({"date_start": "2026-02-01", "date_end": "2026-01-01"})
            self.connection.flush_recordset()

    def test_only_the_directory_is_connected(self):
        contact = self.env["res.partner"].create(
            {"name": "Somebody", "company_id": self.chapter_a.id}
        )
        with self.assertRefused(ValidationError, "of the directory"):
            self.env["embassy.connection"].create(
                {
                    "company_id": self.chapter_a.id,
                    "first_id": contact.id,
                    "second_id": self.member.id,
                    "kind_id": self.advises.id,
                    "source": "Heard",
                }
            )

    def test_who_of_us_knows_someone_there(self):
        """In the body, in a committee of it today, or by a connection; and of our chapter only."""
        shared = {"company_id": False, "keeper_company_id": self.chapter_a.id}
        people = self.env["res.partner"].create(
            [{"name": name, "directory_kind": "person", **shared} for name in "PQRS"]
        )
        sits, left, connected, stranger = people
        committee = self.institution(
            self.env["res.partner"], "Committee", parent_id=self.parliament.id, **shared
        )
        mandates = self.env["embassy.mandate"]
        mandates.create({"person_id": sits.id, "body_id": committee.id, "role": "Chair"})
        mandates.create(
            {
                "person_id": left.id,
                "body_id": self.parliament.id,
                "role": "Member",
                "date_end": "2020-01-01",
            }
        )
        self.connect(self.env_a, connected, self.parliament)
        ours = {person: self.relation_in(self.env_a, person) for person in people}
        self.relation_in(self.env_b, sits)
        action = self.parliament.with_env(self.env_a).action_who_knows()
        found = self.env_a["embassy.relation"].search(action["domain"])
        self.assertEqual(found, ours[sits] + ours[connected])
        self.assertNotIn(ours[stranger], found)

    def test_printed_when_the_person_asks(self):
        html, _kind = self.env_a["ir.actions.report"]._render_qweb_html(
            "embassy_outreach.report_relation_held", self.relation.ids
        )
        self.assertIn("Nils Nextinline advises Maria Samplesson", html.decode())


@tagged("post_install", "-at_install")
class TestMandateRadar(RelationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mandate = cls.env["embassy.mandate"].create(
            {"person_id": cls.member.id, "body_id": cls.parliament.id, "role": "Member"}
        )

    def _radar(self, env):
        action = self.env.ref("embassy_outreach.embassy_mandate_action_radar")
        arch = env["embassy.mandate"].get_view(action.search_view_id.id, "search")["arch"]
        self.assertIn('name="ours"', arch)
        return env["embassy.mandate"].search([("person_id.relation_ids", "!=", False)])

    def test_each_chapter_sees_its_owner(self):
        self.relation.next_move = "Say goodbye"
        mandate = self.mandate.with_env(self.env_a)
        self.assertEqual(mandate.relation_id, self.relation)
        self.assertEqual(mandate.relation_user_id, self.mailer_a)
        self.assertEqual(mandate.relation_next_move, "Say goodbye")
        self.assertIn(self.mandate, self._radar(self.env_a))
        self.env.invalidate_all()
        self.assertFalse(self.mandate.with_env(self.env_b).relation_id)
        self.assertNotIn(self.mandate, self._radar(self.env_b))
        federation = self.as_user(self.mandate, self.user_a["federation"])
        self.assertNotIn("relation_id", federation.read()[0])

    def test_hand_over_to_a_successor(self):
        self.relation.write(
            {"next_move": "Ask for a hearing", "date_next_move": "2026-05-01", "power": "4"}
        )
        action = self.mandate.with_env(self.env_a).action_hand_over()
        handover = (
            self.env_a["embassy.relation.handover"]
            .with_context(**action["context"])
            .create({"successor_id": self.successor.id})
        )
        self.assertEqual(handover.body_ids, self.parliament)
        self.assertEqual(handover.next_move, "Ask for a hearing")
        handover.user_id = self.officer_a
        opened = handover.action_hand_over()
        relation = self.env_a["embassy.relation"].browse(opened["res_id"])
        self.assertEqual(relation.partner_id, self.successor)
        self.assertEqual(relation.company_id, self.chapter_a)
        self.assertEqual(relation.user_id, self.officer_a)
        self.assertEqual(relation.next_move, "Ask for a hearing")
        self.assertEqual(relation.power, "4")
        self.assertFalse(self.relation.next_move)
        self.assertIn("Nils Nextinline", self.relation.message_ids[0].body)

    def test_a_relation_that_stands_is_gone_on_with(self):
        known = self.relation_in(self.env_a, self.successor, note="Met in Oslo", active=False)
        self.assertEqual(
            self.relation._hand_over(self.successor, {"next_move": "Call"}), known
        )
        self.assertTrue(known.active)
        self.assertEqual(known.note, "Met in Oslo")

    def test_nothing_is_handed_to_the_regime(self):
        with self.assertGuarded():
            self.relation._hand_over(self.regime, {"next_move": "Call"})

    def test_radar_queries_do_not_grow(self):
        people = self.env["res.partner"].create(
            [
                {"name": f"Member {number}", "directory_kind": "person", "company_id": False}
                for number in range(40)
            ]
        )
        self.env["embassy.mandate"].create(
            [
                {"person_id": person.id, "body_id": self.parliament.id, "role": "Member"}
                for person in people
            ]
        )
        self.env_a["embassy.relation"].create([{"partner_id": person.id} for person in people])
        spec = dict.fromkeys(("role", "date_until", "days_left", "relation_next_move"), {})
        spec |= dict.fromkeys(
            ("person_id", "body_id", "relation_id", "relation_user_id"),
            {"fields": {"display_name": {}}},
        )
        domain = [("body_id", "=", self.parliament.id), ("person_id.relation_ids", "!=", False)]
        counts = []
        for limit in (40, 2, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env_a["embassy.mandate"].web_search_read(domain, spec, limit=limit)
            self.assertEqual(len(found["records"]), limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 10)
