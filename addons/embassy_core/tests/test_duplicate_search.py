from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_directory import DirectoryCase


@tagged("post_install", "-at_install")
class TestDuplicateSearch(DirectoryCase):
    def search(self, user=None, **values):
        Search = self.as_user(self.env["embassy.duplicate.search"], user or self.officer_a)
        wizard = Search.create(values)
        wizard.action_search()
        return wizard

    def pairs(self, wizard):
        return {(line.first_id.name, line.second_id.name): line.reason for line in wizard.line_ids}

    def twins(self, **values):
        first = self.person(self.Partner_a, "Sviatlana Vymyslava")
        second = self.person(self.Partner_a, "Светлана Вымыслова", **values)
        return first, second

    def test_finds_any_spelling_and_the_same_address(self):
        self.twins()
        self.person(self.Partner_a, "Ada Invented", email="ada@example.org")
        self.person(self.Partner_a, "A. Inv.", email="ADA@example.org")
        self.person(self.Partner_a, "Invented, Ada")
        self.assertEqual(
            self.pairs(self.search()),
            {
                ("Ada Invented", "A. Inv."): "email",
                ("Sviatlana Vymyslava", "Светлана Вымыслова"): "name",
                ("Ada Invented", "Invented, Ada"): "name",
            },
        )

    def test_institutions_are_asked_for_apart(self):
        self.institution(self.Partner_a, "Seimas of Nowhere")
        self.assertFalse(self.search().line_ids)
        self.assertEqual(len(self.search(directory_kind="institution").line_ids), 1)

    def test_the_wall_holds(self):
        """What another chapter keeps is no suspect, shared or not."""
        self.person(self.Partner_a, "Ada Invented")
        for _number in range(2):
            self.person(self.Partner_b, "Ada Invented").action_share_with_chapters()
        self.person(self.Partner_b, "Ada Invented")
        for user in (self.officer_a, self.coordinator_a):
            self.assertFalse(self.search(user).line_ids)
        foreign = self.person(self.Partner_b, "Foreign Person")
        wizard = self.search()
        with self.assertRaises(AccessError):
            wizard.line_ids.create(
                {
                    "search_id": wizard.id,
                    "first_id": self.person_a.id,
                    "second_id": foreign.id,
                    "reason": "name",
                }
            )

    def test_merge_moves_all_that_hangs_on_the_second(self):
        first, second = self.twins(email="s@example.org", website="https://s.example.org")
        second.identifier_ids = [Command.create({"scheme": "wikidata", "value": "Q9001"})]
        mandate = self.Mandate_a.create(
            {"person_id": second.id, "body_id": self.body_a.id, "role": "Deputy"}
        )
        message = second.message_post(body="We met", message_type="comment")
        wizard = self.search()
        wizard.line_ids.action_merge()
        self.assertFalse(second.exists())
        self.assertEqual(first.other_names, "Светлана Вымыслова")
        self.assertEqual(first.email, "s@example.org")
        self.assertEqual(mandate.person_id, first)
        self.assertEqual(mandate.company_id, self.chapter_a)
        self.assertEqual(first.identifier_ids.value, "Q9001")
        self.assertEqual(message.res_id, first.id)
        self.assertFalse(wizard.line_ids)

    def test_swap(self):
        first, second = self.twins()
        wizard = self.search()
        wizard.line_ids.action_swap()
        wizard.line_ids.action_merge()
        self.assertFalse(first.exists())
        self.assertEqual(second.other_names, "Sviatlana Vymyslava")

    def test_what_is_not_the_same_is_not_shown_again(self):
        first, second = self.twins()
        third = self.person(self.Partner_a, "Святлана Вымыслава")
        line = self.search().line_ids[0]
        self.assertEqual(line.first_id + line.second_id, first + second)
        line.action_distinct()
        self.assertFalse(line.exists())
        self.assertEqual(first.distinct_ids, second)
        self.assertEqual(set(self.pairs(self.search())), {(first.name, third.name)})
        # Said from the other side, it counts as well; and the third is asked about both.
        third.distinct_ids = first
        wizard = self.search(self.coordinator_a)
        self.assertEqual(set(self.pairs(wizard)), {(second.name, third.name)})
        wizard.line_ids.action_merge()
        self.assertFalse(third.exists())
        self.assertFalse(self.search().line_ids)

    def test_the_same_seat_becomes_one(self):
        first, second = self.twins()
        for person in (first, second):
            self.Mandate_a.create(
                {"person_id": person.id, "body_id": self.body_a.id, "role": "Deputy"}
            )
        self.search().line_ids.action_merge()
        self.assertEqual(len(first.mandate_ids), 1)

    def test_seats_that_contradict_stop_the_merge(self):
        first, second = self.twins()
        for person, start in ((first, "2020-01-01"), (second, "2021-01-01")):
            self.Mandate_a.create(
                {
                    "person_id": person.id,
                    "body_id": self.body_a.id,
                    "role": "Deputy",
                    "date_start": start,
                }
            )
        line = self.search().line_ids
        with self.assertRaisesRegex(UserError, "Mandate"):
            line.action_merge()
        self.env.invalidate_all()
        self.assertEqual(second.exists().mandate_ids.date_start.year, 2021)
        self.assertFalse(first.other_names)

    def test_shared_records_of_the_own_chapter(self):
        first, second = self.twins()
        (first | second).action_share_with_chapters()
        self.search().line_ids.action_merge()
        self.assertFalse(second.exists())
        self.assertFalse(first.company_id)

    def test_own_and_shared_do_not_become_one(self):
        first, second = self.twins()
        second.action_share_with_chapters()
        wizard = self.search()
        self.assertFalse(wizard.line_ids)
        line = wizard.line_ids.create(
            {
                "search_id": wizard.id,
                "first_id": first.id,
                "second_id": second.id,
                "reason": "name",
            }
        )
        with self.assertRaisesRegex(UserError, "one chapter"):
            line.action_merge()

    def test_the_directory_is_not_merged_into_private_contacts(self):
        first, _second = self.twins()
        private = self.env["res.partner"].create(
            {"name": "Private", "company_id": self.chapter_a.id}
        )
        wizard = self.search()
        line = wizard.line_ids[:1]
        line.write({"first_id": first.id, "second_id": private.id})
        with self.assertRaisesRegex(AccessError, "not yours"):
            line.action_merge()

    def test_who_may_search(self):
        for role in ("case_worker", "technical_admin", "employee", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.search(self.user_a[role])

    def test_thousands_of_people_take_few_queries(self):
        self.Partner_a.create(
            [{"name": f"Person{n} Number{n}", "directory_kind": "person"} for n in range(500)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.search()
        self.assertLess(self.env.cr.sql_log_count - before, 40)
