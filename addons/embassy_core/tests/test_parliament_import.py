import base64
import json
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..wizards import embassy_parliament_import
from .common_directory import DirectoryCase

PEOPLE = [
    {
        "id": f"p{number}",
        "name": name,
        "email": f"member{number}@example.org",
        "other_names": [{"lang": "be", "name": f"Выдумка {number}"}],
        "identifiers": [{"scheme": "wikidata", "identifier": f"Q900{number}"}],
        "birth_date": "1970-01-01",
        "gender": "female",
        "image": "https://example.org/face.jpg",
        "contact_details": [{"type": "phone", "value": "555 0100"}],
    }
    for number, name in enumerate(["Ada Invented", "Bo Made-Up", "Cy Notreal"], 1)
]


def parliament(**sections):
    """A small parliament in Popolo; a section given by name replaces the usual one."""
    return {
        "persons": [dict(person) for person in PEOPLE],
        "organizations": [
            {"id": "house", "name": "House of Tests", "classification": "legislature"},
            {"id": "red", "name": "Red Party", "classification": "party"},
            {"id": "blue", "name": "Blue Party", "classification": "party"},
            {"id": "com", "name": "Committee", "classification": "committee", "parent_id": "house"},
        ],
        "events": [
            {
                "id": "term/1",
                "name": "First House",
                "classification": "legislative period",
                "organization_id": "house",
                "start_date": "2023-03-01",
                "end_date": "2027-02-28",
            }
        ],
        "memberships": [
            {
                "person_id": f"p{number}",
                "organization_id": "house",
                "legislative_period_id": "term/1",
                "on_behalf_of_id": "red",
                "role": "member",
            }
            for number in (1, 2, 3)
        ]
        + [{"person_id": "p1", "organization_id": "com", "role": "chair", "start_date": "2024"}],
    } | sections


