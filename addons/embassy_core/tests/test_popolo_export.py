import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_parliament_import import TestParliamentImport, parliament


@tagged("post_install", "-at_install")
class TestPopoloExport(TestParliamentImport):
    allow_inherited_tests_method = False

    def export(self, partners, user=None, **values):
        user = user or self.officer_a
        Export = self.as_user(self.env["embassy.popolo.export"], user).with_context(
            active_model="res.partner", active_ids=partners.ids
        )
        wizard = Export.create(values)
        wizard.action_export()
        content = base64.b64decode(wizard.file)
        data = json.loads(content)
        self.assertEqual(wizard.person_count, len(data["persons"]))
        self.assertEqual(wizard.mandate_count, len(data["memberships"]))
        return data

    def house(self, user=None):
        return self.as_user(self.env["res.partner"], user or self.officer_a).search(
            [("name", "=", "House of Tests")]
        )

    def facts(self, partners):
        """What the file holds of records, by names instead of ids."""
        return sorted(
            (
                partner.name,
                partner.other_names,
                partner.email,
                partner.website,
                partner.institution_type_id.code,
                partner.parent_id.name,
                partner.directory_kind,
                sorted(
                    row.value for row in partner.identifier_ids if row.scheme == "wikidata"
                ),
                sorted(
                    (
                        row.body_id.name,
                        row.role,
                        row.faction_id.name or "",
                        row.constituency or "",
                        row.legislature_id.name or "",
                        str(row.date_start),
                        str(row.date_until),
                        row.date_start_given or "",
                        row.date_end_given or "",
                    )
                    for row in partner.mandate_ids
                ),
                sorted(
                    (row.name, str(row.date_start), str(row.date_end))
                    for row in partner.legislature_ids
                ),
            )
            for partner in partners
        )

    def directory(self, user):
        Partner = self.as_user(self.env["res.partner"], user)
        return Partner.search([("directory_kind", "!=", False), ("country_id", "!=", False)])

    def filled(self):
        """A parliament of hand and file, with what a file must not lose."""
        self.run_import(parliament())
        house = self.house()
        house.website = "https://house.example.org"
        house.email = "house@example.org"
        watched = self.institution(
            self.Partner_a,
            "Watched Ministry",
            institution_type_id=self.regime_type.id,
            country_id=self.country.id,
        )
        hand = self.person(self.Partner_a, "Dana Handmade", country_id=self.country.id)
        hand.other_names = "Дана Ручная\nDanuta"
        for values in (
            {"body_id": house.id, "role": "Guest", "constituency": "Паўночная акруга"},
            {"body_id": watched.id, "role": "Minister", "date_start_given": "2020-02"},
        ):
            self.Mandate_a.create({"person_id": hand.id} | values)
        self.people("p3").mandate_ids.date_end_given = "2025"
        self.people("p2").mandate_ids.faction_id = self.as_user(
            self.env["res.partner"], self.officer_a
        ).search([("name", "=", "Blue Party")])
        return house, watched

    def test_round_trip_to_another_chapter(self):
        """What is imported from the export is the same, and a second import changes nothing."""
        house, watched = self.filled()
        before = self.facts(self.directory(self.officer_a))
        data = self.export(house | watched)
        self.assertEqual(len(before), 9)
        wizard = self.run_import(data, user=self.officer_b)
        self.assertFalse(self.refused(wizard))
        self.assertEqual(self.facts(self.directory(self.officer_b)), before)
        self.assertEqual(self.directory(self.officer_b).company_id, self.chapter_b)
        written = self.written()
        self.run_import(data, user=self.officer_b)
        self.assertEqual(self.written(), written)
        self.assertEqual(
            self.export(self.house(self.officer_b), user=self.officer_b)["memberships"],
            self.export(house)["memberships"],
        )

    def test_our_own_file_finds_our_own_records(self):
        """Records without an identifier of a source are told by ours, and not made again."""
        house, watched = self.filled()
        data = self.export(house | watched)
        before = self.written()
        wizard = self.run_import(data)
        self.assertEqual({key.split("/")[1] for key in wizard.counts}, {"unchanged"})
        self.assertEqual(self.written(), before)

    def test_only_public_facts_of_the_directory(self):
        house, _watched = self.filled()
        ada = self.people("p1")
        ada.write({"phone": "555 0100", "comment": "secret words", "street": "Secret street 1"})
        private = self.env["res.partner"].create(
            {"name": "Private Contact", "company_id": self.chapter_a.id, "parent_id": house.id}
        )
        chosen = (house | ada | private).ids
        text = json.dumps(self.export(house, partner_ids=[Command.set(chosen)]))
        self.assertIn("Ada Invented", text)
        for word in ("555 0100", "secret", "Secret", "Private Contact"):
            self.assertNotIn(word, text)

    def test_a_person_brings_the_own_mandates_only(self):
        self.filled()
        data = self.export(self.people("p2"))
        self.assertEqual([row["name"] for row in data["persons"]], ["Bo Made-Up"])
        self.assertEqual(len(data["memberships"]), 1)
        self.assertEqual(
            {row["name"] for row in data["organizations"]}, {"House of Tests", "Blue Party"}
        )

    def test_only_mandates_of_today(self):
        house, _watched = self.filled()
        self.people("p2").mandate_ids.date_end = "2024-01-01"
        data = self.export(house, is_current=True)
        self.assertNotIn("Bo Made-Up", [row["name"] for row in data["persons"]])

    def test_the_wall_holds(self):
        """Ids of another chapter's records bring nothing; shared records bring what one sees."""
        house, _watched = self.filled()
        self.assertFalse(
            self.as_user(self.env["embassy.popolo.export"], self.officer_b)
            .with_context(active_model="res.partner", active_ids=house.ids)
            .create({})
            .partner_ids
        )
        with self.assertRaisesRegex(UserError, "Choose institutions or people"):
            self.export(house, user=self.officer_b)
        house.action_share_with_chapters()
        data = self.export(house, user=self.officer_b)
        self.assertEqual(data["persons"], [])
        self.assertEqual(data["memberships"], [])
        with self.assertRaises(AccessError):
            self.export(house, user=self.user_a["case_worker"])

    def test_a_regime_body_stays_one(self):
        _house, watched = self.filled()
        self.run_import(self.export(watched), user=self.officer_b)
        person = self.as_user(self.env["res.partner"], self.officer_b).search(
            [("name", "=", "Dana Handmade")]
        )
        with self.assertRaisesRegex(UserError, "regime"):
            person._regime_guard(person)

    def test_hundreds_of_people_take_few_queries(self):
        people = [{"id": f"q{n}", "name": f"Invented Number{n}"} for n in range(300)]
        rows = [{"person_id": person["id"], "organization_id": "house"} for person in people]
        self.run_import(parliament(persons=people, memberships=rows))
        house = self.house()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(len(self.export(house)["memberships"]), 300)
        self.assertLess(self.env.cr.sql_log_count - before, 60)

    def test_views_load(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "embassy_core.embassy_popolo_export_action"
        )
        for user in (self.officer_a, self.user_a["federation"]):
            self.as_user(self.env["embassy.popolo.export"], user).get_views(action["views"])
