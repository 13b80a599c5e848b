from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OutreachChapters

SEEDS = {
    "ep_2021_2881": ("2881", "one year of protests", "2021-10-07"),
    "pace_2499": ("2499", "Belarusians in exile", "2023-06-20"),
    "decree_278": ("278", "issuing documents", "2023-09-04"),
}


@tagged("post_install", "-at_install")
class TestReference(OutreachChapters):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.References_a = cls.env_a["embassy.reference"]
        cls.reference_a = cls.References_a.create(
            {
                "title": "On the <b>neighbours</b>",
                "kind": "quote",
                "issuer": "Council of Nowhere",
                "number": "Statement 7",
                "date": "2026-03-01",
                "url": "https://example.org/7?a=1&b=2",
                "quote": "We stand by you.\n",
            }
        )

    def test_first_entries_are_found_by_number_and_words(self):
        for name, (number, words, day) in SEEDS.items():
            entry = self.env.ref(f"embassy_outreach.embassy_reference_{name}")
            self.assertFalse(entry.company_id)
            self.assertEqual(str(entry.date), day)
            self.assertTrue(entry.summary)
            for asked in (number, words):
                with self.subTest(entry=name, asked=asked):
                    found = [id_ for id_, _name in self.References_a.name_search(asked)]
                    self.assertIn(entry.id, found)

    def test_words_of_the_text_are_found_in_the_list(self):
        view = self.References_a.get_view(
            self.env.ref("embassy_outreach.embassy_reference_view_search").id, "search"
        )
        self.assertIn("('quote', 'ilike', self)", view["arch"])

    def test_citation(self):
        entry = self.env.ref("embassy_outreach.embassy_reference_pace_2499").with_env(self.env_a)
        self.assertEqual(
            entry._citation("en_US"),
            "Parliamentary Assembly of the Council of Europe, Resolution 2499 (2023), “Addressing"
            " the specific challenges faced by the Belarusians in exile”, 20 June 2023",
        )
        self.assertTrue(entry._insert_text("en_US").endswith(f"20 June 2023, {entry.url}"))

    def test_citation_in_the_language_asked(self):
        self.env["res.lang"]._activate_lang("be_BY")
        self.reference_a.with_context(lang="be_BY").title = "Пра суседзяў"
        citation = self.reference_a._citation("be_BY")
        self.assertIn("Пра суседзяў", citation)
        self.assertIn("1 сакавіка 2026", citation)
        self.assertNotIn("neighbours", citation)

    def test_quote_is_put_in_with_its_source(self):
        text = self.reference_a._insert_text("en_US")
        self.assertTrue(text.startswith("“We stand by you.” (Council of Nowhere, Statement 7, "))
        html = self.reference_a._insert_html("en_US")
        self.assertIn("&lt;b&gt;neighbours", html)
        self.assertIn('href="https://example.org/7?a=1&amp;b=2"', html)

    def test_source_is_a_web_address(self):
        for url in ("javascript:alert(1)", "example.org", "https://a b"):
            with (
                self.subTest(url=url),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.reference_a.url = url
                self.env.flush_all()

    def test_own_is_hidden_from_the_other_chapter(self):
        self.assertHidden(self.reference_a)

    def test_shared_is_read_and_not_changed(self):
        entry = self.env.ref("embassy_outreach.embassy_reference_decree_278")
        for env in (self.env_a, self.env_b):
            self.assertSeen(entry, env)
            with self.assertRaises(AccessError):
                entry.with_env(env).title = "Other"
            with self.assertRaises(AccessError):
                env["embassy.reference"].browse(self.reference_a.copy().id).company_id = False

    def test_list_asks_no_more_for_many(self):
        names = ["date", "kind", "issuer", "number", "title"]
        spec = {name: {} for name in names}
        self.References_a.create([{**self.reference_a.copy_data()[0]} for _ in range(30)])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            self.References_a.web_search_read([], spec, limit=80)
