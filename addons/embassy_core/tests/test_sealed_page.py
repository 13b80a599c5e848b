import time
from types import SimpleNamespace
from unittest.mock import patch

from lxml import html

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..controllers import unlock
from .common import ChapterCase


@tagged("post_install", "-at_install")
class TestSealedPage(ChapterCase, HttpCase):
    """Keys of people and of chapters, through the pages that make them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.user_a["coordinator"]
        cls.boris = cls._second_coordinator()

    @classmethod
    def _second_coordinator(cls):
        boris = cls.user_a["case_worker"]
        boris.group_ids += cls.env.ref("embassy_core.group_coordinator")
        return boris

    def enter(self, user):
        self.authenticate(user.login, user.login)

    def page(self, path="/sealed"):
        return html.fromstring(self.url_open(path).content)

    def send(self, path, **values):
        """Post a form of ours; the page that comes back, and the response."""
        token = self.page().xpath("//input[@name='csrf_token']/@value")
        response = self.url_open(path, data={"csrf_token": token[0] if token else "", **values})
        return html.fromstring(response.content), response

    def shown(self, page):
        """Passphrase and groups of the code that a page shows once."""
        phrase, *_rest = page.xpath("//p[@class='secret' and not(span)]/text()") or [None]
        groups = [
            "".join(span.xpath("text()")).strip()
            for span in page.xpath("//p[@class='secret']/span")
        ]
        return phrase, groups

    def asked(self, page, groups):
        names = page.xpath("//input[starts-with(@name, 'group_')]/@name")
        self.assertEqual(len(names), 3)
        return {name: groups[int(name.removeprefix("group_"))] for name in names}

    def make_key(self, user):
        self.enter(user)
        page, _response = self.send("/sealed/new")
        phrase, groups = self.shown(page)
        self.send("/sealed/confirm", passphrase=phrase, **self.asked(page, groups))
        self.env.invalidate_all()
        return phrase, groups

    def make_chapter_key(self):
        for user in (self.boris, self.anna):
            secrets = self.make_key(user)
        page, _response = self.send("/sealed/chapter/new")
        _phrase, groups = self.shown(page)
        self.send("/sealed/chapter/confirm", **self.asked(page, groups))
        self.env.invalidate_all()
        self.chapter_code = " ".join(groups)
        return secrets

    def key_of(self, user):
        return self.env["embassy.person.key"]._of(user)

    def is_open(self):
        return bool(self.page().xpath("//form[@action='/sealed/lock']"))

    def test_a_key_counts_when_both_were_written_down(self):
        self.enter(self.anna)
        page, response = self.send("/sealed/new")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        phrase, groups = self.shown(page)
        self.assertEqual((len(phrase.split()), len(groups)), (7, 10))
        asked = self.asked(page, groups)
        wrong = {**asked, next(iter(asked)): "00000"}
        for values in ({"passphrase": phrase, **wrong}, {"passphrase": "one two", **asked}):
            page, _response = self.send("/sealed/confirm", **values)
            self.assertTrue(page.xpath("//*[@role='alert']"))
            self.assertFalse(self.key_of(self.anna))
        self.send("/sealed/confirm", passphrase=phrase, **asked)
        self.assertTrue(self.key_of(self.anna))
        self.assertTrue(self.is_open())

    def test_what_is_shown_once_stands_nowhere(self):
        """Neither passphrase nor code nor private half is in a row or in the session."""
        phrase, groups = self.make_key(self.anna)
        private = self.key_of(self.anna)._private(phrase, unlock.slot())
        self.env.cr.execute("SELECT embassy_person_key::text FROM embassy_person_key")
        kept = " ".join(row for (row,) in self.env.cr.fetchall())
        session = repr(dict(self.session))
        for secret in (phrase, phrase.split()[0], " ".join(groups), private.hex()):
            self.assertNotIn(secret, kept)
            self.assertNotIn(secret, session)

    def test_another_browser_cannot_answer_what_was_asked(self):
        """The groups are known by their digests under a key that only the browser's cookie has."""
        self.enter(self.anna)
        page, _response = self.send("/sealed/new")
        phrase, groups = self.shown(page)
        asked = self.asked(page, groups)
        self.opener.cookies.set(unlock.COOKIE, "00" * 32, path="/sealed", domain="127.0.0.1")
        self.send("/sealed/confirm", passphrase=phrase, **asked)
        self.assertFalse(self.key_of(self.anna))

    def test_the_cookie_goes_to_sealed_pages_alone(self):
        self.make_key(self.anna)
        self.send("/sealed/lock")
        phrase, _groups = self.make_key(self.anna)
        self.send("/sealed/lock")
        token = self.page().xpath("//input[@name='csrf_token']/@value")[0]
        response = self.url_open(
            "/sealed/unlock",
            data={"csrf_token": token, "passphrase": phrase},
            allow_redirects=False,
        )
        cookie = next(
            line
            for line in response.raw.headers.getlist("Set-Cookie")
            if line.startswith(unlock.COOKIE)
        )
        for word in ("HttpOnly", "SameSite=Strict", "Path=/sealed"):
            self.assertIn(word, cookie)
        self.assertNotIn("Max-Age", cookie)

    def test_a_session_without_its_browser_opens_nothing(self):
        self.make_key(self.anna)
        self.assertTrue(self.is_open())
        self.opener.cookies.clear(domain="127.0.0.1", path="/sealed")
        self.assertFalse(self.is_open())

    def test_locked_after_a_quarter_of_an_hour(self):
        """Also when the page that shows the padlock asks all the time."""
        self.make_key(self.anna)
        now = time.time()
        for minutes, is_open in ((5, True), (10, True), (14, True), (16, False), (1, False)):
            # The clock of the key alone: the login locks as well, and would answer first.
            clock = SimpleNamespace(time=lambda m=minutes: now + m * 60)
            with patch.object(unlock, "time", clock):
                self.assertEqual(self.is_open(), is_open, minutes)

    def test_locked_by_hand_and_by_logging_out(self):
        phrase, _groups = self.make_key(self.anna)
        self.send("/sealed/lock")
        self.assertFalse(self.is_open())
        self.send("/sealed/unlock", passphrase="one two three")
        self.assertFalse(self.is_open())
        self.send("/sealed/unlock", passphrase=f" {phrase.upper()} ")
        self.assertTrue(self.is_open())
        self.enter(self.anna)
        self.assertFalse(self.is_open())

    def test_a_forgotten_passphrase(self):
        """The code on paper gives new secrets to the same key: what was given to it stays."""
        phrase, groups = self.make_chapter_key()
        before = self.key_of(self.anna)
        private = before._private(phrase, unlock.slot())
        page, _response = self.send("/sealed/recover", code=" ".join([*groups[:9], "00000"]))
        self.assertIn("10", page.xpath("string(//*[@role='alert'])"))
        page, _response = self.send("/sealed/recover", code="-".join(groups))
        new_phrase, new_groups = self.shown(page)
        self.assertNotEqual(new_phrase, phrase)
        self.send("/sealed/confirm", passphrase=new_phrase, **self.asked(page, new_groups))
        self.env.invalidate_all()
        after = self.key_of(self.anna)
        self.assertEqual(after._private(new_phrase, unlock.slot()), private)
        self.assertIn(after, self.chapter_a._intake_key().grant_ids.person_key_id)
        self.send("/sealed/lock")
        self.send("/sealed/unlock", passphrase=phrase)
        self.assertFalse(self.is_open())

    def test_who_lost_both_gives_nothing(self):
        """A new key opens nothing of the chapter's, so it gives nothing away either."""
        self.make_chapter_key()
        self.make_key(self.boris)
        self.make_key(self.anna)
        self.send("/sealed/grant", person=str(self.key_of(self.boris).id))
        self.env.invalidate_all()
        self.assertFalse(self.env["embassy.chapter.key"].search([]).grant_ids)
        self.assertFalse(self.chapter_a._intake_key())

    def test_the_chapters_code_opens_when_nobody_can(self):
        self.make_chapter_key()
        for user in (self.boris, self.anna):
            _phrase, groups = self.make_key(user)
        self.send("/sealed/chapter/recover", code=" ".join(groups))
        self.env.invalidate_all()
        self.assertFalse(self.env["embassy.chapter.key"].search([]).grant_ids)
        for _twice in range(2):
            self.send("/sealed/chapter/recover", code=self.chapter_code)
        self.send("/sealed/grant", person=str(self.key_of(self.boris).id))
        self.env.invalidate_all()
        self.assertEqual(self.chapter_a._intake_key().grant_ids.user_id, self.anna | self.boris)

    def test_a_key_that_was_replaced_still_opens(self):
        self.make_chapter_key()
        former = self.chapter_a._intake_key()
        page, _response = self.send("/sealed/chapter/new")
        _phrase, groups = self.shown(page)
        self.assertEqual(self.chapter_a._intake_key(), former, "not before it was confirmed")
        self.send("/sealed/chapter/confirm", **self.asked(page, groups))
        self.env.invalidate_all()
        self.assertEqual((former.state, len(former.grant_ids)), ("retired", 2))
        self.assertEqual(len(self.chapter_a._intake_key().grant_ids), 2)
        self.assertNotEqual(self.chapter_a._intake_key(), former)

    def test_a_coordinator_gives_access(self):
        phrase, _groups = self.make_chapter_key()
        self.make_key(self.boris)
        self.assertFalse(self.chapter_a._intake_key(), "one holder is too few")
        self.enter(self.anna)
        self.send("/sealed/unlock", passphrase=phrase)
        person = self.page().xpath("//form[@action='/sealed/grant']/input[@name='person']/@value")
        self.assertEqual(person, [str(self.key_of(self.boris).id)])
        self.send("/sealed/grant", person=person[0])
        self.env.invalidate_all()
        key = self.chapter_a._intake_key()
        self.assertEqual(key.grant_ids.user_id, self.anna | self.boris)
        self.assertTrue(
            key._private(
                self.key_of(self.anna), self.key_of(self.anna)._private(phrase, unlock.slot())
            )
        )

    def test_access_ends_with_the_role(self):
        coordinator = self.env.ref("embassy_core.group_coordinator")
        self.make_chapter_key()
        for lose in (
            lambda: self.boris.write({"group_ids": [Command.unlink(coordinator.id)]}),
            lambda: coordinator.write({"user_ids": [Command.unlink(self.boris.id)]}),
            lambda: self.boris.write({"active": False}),
            lambda: self.boris.write(
                {
                    "company_ids": [Command.set(self.chapter_b.ids)],
                    "company_id": self.chapter_b.id,
                }
            ),
        ):
            self.assertTrue(self.chapter_a._intake_key())
            with self.env.cr.savepoint() as savepoint:
                lose()
                self.env.invalidate_all()
                self.assertFalse(self.chapter_a._intake_key())
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    def test_requests_go_to_the_helper(self):
        self.chapter_b.helper_chapter_id = self.chapter_a
        self.assertFalse(self.chapter_b._intake_key())
        self.make_chapter_key()
        self.assertEqual(self.chapter_b._intake_key(), self.chapter_a._intake_key())

    def test_one_coordinator_is_too_few(self):
        self.make_key(self.anna)
        page, _response = self.send("/sealed/chapter/new")
        self.assertTrue(page.xpath("//*[@role='alert']"))
        self.assertFalse(self.env["embassy.chapter.key"].search([]))

    def test_strangers_get_the_page_of_nothing(self):
        """Nobody else is told that there are keys, by any of the routes."""
        for role in ("outreach_officer", "volunteer", "federation", "technical_admin"):
            self.enter(self.user_a[role])
            for path in ("/sealed", "/sealed/nothing"):
                self.assertEqual(self.url_open(path).status_code, 404, (role, path))
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open("/sealed").url)

    def test_a_case_worker_makes_no_key_of_the_chapter(self):
        self.make_chapter_key()
        before = self.env["embassy.chapter.key"].search([])
        worker = self.user_b["case_worker"]
        self.make_key(worker)
        page, response = self.send("/sealed/chapter/new")
        self.assertEqual(response.status_code, 404)
        self.send("/sealed/grant", person=str(self.key_of(worker).id))
        self.env.invalidate_all()
        self.assertEqual(self.env["embassy.chapter.key"].search([]), before)
        self.assertNotIn(worker, before.grant_ids.user_id)

    def test_without_a_pepper_nothing_is_made(self):
        self.enter(self.anna)
        with patch.dict("os.environ", {"EMBASSY_PEPPER": "short"}):
            self.assertFalse(self.page().xpath("//form"))
        page, _response = self.send("/sealed/new")
        self.assertTrue(self.shown(page)[0])
