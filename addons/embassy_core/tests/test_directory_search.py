from odoo.tests import tagged

from .common_directory import DirectoryCase


@tagged("post_install", "-at_install")
class TestDirectorySearch(DirectoryCase):
    """Names of public figures, as the press writes them, and invented ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.person(cls.Partner_a, "Sviatlana Tsikhanouskaya")
        cls.director = cls.person(cls.Partner_a, "Андрэй Гніёт")
        cls.member = cls.person(
            cls.Partner_a, "Łukasz Źródlański", other_names="Лукаш Выдуманы\nLucas Fontaine"
        )

    def found(self, text, Partner=None):
        Partner = Partner if Partner is not None else self.Partner_a
        ids = [id_ for id_, _name in Partner.name_search(text, limit=None)]
        self.assertEqual(
            Partner.search(
                [("name_any_spelling", "ilike", text), ("directory_kind", "=", "person")]
            ),
            Partner.browse(ids).filtered(lambda partner: partner.directory_kind == "person"),
        )
        return Partner.browse(ids)

    def test_any_script_and_spelling(self):
        for text in (
            "Тихановская",
            "Cichanoŭskaja",
            "светлана тихановская",
            "ЦІХАНОЎСКАЯ",
            "svetl",
        ):
            self.assertIn(self.leader, self.found(text), text)
        for text in ("Hniot", "Gnyot", "hnyot", "Гнёт Андрей"):
            self.assertIn(self.director, self.found(text), text)

    def test_without_diacritics_and_by_other_names(self):
        for text in ("lukasz zrodlanski", "Vydumany", "fontaine lucas"):
            self.assertIn(self.member, self.found(text), text)

    def test_key_follows_the_names(self):
        self.member.other_names = "Lucas Brunnen"
        self.assertIn(self.member, self.found("Bruńnen"))
        self.assertNotIn(self.member, self.found("fontaine"))

    def test_the_middle_of_a_word_is_found_as_it_is_written(self):
        self.assertIn(self.leader, self.found("hanouskay"))
        self.assertIn(self.leader, self.found("ikhanouskaya"))

    def test_words_without_end_are_kept_in_bounds(self):
        endless = "a" * 5000
        self.member.other_names = f"{endless}\n" + "\n".join(f"word{n}" for n in range(5000))
        self.env.flush_all()
        self.assertIn(self.member, self.found(endless))
        self.assertIn(self.member, self.found("word7"))
        self.assertFalse(self.found("' | 'zrodlanski & !(x) \\"))

    def test_unlike_names_are_not_found(self):
        for text in ("Kalesnikava", "Novak", "Anna Tsikhanouskaya", "xyzzy"):
            self.assertFalse(self.found(text) & (self.leader | self.director), text)

    def test_other_chapters_are_not_found(self):
        self.assertFalse(self.found("Тихановская", self.Partner_b))

    def test_contacts_outside_the_directory_are_found_as_before(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Plain Contact",
                "email": "plain.probe@example.org",
                "company_id": self.chapter_a.id,
            }
        )
        self.assertIn(contact, self.Partner_a.browse(dict(self.Partner_a.name_search("plain con"))))
        self.assertIn(
            contact, self.Partner_a.browse(dict(self.Partner_a.name_search("plain.probe")))
        )
        self.assertFalse(contact.name_search_key)
        others = self.Partner_a.search([("display_name", "not ilike", "Тихановская")])
        self.assertIn(contact, others)
        self.assertNotIn(self.leader, others)

    def test_an_index_serves_the_search(self):
        """With many people no search by name reads them all."""
        self.env.cr.execute(
            """
            INSERT INTO res_partner (
                name, complete_name, active, type, directory_kind, company_id, keeper_company_id,
                name_search_key)
            SELECT name, name, TRUE, 'contact', 'person', %(chapter)s, %(chapter)s,
                   ' ' || name || ' ~' || substr(md5(name), 1, 6) || ' '
              FROM (SELECT md5(n::text) || ' ' || md5((n + 1)::text) AS name
                      FROM generate_series(1, 20000) n) people
            """,
            {"chapter": self.chapter_a.id},
        )
        # What vacuum does after a large import: without it the new rows wait in a list.
        self.env.cr.execute(
            """SELECT gin_clean_pending_list(indexrelid) FROM pg_index
                WHERE indrelid = 'res_partner'::regclass AND indexrelid IN (
                      SELECT c.oid FROM pg_class c JOIN pg_am m ON m.oid = c.relam
                       WHERE m.amname = 'gin')"""
        )
        self.env.cr.execute("ANALYZE res_partner")
        for domain in (
            [("name_any_spelling", "ilike", "Светлана Тихановская")],
            [("display_name", "ilike", "Светлана Тихановская")],
            [("display_name", "ilike", "Тихановск")],
        ):
            query = self.Partner_a._search(domain, limit=8, order=self.Partner_a._order)
            self.env.cr.execute(
                query.select(self.env["res.partner"]._field_to_sql("res_partner", "id"))
            )
            self.assertEqual([self.leader.id], [row[0] for row in self.env.cr.fetchall()])
            select = query.select()
            self.env.cr.execute("EXPLAIN " + select.code, select.params)
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            self.assertIn("Bitmap Index Scan on res_partner_name_search_index", plan, plan)
