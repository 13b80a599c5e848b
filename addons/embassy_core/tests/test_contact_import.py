import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_directory import DirectoryCase


def card(name, *lines):
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *lines, "END:VCARD", ""])


VCARD = (
    card(
        "Ada Invented",
        "N:Invented;Ada;;;",
        "NICKNAME:Ада Выдуманая",
        "EMAIL;TYPE=WORK:ada@example.org",
        "TEL;TYPE=WORK:+370 5 000 0100",
        "TEL;TYPE=CELL:+370 600 00000",
        "ORG:Seimas of Nowhere;Committee",
        "TITLE:Deputy",
        "NOTE:secret words",
        "BDAY:1970-01-01",
    )
    + card("Bo Made-Up", "ORG:Nobody knows it", "TITLE:Chair")
    + card("Office", "KIND:org")
)


@tagged("post_install", "-at_install")
class TestContactImport(DirectoryCase):
    def wizard(self, content=VCARD, user=None, **values):
        content = content if isinstance(content, bytes) else content.encode()
        values = {"file": base64.b64encode(content), "file_name": "people.vcf"} | values
        Import = self.as_user(self.env["embassy.contact.import"], user or self.officer_a)
        return Import.create(values)

    def preview(self, content=VCARD, user=None, **values):
        wizard = self.wizard(content, user, **values)
        wizard.action_read()
        if wizard.state == "columns":
            wizard.action_preview()
        self.assertEqual(wizard.state, "preview")
        return wizard

    def run_import(self, content=VCARD, user=None, **values):
        wizard = self.preview(content, user, **values)
        if set(wizard.line_ids.mapped("action")) != {"skip"}:
            wizard.action_import()
        return wizard

    def people(self, name, user=None):
        Partner = self.as_user(self.env["res.partner"], user or self.officer_a)
        return Partner.search(
            [("directory_kind", "=", "person"), ("name_any_spelling", "ilike", name)]
        )

    def actions(self, wizard):
        return {line.name: line.action for line in wizard.line_ids}

    def written(self):
        self.env.flush_all()
        rows = {}
        for table in ("res_partner", "embassy_mandate", "embassy_identifier", "embassy_import"):
            self.env.cr.execute(f"SELECT id, write_date, xmin FROM {table} ORDER BY id")  # noqa: S608
            rows[table] = self.env.cr.fetchall()
        return rows

    def test_preview_writes_nothing_and_says_what_is_left_out(self):
        before = self.written()
        wizard = self.preview()
        self.assertEqual(self.written(), before)
        self.assertEqual(self.actions(wizard), {"Ada Invented": "create", "Bo Made-Up": "create"})
        ada, bo = wizard.line_ids
        self.assertEqual((ada.body_id, ada.role), (self.body_a, "Deputy"))
        self.assertIn("mobile phone is left out", ada.note)
        self.assertFalse(bo.body_id)
        self.assertIn("Nobody knows it", bo.note)
        self.assertIn("not a person", wizard.summary)

    def test_import_makes_people_in_office_of_the_chapter(self):
        wizard = self.run_import(country_id=self.env.ref("base.is").id)
        ada = self.people("Ada Invented")
        self.assertEqual(ada.directory_kind, "person")
        self.assertEqual(ada.company_id, self.chapter_a)
        self.assertEqual(ada.other_names, "Ада Выдуманая")
        self.assertEqual((ada.email, ada.phone), ("ada@example.org", "+370 5 000 0100"))
        self.assertEqual(ada.country_id, self.env.ref("base.is"))
        self.assertEqual(
            (ada.mandate_ids.body_id, ada.mandate_ids.role), (self.body_a, "Deputy")
        )
        self.assertFalse(ada.comment or ada.image_1920 or ada.street or ada.message_ids)
        self.assertFalse(self.people("Bo Made-Up").mandate_ids)
        self.assertEqual(wizard.counts, {"new": 2, "mandates": 1})
        self.assertIn("2 people added", wizard.summary)
        self.assertEqual(wizard.record_id.company_id, self.chapter_a)

    def test_second_run_changes_nothing(self):
        self.run_import()
        before = self.written()
        wizard = self.run_import()
        self.assertEqual(set(self.actions(wizard).values()), {"update"})
        self.assertEqual(wizard.counts["unchanged"], 2)
        self.assertEqual(self.written(), before)
        self.assertFalse(wizard.record_id)
        self.assertEqual(wizard.action_import()["res_id"], wizard.id, "done stays done")

    def test_people_are_found_in_any_spelling_and_completed(self):
        """What stands there stays, what is empty is filled, a new spelling is kept."""
        ada = self.person(self.Partner_a, "Ада Инвентед", email="ada.first@example.org")
        self.run_import()
        self.assertEqual(self.people("Ada Invented"), ada)
        self.assertEqual((ada.name, ada.email), ("Ада Инвентед", "ada.first@example.org"))
        self.assertEqual(ada.phone, "+370 5 000 0100")
        self.assertEqual(ada.other_names, "Ada Invented\nАда Выдуманая")
        self.assertEqual(ada.mandate_ids.role, "Deputy")

    def test_an_address_finds_whose_name_fits(self):
        self.person(self.Partner_a, "Ada Invented")
        second = self.person(self.Partner_a, "Ada Invented", email="ADA@example.org")
        wizard = self.preview()
        self.assertEqual(wizard.line_ids[0].partner_id, second)

    def test_nobody_is_guessed(self):
        """Several who may be meant, a like name, and an address of somebody else: a person says."""
        self.person(self.Partner_a, "Ada Invented")
        self.person(self.Partner_a, "Ada Invented")
        self.person(self.Partner_a, "Cy Other", email="bo@example.org")
        self.person(self.Partner_a, "Dana Maria Like")
        content = VCARD.replace("FN:Bo Made-Up", "FN:Bo Made-Up\r\nEMAIL:bo@example.org")
        wizard = self.preview(content + card("Dana Like") + card("Anna Middle Exampleton"))
        self.assertEqual(
            self.actions(wizard),
            {
                "Ada Invented": "skip",
                "Bo Made-Up": "skip",
                "Dana Like": "create",
                "Anna Middle Exampleton": "create",
            },
        )
        notes = {line.name: line.note for line in wizard.line_ids}
        self.assertIn("Several may be meant", notes["Ada Invented"])
        self.assertIn("Cy Other", notes["Bo Made-Up"])
        self.assertIn("Dana Maria Like", notes["Dana Like"])
        self.assertIn("Anna Exampleton", notes["Anna Middle Exampleton"])

    def test_a_person_chooses(self):
        wizard = self.preview()
        ada, bo = wizard.line_ids
        ada.write({"partner_id": self.person_a.id, "action": "update"})
        bo.write({"body_id": self.body_a.id, "role": "Chair"})
        wizard.action_import()
        self.assertFalse(self.people("Ada Invented") - self.person_a)
        self.assertEqual(self.person_a.email, "ada@example.org")
        self.assertEqual(self.people("Bo Made-Up").mandate_ids.role, "Chair")

    def test_twice_in_one_file(self):
        wizard = self.preview(VCARD + card("Invented Ada"))
        self.assertEqual(self.actions(wizard)["Invented Ada"], "skip")
        self.assertIn("line 1", wizard.line_ids[2].note)

    def test_same_institution_name_twice_gives_no_mandate(self):
        self.institution(self.Partner_a, "Seimas of Nowhere")
        wizard = self.preview()
        self.assertFalse(wizard.line_ids[0].body_id)
        self.assertIn("several institutions", wizard.line_ids[0].note)

    def test_walls_hold(self):
        """Another chapter's people and bodies are not there; shared ones are not changed."""
        self.run_import(user=self.officer_b)
        wizard = self.run_import()
        self.assertEqual(wizard.counts["new"], 2)
        self.assertEqual(self.people("Ada Invented").company_id, self.chapter_a)
        shared = self.people("Bo Made-Up", user=self.officer_b)
        shared.action_share_with_chapters()
        self.people("Bo Made-Up").filtered("company_id").active = False
        content = card("Bo Made-Up", "EMAIL:bo@example.org")
        wizard = self.preview(content)
        self.assertEqual(wizard.line_ids.action, "skip")
        self.assertFalse(shared.email)
        with self.assertRaises(AccessError):
            self.as_user(wizard.line_ids, self.officer_b).read(["name"])

    def test_shared_person_is_left_to_their_keeper(self):
        shared = self.person(self.Partner_b, "Ada Invented")
        shared.action_share_with_chapters()
        wizard = self.preview()
        line = wizard.line_ids[0]
        self.assertEqual((line.partner_id.id, line.action), (shared.id, "skip"))
        self.assertIn("Another chapter keeps", line.note)
        line.action = "update"
        with self.assertRaisesRegex(UserError, "Line 1: "):
            wizard.action_import()
        self.assertFalse(shared.email)

    def test_regime_is_left_out_and_never_written_to(self):
        self.body_a.institution_type_id = self.regime_type
        wizard = self.preview()
        ada = wizard.line_ids[0]
        self.assertEqual(ada.action, "skip")
        self.assertIn("only watched", ada.note)
        ada.action = "create"
        wizard.action_import()
        with self.assertRaisesRegex(UserError, "regime"):
            self.Partner_a._regime_guard(self.people("Ada Invented"))

    def test_broken_file_changes_nothing_and_names_the_line(self):
        before = self.written()
        for content, words in (
            (b" ", "The file is empty"),
            (VCARD + "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:X\r\n", "Line 25: .*no end"),
            (VCARD.replace("TITLE:Chair", "TITLE"), "Line 18: .*no line of a vCard"),
            (VCARD.replace("TITLE:", "TITLE;CHARSET=klingon:"), "Line 10: .*encoding is unknown"),
            (card("Office", "KIND:org"), "no people"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.wizard(content).action_read()
        with self.assertRaisesRegex(UserError, "Line 3: .*quotation"):
            self.wizard(b'name\nA\n"B', file_name="x.csv").action_read()
        self.assertEqual(self.written(), before)

    def test_what_the_database_refuses_takes_all_back(self):
        wizard = self.preview()
        before = self.written()
        ada, bo = wizard.line_ids
        bo.partner_id = ada.partner_id = self.person_a
        (ada | bo).action = "update"
        bo.email = "two@example.org, more@example.org"
        with self.assertRaisesRegex(UserError, "Line 14: .*e-mail"):
            wizard.action_import()
        self.env.invalidate_all()
        self.assertEqual(self.written(), before)

    def test_the_directory_changed_since_the_preview(self):
        wizard = self.preview()
        self.person(self.Partner_a, "Bo Made-Up")
        with self.assertRaisesRegex(UserError, "Line 14: .*by now"):
            wizard.action_import()
        self.assertFalse(self.people("Ada Invented"))

    def test_csv_with_columns_that_a_person_corrects(self):
        content = "Прозвішча;Імя;Пасада;Установа;E-mail;Заўвага\nВыдумка;Ада;Deputy;{};{};x\n"
        content = content.format("SEIMAS of Nowhere", "ada@example.org")
        wizard = self.wizard(content.encode("cp1251"), file_name="people.csv")
        wizard.action_read()
        self.assertEqual((wizard.state, wizard.encoding), ("columns", "cp1251"))
        self.assertEqual(
            wizard.column_ids.mapped("meaning"),
            ["last_name", "first_name", "title", "organization", "email", False],
        )
        wizard.column_ids[5].meaning = "email"
        with self.assertRaisesRegex(UserError, "Two columns mean"):
            wizard.action_preview()
        wizard.column_ids[4].meaning = False
        wizard.action_preview()
        self.assertIn("e-mail address is wrong", wizard.line_ids.note)
        wizard.action_back()
        wizard.column_ids[4].meaning = "email"
        wizard.column_ids[5].meaning = False
        wizard.action_preview()
        wizard.action_import()
        ada = self.people("Ада Выдумка")
        self.assertEqual((ada.email, ada.mandate_ids.body_id), ("ada@example.org", self.body_a))

    def test_csv_finds_by_wikidata(self):
        self.person_a.identifier_ids = [(0, 0, {"scheme": "wikidata", "value": "Q9001"})]
        wizard = self.preview(b"name,wikidata\nSomebody Else,Q9001\n", file_name="x.csv")
        self.assertEqual(wizard.line_ids.partner_id, self.person_a)

    def test_federation_shares(self):
        self.run_import(card("Ada Invented"), user=self.user_a["federation"])
        self.assertFalse(self.people("Ada Invented").company_id)

    def test_who_may_import(self):
        for role in ("case_worker", "technical_admin", "employee", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.wizard(user=self.user_a[role])

    def test_hundreds_of_people_take_few_queries(self):
        content = "name,email,title,institution\n" + "".join(
            f"Invented Number{n},n{n}@example.org,Deputy,Seimas of Nowhere\n" for n in range(300)
        )
        wizard = self.wizard(content, file_name="x.csv")
        wizard.action_read()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wizard.action_preview()
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 60)
        before = self.env.cr.sql_log_count
        wizard.action_import()
        self.env.flush_all()
        self.assertEqual(wizard.counts, {"new": 300, "mandates": 300})
        self.assertLess(self.env.cr.sql_log_count - before, 150)

    def test_views_load(self):
        for xmlid in ("embassy_contact_import_action", "embassy_import_action"):
            action = self.env["ir.actions.act_window"]._for_xml_id(f"embassy_core.{xmlid}")
            for user in (self.officer_a, self.user_a["federation"]):
                self.as_user(self.env[action["res_model"]], user).get_views(action["views"])
