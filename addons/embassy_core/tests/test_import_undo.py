from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_contact_import import VCARD, TestContactImport
from .test_parliament_import import TestParliamentImport, parliament


def imports(case, user=None):
    Import = case.as_user(case.env["embassy.import"], user or case.officer_a)
    return Import.search([("company_id", "=", (user or case.officer_a).company_id.id)])


@tagged("post_install", "-at_install")
class TestImportUndo(TestContactImport):
    allow_inherited_tests_method = False

    def test_undo_leaves_nothing(self):
        before = self.row_counts()
        self.run_import()
        record = imports(self)
        self.assertEqual((record.made_count, record.changed_count), (3, 0))
        record.action_undo()
        self.assertEqual(record.state, "undone")
        self.assertFalse(self.people("Ada Invented") | self.people("Bo Made-Up"))
        after = self.row_counts()
        changed = {table for table in after if after[table] != before.get(table)}
        self.assertFalse({table for table in changed if "partner" in table or "mandate" in table})
        self.assertFalse(record.line_ids)
        record.action_undo()
        self.assertEqual(record.state, "undone")

    def test_who_was_changed_stays_whole_and_is_named(self):
        self.run_import()
        ada = self.people("Ada Invented")
        ada.website = "https://ada.example.org"
        record = imports(self)
        record.action_undo()
        self.assertEqual(record.state, "partly")
        self.assertEqual(ada.exists().mandate_ids.role, "Deputy")
        self.assertFalse(self.people("Bo Made-Up"))
        self.assertEqual(
            {line.res_model: line.reason for line in record.line_ids},
            {"res.partner": "changed", "embassy.mandate": "together"},
        )
        ada.website = False
        record.action_undo()
        self.assertEqual(record.state, "undone")
        self.assertFalse(ada.exists())

    def test_who_is_in_use_stays(self):
        """A message, a seat given by hand, a file: each keeps a person there."""
        self.run_import()
        bo = self.people("Bo Made-Up")
        ada = self.people("Ada Invented")
        bo.message_post(body="We met", message_type="comment")
        seat = self.Mandate_a.create(
            {"person_id": ada.id, "body_id": self.body_a.id, "role": "Speaker"}
        )
        record = imports(self)
        record.action_undo()
        self.assertEqual(set(record.line_ids.mapped("reason")), {"used", "together"})
        self.assertTrue(bo.exists() and ada.exists())
        seat.unlink()
        record.action_undo()
        self.assertFalse(ada.exists())
        self.assertEqual(record.line_ids.partner_id, bo)

    def test_a_changed_mandate_keeps_its_person(self):
        self.run_import()
        ada = self.people("Ada Invented")
        ada.mandate_ids.constituency = "North"
        imports(self).action_undo()
        self.assertEqual(ada.exists().mandate_ids.constituency, "North")

    def test_an_identifier_added_by_hand_is_a_change(self):
        self.run_import()
        ada = self.people("Ada Invented")
        ada.identifier_ids = [(0, 0, {"scheme": "wikidata", "value": "Q9001"})]
        imports(self).action_undo()
        self.assertTrue(ada.exists())

    def test_what_was_filled_becomes_empty_again(self):
        ada = self.person(self.Partner_a, "Ada Invented")
        self.run_import()
        self.assertEqual(ada.email, "ada@example.org")
        record = imports(self)
        record.action_undo()
        self.assertEqual(record.state, "undone")
        self.assertEqual((ada.email, ada.phone, ada.other_names), (False, False, False))
        self.assertFalse(ada.mandate_ids)

    def test_what_was_filled_and_corrected_stays(self):
        ada = self.person(self.Partner_a, "Ada Invented")
        self.run_import()
        ada.email = "ada.right@example.org"
        record = imports(self)
        record.action_undo()
        self.assertEqual(ada.email, "ada.right@example.org")
        self.assertEqual(record.line_ids.reason, "changed")

    def test_who_may_undo(self):
        """The importer and a coordinator; nobody of another chapter, and no lines by hand."""
        self.run_import()
        record = imports(self)
        other = self.as_user(record, self.officer_b)
        with self.assertRaises(AccessError):
            other.action_undo()
        colleague = self.officer_a.copy({"login": "test_colleague_a", "email": False})
        with self.assertRaisesRegex(AccessError, "coordinator"):
            self.as_user(record, colleague).action_undo()
        for operation in ("create", "write", "unlink"):
            for model in ("embassy.import", "embassy.import.line"):
                Model = self.as_user(self.env[model], self.coordinator_a)
                self.assertFalse(Model.has_access(operation), (model, operation))
        self.as_user(record, self.coordinator_a).action_undo()
        self.assertEqual(record.state, "undone")

    def test_what_was_handed_over_is_not_taken_back(self):
        """A record that another chapter keeps by now is not the importer's to delete."""
        self.run_import()
        bo = self.people("Bo Made-Up")
        self.env["res.partner"].browse(bo.id).write(
            {"company_id": False, "keeper_company_id": self.chapter_b.id}
        )
        record = imports(self)
        record.action_undo()
        self.assertEqual(record.line_ids.reason, "foreign")
        self.assertTrue(bo.exists())

    def test_no_content_in_the_file_name(self):
        self.run_import(VCARD, file_name="x" * 300)
        self.assertEqual(len(imports(self).file_name), 100)


@tagged("post_install", "-at_install")
class TestParliamentUndo(TestParliamentImport):
    allow_inherited_tests_method = False

    def directory(self):
        counts = self.row_counts()
        return {
            table: counts[table]
            for table in (
                "res_partner",
                "embassy_mandate",
                "embassy_legislature",
                "embassy_identifier",
            )
        }

    def test_undo_of_a_parliament(self):
        before = self.directory()
        self.run_import(parliament())
        self.assertNotEqual(self.directory(), before)
        record = imports(self)
        record.action_undo()
        self.assertEqual(record.state, "undone")
        self.assertEqual(self.directory(), before)

    def test_undo_of_an_update_brings_back_what_stood_there(self):
        self.run_import(parliament())
        data = parliament()
        data["persons"][1].update(name="Bo Renamed", email="bo@example.org")
        data["memberships"][1]["end_date"] = "2025-06"
        data["events"][0]["end_date"] = "2026-12-31"
        self.run_import(data)
        imports(self)[0].action_undo()
        bo = self.people("p2")
        self.assertEqual((bo.name, bo.email), ("Bo Made-Up", "member2@example.org"))
        self.assertFalse(bo.mandate_ids.date_end)
        self.assertEqual(bo.mandate_ids.legislature_id.date_end.isoformat(), "2027-02-28")

    def test_a_body_in_use_keeps_what_is_above_it(self):
        self.run_import(parliament())
        committee = self.as_user(self.env["res.partner"], self.officer_a).search(
            [("name", "=", "Committee")]
        )
        self.Mandate_a.create(
            {"person_id": self.person_a.id, "body_id": committee.id, "role": "Expert"}
        )
        record = imports(self)
        record.action_undo()
        self.assertEqual(
            set(record.line_ids.partner_id.mapped("name")), {"Committee", "House of Tests"}
        )
        self.assertFalse(self.people())

    def test_second_run_leaves_no_record(self):
        self.run_import(parliament())
        self.run_import(parliament())
        self.assertEqual(len(imports(self)), 1)
