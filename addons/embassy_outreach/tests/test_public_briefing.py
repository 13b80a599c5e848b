from datetime import datetime

from lxml import etree, html

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_briefing import SOURCE, BriefingCase

ATOM = "{http://www.w3.org/2005/Atom}"
# Each element of a feed and of an entry that RFC 4287 asks for, and how often.
NEEDED = {"id": 1, "title": 1, "updated": 1}


@tagged("post_install", "-at_install")
class TestPublicBriefing(BriefingCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for language in ("be_BY", "ru_RU"):
            cls.env["res.lang"]._activate_lang(language)
        modules = cls.env["ir.module.module"].search(
            [("name", "in", ("embassy_core", "embassy_outreach"))]
        )
        modules._update_translations(["be_BY", "ru_RU"])
        for chapter, code in ((cls.chapter_a, "QA"), (cls.chapter_b, "QB")):
            chapter.write({**cls.ready_values(), "chapter_code": code, "chapter_level": "embassy"})
        cls.chapter_a.is_page_open = True
        cls.first = cls.published(
            cls.env_a,
            cls.coordinator_a,
            title="Marker <first>",
            body="<p>Words &amp; <script>x</script>facts<img src='https://example.org/a.png'></p>",
        )
        cls.belarusian = cls.env.ref("base.lang_be")
        cls.translated = cls.draft(
            cls.env_a,
            title="Першы агляд",
            translation_of_id=cls.first.id,
            language_id=cls.belarusian.id,
            claim_ids=[],
        )
        cls.approved(cls.translated, cls.coordinator_a).action_publish()
        cls.hidden = cls.approved(cls.draft(cls.env_a, title="Not out yet"), cls.coordinator_a)

    def page(self, path, **headers):
        return self.url_open(path, headers=headers, allow_redirects=False)

    def tree(self, path):
        response = self.page(path)
        self.assertEqual(response.status_code, 200, path)
        return html.fromstring(response.content)

    def feed(self, path="/embassy/qa/briefings/en/feed"):
        response = self.page(path)
        self.assertEqual(response.status_code, 200, path)
        self.assertEqual(response.headers["Content-Type"], "application/atom+xml; charset=utf-8")
        return etree.fromstring(response.content)

    # Pages

    def test_chapter_page_links_the_latest(self):
        text = self.page("/embassy/qa?l=en").text
        self.assertIn("Marker &lt;first&gt;", text)
        self.assertNotIn("Першы", text)
        self.assertIn("Першы", self.page("/embassy/qa?l=be").text)
        # Nothing in Russian: what there is in other languages
        self.assertIn("Першы", self.page("/embassy/qa?l=ru").text)
        self.assertNotIn("Not out yet", text)

    def test_chapter_without_briefings_says_nothing_of_them(self):
        self.chapter_b.is_page_open = True
        self.assertNotIn("briefing", self.page("/embassy/qb?l=en").text)

    def test_list_is_by_language(self):
        english = self.page("/embassy/qa/briefings?l=en").text
        self.assertIn("Marker &lt;first&gt;", english)
        self.assertNotIn("Першы", english)
        for path in ("?l=be", "?l=en&in=be"):
            self.assertIn("Першы", self.page(f"/embassy/qa/briefings{path}").text)
        tree = self.tree("/embassy/qa/briefings?l=en&in=be")
        [link] = tree.xpath("//main//li/a[contains(., 'Першы')]")
        self.assertEqual(link.get("lang"), "be")
        for nonsense in ("?in=%00", "?in=xx", "?page=x", "?page=-1", "?page=99999999", "?page=²"):
            self.assertEqual(self.page(f"/embassy/qa/briefings{nonsense}").status_code, 200)

    def test_list_has_pages(self):
        for number in range(21):
            self.published(self.env_a, self.coordinator_a, title=f"Number {number:02}")
        first = self.tree("/embassy/qa/briefings?l=en")
        self.assertEqual(len(first.xpath("//ul[@class='plain']/li")), 20)
        [older] = first.xpath("//nav/a[text()='Older']/@href")
        second = self.tree(f"/embassy/qa/briefings{older}")
        self.assertEqual(len(second.xpath("//ul[@class='plain']/li")), 2)
        self.assertTrue(second.xpath("//nav/a[text()='Newer']"))

    def test_one_briefing(self):
        tree = self.tree(f"{self.first.page_path}?l=en")
        self.assertEqual(tree.xpath("//h1/text()"), ["Marker <first>"])
        self.assertEqual(tree.xpath("//h1/@lang"), ["en"])
        self.assertEqual(tree.xpath("//div[@class='text']//text()"), ["Words & facts"])
        self.assertIn(SOURCE, tree.xpath("//section[@aria-labelledby='sources']//a/@href"))
        [other] = tree.xpath("//section[@aria-labelledby='versions']//a")
        self.assertEqual(other.text, "Беларуская")
        self.assertIn("Першы агляд", self.page(other.get("href")).text)

    def test_absent_and_forbidden_answer_alike(self):
        foreign = self.published(self.env_b, self.coordinator_b)
        withdrawn = self.published(self.env_a, self.coordinator_a)
        self.as_user(withdrawn, self.coordinator_a).action_withdraw()
        paths = [
            "/embassy/nowhere/briefings",
            "/embassy/qb/briefings",
            "/embassy/q%00/briefings",
            f"/embassy/qb/briefings/{foreign.id}",
            f"/embassy/qa/briefings/{foreign.id}",
            f"/embassy/qa/briefings/{self.hidden.id}",
            f"/embassy/qa/briefings/{withdrawn.id}",
            "/embassy/qa/briefings/999999999",
            "/embassy/qa/briefings/0",
            "/embassy/qb/briefings/en/feed",
            "/embassy/nowhere/briefings/en/feed",
            "/embassy/qa/briefings/xx/feed",
            "/embassy/qa/briefings/e%00/feed",
        ]
        bodies = set()
        for path in paths:
            answer = self.page(f"{path}?l=en")
            self.assertEqual(answer.status_code, 404, path)
            bodies.add(html.tostring(html.fromstring(answer.content).body))
        self.assertEqual(len(bodies), 1)

    def test_number_beyond_the_database_is_absent(self):
        self.assertEqual(self.page("/embassy/qa/briefings/99999999999999").status_code, 404)

    def test_pages_load_nothing_and_run_nothing(self):
        for path in ("/embassy/qa/briefings", self.first.page_path):
            response = self.page(path)
            tree = html.fromstring(response.content)
            self.assertFalse(tree.xpath("//script | //iframe | //object | //form | //img"))
            self.assertFalse(tree.xpath("//@onclick | //@onload | //@onerror | //@style"))
            self.assertLess(len(response.content), 100 * 1024)
            self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])

    def test_headers_are_those_of_other_pages(self):
        own = self.page("/embassy/qa").headers
        feed = "/embassy/qa/briefings/en/feed"
        for path in ("/embassy/qa/briefings", self.first.page_path, feed):
            headers = self.page(path).headers
            for name in (
                "Cache-Control",
                "Referrer-Policy",
                "X-Frame-Options",
                "X-Content-Type-Options",
                "Permissions-Policy",
            ):
                self.assertEqual(headers[name], own[name], path)

    def test_visitor_leaves_no_trace(self):
        paths = ("/embassy/qa/briefings", self.first.page_path, "/embassy/qa/briefings/en/feed")
        for path in paths:
            self.page(path)
        before = self.row_counts()
        for path in paths:
            self.assertNotIn("Set-Cookie", self.page(path).headers)
        self.assertEqual(self.row_counts(), before)

    def test_pages_are_translated(self):
        names = {
            "Test embassy A",
            "Беларуская",
            "English",
            "Русский",
            "Marker <first>",
            "Першы агляд",
            "Words & facts",
            SOURCE,
        }
        first = self.first.page_path
        for path in ("/embassy/qa/briefings?in=en", f"{first}?x=1", "/embassy/qa?x=1"):
            english = self.texts(f"{path}&l=en")
            for language in ("be", "ru"):
                same = english & self.texts(f"{path}&l={language}")
                self.assertFalse(same - names - {"qa@example.org"}, (path, language))

    def texts(self, path):
        tree = self.tree(path)
        texts = tree.xpath("//body//text()[normalize-space()] | //@aria-label | //@alt")
        return {" ".join(text.split()) for text in texts if any(c.isalpha() for c in text)}

    def test_right_to_left(self):
        hebrew = self.env.ref("base.lang_he_IL")
        briefing = self.published(self.env_a, self.coordinator_a, language_id=hebrew.id)
        tree = self.tree(briefing.page_path)
        self.assertEqual(tree.xpath("//div[@class='text']/@dir"), ["rtl"])
        self.assertEqual(tree.xpath("//div[@class='text']/@lang"), ["he"])

    # Feed

    def test_feed_is_atom(self):
        feed = self.feed()
        self.assertEqual(feed.tag, f"{ATOM}feed")
        self.assertEqual(feed.get("{http://www.w3.org/XML/1998/namespace}lang"), "en")
        entries = feed.findall(f"{ATOM}entry")
        self.assertEqual(len(entries), 1)
        for node in (feed, *entries):
            for name, count in NEEDED.items():
                self.assertEqual(len(node.findall(f"{ATOM}{name}")), count, name)
            self.assertTrue(node.find(f"{ATOM}id").text.startswith("tag:"))
            self.assertTrue(node.find(f"{ATOM}updated").text.endswith("Z"))
            datetime.fromisoformat(node.find(f"{ATOM}updated").text.removesuffix("Z"))
        ids = [node.text for node in feed.iter(f"{ATOM}id")]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(feed.find(f"{ATOM}author/{ATOM}name").text, "Test embassy A")
        for link in feed.iter(f"{ATOM}link"):
            self.assertTrue(link.get("href").startswith("http"), link.get("href"))
        [own] = feed.findall(f"{ATOM}link[@rel='self']")
        self.assertTrue(own.get("href").endswith("/embassy/qa/briefings/en/feed"))
        [entry] = entries
        self.assertEqual(entry.find(f"{ATOM}title").text, "Marker <first>")
        self.assertEqual(entry.find(f"{ATOM}content").get("type"), "html")
        self.assertEqual(entry.find(f"{ATOM}content").text, "<p>Words &amp; facts</p>")

    def test_feed_is_by_language(self):
        titles = [
            node.text for node in self.feed("/embassy/qa/briefings/be/feed").iter(f"{ATOM}title")
        ]
        self.assertEqual(titles, ["Агляды: Test embassy A", "Першы агляд"])

    def test_empty_feed_is_valid(self):
        feed = self.feed("/embassy/qa/briefings/fr/feed")
        self.assertFalse(feed.findall(f"{ATOM}entry"))
        self.assertTrue(feed.find(f"{ATOM}updated").text)

    def test_feed_changes_when_something_is_withdrawn(self):
        before = self.feed().find(f"{ATOM}updated").text
        self.as_user(self.first, self.coordinator_a).action_withdraw()
        self.first.with_env(self.env).withdrawn_on = "2099-01-01 00:00:00"
        feed = self.feed()
        self.assertFalse(feed.findall(f"{ATOM}entry"))
        self.assertGreater(feed.find(f"{ATOM}updated").text, before)

    def test_feed_survives_what_xml_cannot_hold(self):
        self.published(self.env_a, self.coordinator_a, title="A\x0bB", body="<p>c\x0bd</p>")
        self.assertIn("AB", [node.text for node in self.feed().iter(f"{ATOM}title")])

    def test_list_asks_no_more_for_many(self):
        self.page("/embassy/qa/briefings")
        for _number in range(10):
            self.draft(self.env_a, claim_ids=[Command.clear()])
        domain = self.env["embassy.briefing"]._public_domain(self.chapter_a)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            rows = self.env["embassy.briefing"].search(domain, limit=20)
            rows.mapped("title")
