from lxml import html

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import ChapterCase


@tagged("post_install", "-at_install")
class TestPublicPage(ChapterCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for language in ("be_BY", "ru_RU"):
            cls.env["res.lang"]._activate_lang(language)
        module = cls.env["ir.module.module"].search([("name", "=", "embassy_core")])
        module._update_translations(["be_BY", "ru_RU"])
        cls.chapter_a.write(
            {
                **cls.ready_values(),
                "chapter_level": "embassy",
                "premises": "Probe street 1",
                "chapter_reception_hour_ids": [
                    Command.create({"weekday": "2", "hour_from": 17.0, "hour_to": 20.0})
                ],
            }
        )
        cls.env["embassy.channel"].create(
            {
                "company_id": cls.chapter_a.id,
                "kind": "email",
                "address": "unchecked@example.org",
            }
        )
        cls.chapter_a.is_page_open = True
        cls.chapter_b.chapter_code = "QB"

    def page(self, path, **headers):
        return self.url_open(path, headers=headers, allow_redirects=False)

    def test_page_says_what_people_need(self):
        response = self.page("/embassy/qa")
        self.assertEqual(response.status_code, 200)
        for text in ("Test embassy A", "112", "qa@example.org", "residence papers", "Send money"):
            self.assertIn(text, response.text)

    def test_unchecked_channel_is_not_shown(self):
        self.assertNotIn("unchecked@example.org", self.page("/embassy/qa").text)

    def test_premises_show_from_level_office(self):
        self.assertNotIn("Probe street", self.page("/embassy/qa").text)
        self.chapter_a.chapter_level = "office"
        text = self.page("/embassy/qa").text
        self.assertIn("Probe street", text)
        self.assertIn("Tuesday 17:00", text)

    def test_absent_and_closed_answer_alike(self):
        absent, closed = self.page("/embassy/nowhere"), self.page("/embassy/qb")
        self.assertEqual((absent.status_code, closed.status_code), (404, 404))
        nonce_free = [
            html.tostring(html.fromstring(answer.content).body) for answer in (absent, closed)
        ]
        self.assertEqual(*nonce_free)
        self.assertEqual(set(absent.headers), set(closed.headers))
        self.assertEqual(self.page("/embassy/q%00").status_code, 404)

    def test_list_shows_open_chapters_only(self):
        text = self.page("/embassy").text
        self.assertIn("Test embassy A", text)
        self.assertNotIn("Test embassy B", text)

    def test_helper_is_shown_when_its_page_is_open(self):
        values = {"helper_chapter_id": self.chapter_b.id}
        self.chapter_a.write(values)
        self.assertNotIn("Test embassy B", self.page("/embassy/qa").text)

    def test_page_loads_nothing_and_runs_nothing(self):
        """No script, no picture or style from anywhere, links out only when somebody clicks."""
        response = self.page("/embassy/qa")
        tree = html.fromstring(response.content)
        self.assertFalse(tree.xpath("//script | //iframe | //object | //form"))
        self.assertFalse(tree.xpath("//@onclick | //@onload | //@onerror | //@style"))
        for source in tree.xpath("//img/@src | //link/@href | //source/@src"):
            self.assertTrue(source.startswith("data:"), source[:40])
        self.assertLess(len(response.content), 100 * 1024)
        policy = response.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertIn(tree.xpath("//style/@nonce")[0], policy)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_visitor_leaves_no_trace(self):
        """No cookie, and not one row more in any table."""
        self.page("/embassy/qa")
        self.env.flush_all()
        before = self.row_counts()
        for path in ("/embassy", "/embassy/qa", "/embassy/nowhere"):
            self.assertNotIn("Set-Cookie", self.page(path).headers)
        self.assertEqual(self.row_counts(), before)

    def test_language_of_the_visitor(self):
        def lang(path, **headers):
            return html.fromstring(self.page(path, **headers).content).get("lang")

        self.assertEqual(lang("/embassy/qa", **{"Accept-Language": "be,en;q=0.5"}), "be")
        self.assertEqual(lang("/embassy/qa", **{"Accept-Language": "ru-RU"}), "ru")
        self.assertEqual(lang("/embassy/qa?l=be", **{"Accept-Language": "ru-RU"}), "be")
        self.assertEqual(lang("/embassy/qa", **{"Accept-Language": "ja"}), "en")
        self.assertEqual(lang("/embassy/qa?l=%22%3E", **{"Accept-Language": "%%%"}), "en")

    def test_whole_page_is_translated(self):
        """The frame of the page stayed English: Odoo skips a view that begins with a doctype."""
        for path in ("/embassy/qa", "/embassy", "/embassy/nowhere"):
            english = self.texts(f"{path}?l=en")
            for language in ("be", "ru"):
                same = english & self.texts(f"{path}?l={language}")
                self.assertFalse(same - self.names(), (path, language))

    def texts(self, path):
        tree = html.fromstring(self.page(path).content)
        texts = tree.xpath("//body//text()[normalize-space()] | //@aria-label | //@alt")
        return {" ".join(text.split()) for text in texts if any(c.isalpha() for c in text)}

    def names(self):
        """What stays as it is in every language."""
        return {"Test embassy A", "qa@example.org", "Беларуская", "English", "Русский"}

    def test_preview_is_for_staff_of_the_chapter(self):
        for user, status in (
            (self.user_b["coordinator"], 200),
            (self.user_a["coordinator"], 404),
            (self.user_b["volunteer"], 404),
        ):
            with self.subTest(user=user.login):
                self.authenticate(user.login, user.login)
                self.assertEqual(self.page("/embassy/qb/preview").status_code, status)

    def test_nobody_signs_up_alone(self):
        """Odoo's own data opens the sign-up to everybody who finds the login page."""
        self.assertNotIn("/web/signup", self.page("/web/login").text)
        self.assertEqual(self.page("/web/signup").status_code, 404)
