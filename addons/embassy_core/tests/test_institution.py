from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_directory import DirectoryCase


@tagged("post_install", "-at_install")
class TestInstitution(DirectoryCase):
    def test_new_record_belongs_to_the_chapter(self):
        self.assertEqual(self.body_a.company_id, self.chapter_a)
        self.assertEqual(self.body_a.keeper_company_id, self.chapter_a)
        self.assertTrue(self.body_a.is_company)
        self.assertFalse(self.person_a.is_company)

    def test_other_chapter_sees_nothing_until_it_is_shared(self):
        found = self.Partner_b.search([("id", "in", (self.body_a | self.person_a).ids)])
        self.assertFalse(found)
        self.body_a.action_share_with_chapters()
        self.assertEqual(self.Partner_b.search([("id", "=", self.body_a.id)]), self.body_a)

    def test_keeper_alone_changes_what_is_shared(self):
        self.body_a.action_share_with_chapters()
        self.body_a.website = "https://seimas.example.org"
        as_b = self.body_a.with_env(self.Partner_b.env)
        for change in (
            lambda: as_b.write({"name": "Taken"}),
            lambda: as_b.write({"company_id": self.chapter_b.id}),
            as_b.action_keep_to_chapter,
            lambda: self.as_user(self.body_a, self.user_b["coordinator"]).unlink(),
            lambda: self.as_user(self.body_a, self.user_b["federation"]).write({"name": "Taken"}),
        ):
            with self.assertRaises(AccessError):
                change()
        self.body_a.action_keep_to_chapter()
        self.assertEqual(self.body_a.company_id, self.chapter_a)

    def test_nobody_gives_a_record_away(self):
        for values in (
            {"company_id": self.chapter_b.id},
            {"company_id": False, "keeper_company_id": self.chapter_b.id},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.body_a.write(values)

    def test_federation_keeps_shared_records_only(self):
        federation = self.as_user(self.env["res.partner"], self.user_a["federation"])
        union = self.institution(federation, "Union of Test States")
        self.assertFalse(union.company_id)
        self.assertEqual(union.keeper_company_id, self.chapter_a)
        union.name = "Union of all Test States"
        with self.assertRaises(AccessError):
            self.body_a.with_env(federation.env).name = "Taken"
        with self.assertRaises(AccessError):
            self.institution(federation, "Mine", company_id=self.chapter_a.id)

    def test_officer_gets_at_the_directory_only(self):
        """Our rows on contacts open the directory, not the addresses of colleagues."""
        colleague = self.user_a["case_worker"].partner_id
        with self.assertRaises(AccessError):
            colleague.with_env(self.Partner_a.env).email = "taken@example.org"
        with self.assertRaises(AccessError):
            colleague.with_env(self.Partner_a.env).directory_kind = "person"
        with self.assertRaises(AccessError):
            self.Partner_a.create({"name": "Plain contact"})
        with self.assertRaises(AccessError):
            self.as_user(colleague, self.coordinator_a).unlink()

    def test_committees_are_shared_with_their_body_and_contacts_are_not(self):
        committee = self.institution(self.Partner_a, "Committee", parent_id=self.body_a.id)
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.body_a.id, "company_id": self.chapter_a.id}
        )
        self.body_a.action_share_with_chapters()
        self.assertFalse(committee.company_id)
        self.assertEqual(committee.keeper_company_id, self.chapter_a)
        self.assertEqual(contact.company_id, self.chapter_a)

    def test_new_committee_goes_with_its_body(self):
        self.body_a.action_share_with_chapters()
        own = self.institution(self.Partner_a, "Committee", parent_id=self.body_a.id)
        theirs = self.institution(self.Partner_b, "Their view of it", parent_id=self.body_a.id)
        self.assertFalse(own.company_id)
        self.assertEqual(theirs.company_id, self.chapter_b)

    def test_lists_cost_the_same_for_one_and_for_many(self):
        people = self.Partner_a.create(
            [{"name": f"Person {n}", "directory_kind": "person"} for n in range(40)]
        )
        mandates = self.Mandate_a.create(
            [{"person_id": person.id, "body_id": self.body_a.id} for person in people]
        )
        lists = {
            "res.partner": (people, ["name", "country_id", "email", "is_regime", "company_id"]),
            "embassy.mandate": (
                mandates,
                ["person_id", "body_id", "faction_id", "date_until", "days_left", "state"],
            ),
        }
        for model, (records, columns) in lists.items():
            queries = []
            for part in (records, records[:1], records):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found = self.Partner_a.env[model].web_search_read(
                    [("id", "in", part.ids)], {name: {} for name in columns}
                )
                queries.append(self.env.cr.sql_log_count - before)
                self.assertEqual(found["length"], len(part))
            self.assertEqual(queries[1], queries[2], model)

    def test_body_above_is_seen_with_its_committee(self):
        committee = self.institution(self.Partner_a, "Committee", parent_id=self.body_a.id)
        with self.assertRaises(ValidationError):
            committee.action_share_with_chapters()

    def test_context_from_outside_moves_nothing(self):
        """A context key that marks records in motion could be sent along by anybody."""
        committee = self.institution(self.Partner_a, "Committee", parent_id=self.body_a.id)
        forged = committee.with_context(embassy_sharing=[self.body_a.id])
        with self.assertRaises(ValidationError):
            forged.action_share_with_chapters()

    def test_body_that_others_use_stays_shared(self):
        self.body_a.action_share_with_chapters()
        self.institution(self.Partner_b, "Their committee", parent_id=self.body_a.id)
        with self.assertRaises(UserError):
            self.body_a.action_keep_to_chapter()

    def test_person_is_shared_after_the_body(self):
        self.Mandate_a.create({"person_id": self.person_a.id, "body_id": self.body_a.id})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.person_a.action_share_with_chapters()
        self.body_a.action_share_with_chapters()
        self.person_a.action_share_with_chapters()
        self.assertFalse(self.person_a.mandate_ids.company_id)
        self.assertEqual(self.person_a.mandate_ids.keeper_company_id, self.chapter_a)
        with self.assertRaises(ValidationError):
            self.body_a.action_keep_to_chapter()

    def test_type_of_a_chapter_stays_there(self):
        own = self.as_user(self.env["embassy.institution.type"], self.coordinator_a).create(
            {"name": "Choir", "code": "choir"}
        )
        self.body_a.institution_type_id = own
        with self.assertRaises(UserError):
            self.body_a.action_share_with_chapters()

    def test_one_address_a_record(self):
        with self.assertRaises(ValidationError):
            self.body_a.email = "one@example.org, two@example.org"

    def test_every_view_loads(self):
        for role in ("outreach_officer", "case_worker", "federation", "technical_admin"):
            Action = self.as_user(self.env["ir.actions.act_window"], self.user_a[role])
            for name in (
                "res_partner_action_institution",
                "res_partner_action_person",
                "embassy_mandate_action",
                "embassy_mandate_action_ending",
                "embassy_legislature_action",
                "embassy_institution_type_action",
            ):
                action = Action._for_xml_id(f"embassy_core.{name}")
                search = action["search_view_id"] or [False]
                views = action["views"] + [(search[0], "search")]
                with self.subTest(role=role, action=name):
                    Action.env[action["res_model"]].get_views(views)