@tagged("post_install", "-at_install")
class TestParliamentImport(DirectoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.country = cls.env.ref("base.is")

    def wizard(self, data, user=None, **values):
        if not isinstance(data, bytes):
            data = json.dumps(data).encode()
        values = {
            "file": base64.b64encode(data),
            "file_name": "parliament.json",
            "country_id": self.country.id,
        } | values
        Import = self.as_user(self.env["embassy.parliament.import"], user or self.officer_a)
        return Import.create(values)

    def run_import(self, data, user=None, **values):
        wizard = self.wizard(data, user, **values)
        wizard.action_preview()
        foreseen = wizard.counts
        action = wizard.action_import()
        self.assertEqual(action["tag"], "embassy_core.run_steps")
        step = {"done": 0, "total": 1}
        while step["done"] < step["total"]:
            step = wizard.action_step()
            self.env.flush_all()
            self.env.invalidate_all()
        self.assertEqual(wizard.state, "done")
        self.assertEqual(wizard.action_show()["res_id"], wizard.id)
        self.assertEqual(wizard.counts, foreseen, "the preview told something else")
        return wizard

    def people(self, *keys, user=None):
        identifiers = self.as_user(self.env["embassy.identifier"], user or self.officer_a).search(
            [("scheme", "=", "parliament-is-person"), ("value", "in", keys or ["p1", "p2", "p3"])]
        )
        return identifiers.partner_id.sorted("name")

    def written(self):
        self.env.flush_all()
        rows = {}
        for table in (
            "res_partner",
            "embassy_mandate",
            "embassy_legislature",
            "embassy_identifier",
        ):
            self.env.cr.execute(f"SELECT id, write_date, xmin FROM {table} ORDER BY id")  # noqa: S608
            rows[table] = self.env.cr.fetchall()
        return rows

    def refused(self, wizard):
        lines = wizard.line_ids.filtered(lambda line: line.status == "refused")
        return {line.pointer: line.reason for line in lines}

    def test_preview_writes_nothing(self):
        before = self.written()
        wizard = self.wizard(parliament())
        wizard.action_preview()
        self.assertEqual(self.written(), before)
        self.assertEqual(
            wizard.counts,
            {"institution/new": 4, "legislature/new": 1, "person/new": 3, "mandate/new": 4},
        )
        self.assertEqual(wizard.state, "preview")
        self.assertIn("Institution", wizard.summary)

    def test_import_makes_the_parliament(self):
        self.run_import(parliament())
        ada = self.people("p1")
        self.assertEqual(ada.name, "Ada Invented")
        self.assertEqual(ada.company_id, self.chapter_a)
        self.assertEqual(ada.country_id, self.country)
        self.assertEqual(ada.other_names, "Выдумка 1")
        self.assertEqual(
            set(ada.identifier_ids.mapped("scheme")), {"parliament-is-person", "wikidata"}
        )
        house, committee = ada.mandate_ids.sorted(lambda mandate: mandate.role != "member")
        self.assertEqual(house.body_id.institution_type_id, self.parliament_type)
        self.assertEqual(house.faction_id.name, "Red Party")
        self.assertEqual(house.date_start, date(2023, 3, 1))
        self.assertEqual(house.date_deadline, date(2027, 2, 28))
        self.assertEqual(committee.body_id.parent_id, house.body_id)
        self.assertEqual(
            (committee.date_start_given, committee.date_start), ("2024", date(2024, 1, 1))
        )

    def test_only_public_facts_are_kept(self):
        self.run_import(parliament())
        for person in self.people():
            self.assertFalse(person.phone or person.image_1920 or person.comment or person.street)

    def test_second_run_changes_nothing(self):
        self.run_import(parliament())
        before = self.written()
        wizard = self.run_import(parliament())
        self.assertEqual(self.written(), before)
        self.assertEqual({key.split("/")[1] for key in wizard.counts}, {"unchanged"})
        self.assertFalse(wizard.line_ids)

    def test_what_changed_is_updated_and_nothing_deleted(self):
        self.run_import(parliament())
        self.people("p2").website = "https://bo.example.org"
        data = parliament()
        data["persons"][1].update(name="Bo Renamed", email="bo@example.org")
        data["persons"].pop()
        data["memberships"][1].update(on_behalf_of_id="blue", end_date="2025-06")
        data["memberships"].pop(2)
        data["events"][0]["end_date"] = "2026-12-31"
        wizard = self.run_import(data)
        self.assertEqual(wizard.counts["person/changed"], 1)
        self.assertEqual(len(self.people()), 3)
        bo = self.people("p2")
        self.assertEqual((bo.name, bo.email), ("Bo Renamed", "bo@example.org"))
        self.assertEqual(bo.other_names, "Выдумка 2\nBo Made-Up")
        self.assertEqual(bo.website, "https://bo.example.org")
        self.assertEqual(bo.mandate_ids.faction_id.name, "Blue Party")
        self.assertEqual(
            (bo.mandate_ids.date_end_given, bo.mandate_ids.date_end), ("2025-06", date(2025, 6, 30))
        )
        self.assertEqual(self.people("p3").mandate_ids.date_deadline, date(2026, 12, 31))
        before = self.written()
        self.run_import(data)
        self.assertEqual(self.written(), before)

    def test_a_date_put_right_changes_the_mandate(self):
        self.run_import(parliament())
        data = parliament()
        data["memberships"][0]["start_date"] = "2023-05-01"
        wizard = self.run_import(data)
        self.assertEqual(wizard.counts["mandate/changed"], 1)
        self.assertEqual(
            self.people("p1").mandate_ids.filtered(lambda m: m.role == "member").date_start,
            date(2023, 5, 1),
        )

    def test_change_of_faction_makes_two_mandates_that_touch(self):
        data = parliament()
        first = data["memberships"][0]
        data["memberships"][0] = first | {"end_date": "2024-05-05"}
        data["memberships"].append(first | {"start_date": "2024-05-05", "on_behalf_of_id": "blue"})
        wizard = self.run_import(data)
        self.assertFalse(self.refused(wizard))
        self.assertEqual(len(self.people("p1").mandate_ids), 3)
        before = self.written()
        self.run_import(data)
        self.assertEqual(self.written(), before)

    def test_rows_that_cannot_be_taken_are_refused_one_by_one(self):
        data = parliament()
        first = data["memberships"][0]
        data["memberships"] += [
            first,
            first | {"start_date": "2024-01-01"},
            first | {"start_date": "someday"},
            first | {"person_id": "nobody"},
            {
                "person_id": "p2",
                "organization_id": "house",
                "start_date": "2020",
                "end_date": "2019",
            },
            first | {"role": "guest", "end_date": "2022-01-01"},
        ]
        data["persons"].append({"id": "p9"})
        wizard = self.run_import(data)
        refused = self.refused(wizard)
        self.assertEqual(
            list(refused),
            ["/persons/3"]
            + [f"/memberships/{number}" for number in (6, 7, 8)]
            + [f"/memberships/{number}" for number in (4, 5, 9)],
        )
        self.assertIn("at that time already", refused["/memberships/4"])
        self.assertIn("someday", refused["/memberships/6"])
        self.assertIn("before its legislature", refused["/memberships/9"])
        self.assertEqual(len(self.people("p1").mandate_ids), 2)
        before = self.written()
        self.run_import(data)
        self.assertEqual(self.written(), before)

    def test_broken_file_changes_nothing_and_says_one_sentence(self):
        before = self.written()
        for content, words in (
            (b"", "Choose a file"),
            (b"   ", "is empty"),
            (b"{", "broken JSON"),
            (b"[]", "no people"),
            (b'{"persons": 5}', "not Popolo"),
            (b"[" * 100000, "nested too deeply"),
            (b'{"persons": [{"name": "Zo\xe9"}]}', "UTF-8"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.wizard(content).action_preview()
        with (
            patch.object(embassy_parliament_import, "MAX_MEGABYTES", 0),
            self.assertRaisesRegex(UserError, "larger than"),
        ):
            self.wizard(parliament()).action_preview()
        self.assertEqual(self.written(), before)

    def test_csv_as_everypolitician_publishes_it(self):
        content = (
            b"id,name,sort_name,email,twitter,facebook,group,group_id,area_id,area,chamber,term,"
            b"start_date,end_date,image,gender,wikidata\r\n"
            b"p1,Ada Invented,,ada@example.org,,,Red Party,red,a,North,,1,2023-03-01,,,,Q9001\r\n"
            b"p2,Bo Made-Up,,,,,Blue Party,blue,a,South,,1,,2024-05,,male,\r\n"
            b"p3,,,,,,,,,,,1,,,,,\r\n"
        )
        with self.assertRaisesRegex(UserError, "name of the parliament"):
            self.wizard(content, file_name="term-1.csv").action_preview()
        values = {"file_name": "term-1.csv", "parliament_name": "House of Tests"}
        wizard = self.run_import(content, **values)
        self.assertEqual(list(self.refused(wizard)), ["4"])
        self.assertEqual(self.people("p1").mandate_ids.constituency, "North")
        self.assertEqual(self.people("p1").mandate_ids.legislature_id.name, "1")
        before = self.written()
        self.run_import(content, **values)
        self.assertEqual(self.written(), before)

    def test_csv_finds_the_parliament_of_a_popolo_file(self):
        self.run_import(parliament())
        content = b"id,name,term\np1,Ada Invented,1\n"
        wizard = self.run_import(content, file_name="1.csv", parliament_name="house of tests")
        self.assertNotIn("institution/new", wizard.counts)
        self.assertEqual(wizard.counts["mandate/unchanged"], 1)

    def test_shared_on_purpose(self):
        self.run_import(parliament(), is_shared=True)
        person = self.people("p1", user=self.officer_b)
        self.assertFalse(person.company_id)
        self.assertEqual(person.keeper_company_id, self.chapter_a)
        self.assertFalse(person.mandate_ids.company_id)

    def test_import_that_is_shared_later(self):
        self.run_import(parliament())
        self.assertFalse(self.people(user=self.officer_b))
        wizard = self.run_import(parliament(), is_shared=True)
        self.assertEqual(wizard.counts["person/changed"], 3)
        self.assertEqual(len(self.people(user=self.officer_b)), 3)

    def test_what_another_chapter_keeps_is_used_and_not_changed(self):
        self.run_import(parliament(), is_shared=True)
        before = self.written()
        wizard = self.run_import(parliament(), user=self.officer_b)
        self.assertEqual({key.split("/")[1] for key in wizard.counts}, {"unchanged"})
        data = parliament()
        data["persons"][0]["name"] = "Ada Other"
        data["memberships"].append({"person_id": "p2", "organization_id": "com"})
        wizard = self.run_import(data, user=self.officer_b)
        self.assertEqual(set(self.refused(wizard)), {"/persons/0", "/memberships/4"})
        self.assertEqual(self.written(), before)

    def test_each_chapter_may_have_its_own(self):
        self.run_import(parliament())
        self.run_import(parliament(), user=self.officer_b)
        self.assertEqual(self.people().company_id, self.chapter_a)
        self.assertEqual(self.people(user=self.officer_b).company_id, self.chapter_b)

    def test_federation_always_shares(self):
        self.run_import(parliament(), user=self.user_a["federation"], is_shared=False)
        self.assertFalse(self.people().company_id)

    def test_who_may_import(self):
        self.run_import(parliament(), user=self.coordinator_a)
        for role in ("case_worker", "technical_admin", "employee", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.wizard(parliament(), user=self.user_a[role])

    def test_regime_type_set_by_hand_stays(self):
        self.run_import(parliament())
        house = self.people("p1").mandate_ids.filtered(lambda m: m.role == "member").body_id
        house.institution_type_id = self.regime_type
        self.run_import(parliament())
        self.assertEqual(house.institution_type_id, self.regime_type)

    def test_in_steps_and_again_after_a_break(self):
        """A stopped import leaves whole steps behind, and running it again adds the rest."""
        with patch.object(embassy_parliament_import, "STEP", 1):
            wizard = self.wizard(parliament())
            wizard.action_import()
            self.assertEqual(wizard.action_step(), {"done": 1, "total": 3})
            self.assertEqual(len(self.people()), 1)
            wizard = self.run_import(parliament())
        self.assertEqual(wizard.counts["person/unchanged"], 1)
        self.assertEqual(wizard.counts["person/new"], 2)
        self.assertEqual(len(self.people()), 3)

    def test_hundreds_of_people_take_few_queries(self):
        people = [{"id": f"q{n}", "name": f"Invented Number{n}"} for n in range(300)]
        rows = [
            {
                "person_id": person["id"],
                "organization_id": "house",
                "legislative_period_id": "term/1",
            }
            for person in people
        ]
        wizard = self.wizard(parliament(persons=people, memberships=rows))
        wizard.action_preview()
        wizard.action_import()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        while wizard.action_step()["done"] < len(people):
            self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        self.assertEqual(wizard.counts["mandate/new"], 300)
        self.assertLess(queries, 200)

    def test_dates_corrected_by_hand_stay(self):
        self.run_import(parliament())
        mandate = self.people("p3").mandate_ids
        mandate.write({"date_start": "2023-04-04", "date_deadline": "2026-01-01"})
        before = self.written()
        self.run_import(parliament())
        self.assertEqual(self.written(), before)

    def test_views_load(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "embassy_core.embassy_parliament_import_action"
        )
        for user in (self.officer_a, self.user_a["federation"]):
            Import = self.as_user(self.env["embassy.parliament.import"], user)
            Import.get_views(action["views"])
