import io
import random
import re
from base64 import b64encode
from contextlib import ExitStack
from unittest.mock import patch

from lxml import html
from PIL import Image
from psycopg2.errors import SerializationFailure

from odoo import models
from odoo.http import request
from odoo.tests import HttpCase, tagged
from odoo.tests.test_cursor import TestCursor
from odoo.tools import mute_logger

from odoo.addons.embassy_core.sealing import Busy, codes
from odoo.addons.embassy_core.tools.server_secrets import pepper

from ..controllers import intake
from ..tools import form_number
from .common_sealed import SealedCase

MARK = "CNRY"
PAGE = "/embassy/qa/help?l=en"
# Where a request may leave rows; the sequence, its range and the settings are there before.
TABLES = {
    "embassy_case_alert",
    "embassy_case_consent",
    "embassy_case_item",
    "embassy_case_item_piece",
    "embassy_case_need",
    "embassy_case_seal",
    "embassy_case_transition",
    "embassy_limit",
    "helpdesk_ticket",
    "helpdesk_ticket_sla",
    "ir_sequence_date_range",
}


class IntakeCase(SealedCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chapter_a.write(cls.ready_values())
        cls.chapter_a.is_page_open = True

    def number(self):
        tree = html.fromstring(self.url_open(PAGE).content)
        return tree.xpath("//input[@name='form']/@value")[0]

    def fields(self, **values):
        return {
            "form": self.number(),
            "need": ["rent", "medical"],
            "urgency": "urgent",
            "language": "be_BY",
            "nickname": f"{MARK} nickname",
            "reach": f"{MARK} reach",
            "story": f"{MARK} story",
            "purpose": ["handle", "share_fund"],
            **values,
        }

    def send(self, fields=None, files=(), path=PAGE, **headers):
        files = [("files", file) for file in files] or [("none", ("", b""))]
        return self.url_open(
            path, data=fields or self.fields(), files=files, headers=headers, allow_redirects=False
        )

    def digits(self, response):
        tree = html.fromstring(response.content)
        return " ".join(tree.xpath("//p[@class='digits']/span/text()"))

    def picture(self):
        target = io.BytesIO()
        exif = Image.Exif()
        exif[0x010E] = MARK
        Image.new("RGB", (40, 30), "red").save(target, "JPEG", exif=exif)
        return target.getvalue()


@tagged("post_install", "-at_install")
class TestIntake(IntakeCase):
    def test_request_is_sealed_and_gets_a_receipt(self):
        fields = self.fields()
        response = self.send(fields, [("a.txt", "Прывітанне".encode())])
        self.assertEqual(response.status_code, 200)
        nonce = form_number.read_number(
            pepper(), f"help {self.chapter_a.id}", fields["form"]
        ).nonce
        self.assertEqual(self.digits(response), codes.receipt(pepper(), nonce))
        seal = self.seals()
        self.assertEqual(seal.case_id.company_id, self.chapter_a)
        about, story = self.opened(seal, self.items_of(seal)[0])
        self.assertEqual(story.decode(), f"{MARK} story")
        self.assertEqual(about["nickname"], f"{MARK} nickname")
        self.assertEqual(about["reach"], f"{MARK} reach")
        self.assertEqual(set(about["needs"]), {"rent", "medical"})
        about, content = self.opened(seal, self.items_of(seal)[1])
        self.assertEqual((about["name"], content.decode()), ("a.txt", "Прывітанне"))
        self.assertEqual(set(seal.case_id.need_ids.mapped("code")), {"rent", "protected"})
        self.assertEqual(seal.case_id.language_id.code, "be_BY")
        opened = codes.open_receipt(self.digits(response), pepper())
        self.assertEqual(seal._find(locator=opened.locator), seal)

    def test_receipt_page_is_neutral(self):
        text = self.send().text
        tree = html.fromstring(text)
        self.assertFalse(tree.xpath("//img | //script | //form"))
        words = tree.text_content()
        for word in ("Test embassy", "help", "Rent", MARK, "Belarus", "2026"):
            self.assertNotIn(word, words)
        self.assertLess(words.index("by hand"), words.index("print this page"))

    def test_no_typed_value_before_it_is_sealed(self):
        """Neither the ORM nor the cursor is given what somebody typed."""
        seen = []

        def spy(owner, name):
            real = getattr(owner, name)

            def spied(*args, **kwargs):
                seen.append(f"{args[1:]!r} {kwargs!r}")
                return real(*args, **kwargs)

            return patch.object(owner, name, spied)

        fields = self.fields(unknown=f"{MARK} unknown")
        with ExitStack() as spies:
            for name in ("create", "write", "search", "search_count", "search_fetch"):
                spies.enter_context(spy(models.BaseModel, name))
            for owner in (type(self.env.cr), TestCursor):
                spies.enter_context(spy(owner, "execute"))
            response = self.send(fields, [(f"{MARK}.txt", f"{MARK} file".encode())])
        self.assertTrue(self.digits(response))
        self.assertGreater(len(seen), 10)
        marks = (MARK, MARK.encode().hex(), b64encode(MARK.encode() * 3).decode()[:12])
        self.assertFalse([call for call in seen if any(mark in call for mark in marks)])

    def test_rows_are_the_declared_ones(self):
        self.send()
        before = self.row_counts()
        response = self.send()
        self.assertNotIn("Set-Cookie", response.headers)
        after = self.row_counts()
        changed = {name for name in after if after[name] != before[name]}
        self.assertTrue(changed)
        self.assertFalse(changed - TABLES)

    def test_form_page_leaves_no_rows(self):
        self.number()
        before = self.row_counts()
        response = self.url_open(PAGE)
        self.assertNotIn("Set-Cookie", response.headers)
        self.assertEqual(self.row_counts(), before)

    def test_same_form_twice_is_one_case(self):
        fields = self.fields()
        first = self.send(fields)
        second = self.send({**fields, "story": "changed"})
        self.assertEqual(self.digits(first), self.digits(second))
        self.assertEqual(len(self.seals()), 1)
        self.assertIn("reached us already", second.text)
        self.assertNotIn("reached us already", first.text)

    def test_request_begun_anew_keeps_all_files(self):
        """Odoo winds back one file of a field: the others came empty the second time."""
        calls = []
        real = type(self.env["helpdesk.ticket"])._insert_request

        def failing(case, rows_of):
            calls.append(1)
            if len(calls) == 1:
                raise SerializationFailure
            return real(case, rows_of)

        with (
            patch.object(type(self.env["helpdesk.ticket"]), "_insert_request", failing),
            patch("odoo.service.model.PG_CONCURRENCY_EXCEPTIONS_TO_RETRY", (SerializationFailure,)),
            patch("odoo.service.model.errorcodes.lookup", lambda code: "SERIALIZATION_FAILURE"),
            patch("odoo.service.model.random.uniform", lambda *args: 0),
            mute_logger("odoo.service.model"),
        ):
            response = self.send(files=[("a.txt", b"first"), ("b.txt", b"second")])
        self.assertEqual(len(calls), 2)
        self.assertTrue(self.digits(response))
        seal = self.seals()
        told = [self.opened(seal, item)[1] for item in self.items_of(seal)]
        self.assertEqual(told[1:], [b"first", b"second"])

    def test_no_receipt_when_the_end_fails(self):
        """Whoever reads digits can come back with them: nothing is shown that was not kept."""
        real, armed = TestCursor.commit, []

        def failing(cr):
            if request and getattr(request, "embassy_kept", False):
                armed.append(1)
                raise OSError(f"{MARK} in an error")
            return real(cr)

        keep = intake.IntakePage._keep

        def kept(*args):
            keep(*args)
            request.embassy_kept = True

        with (
            patch.object(intake.IntakePage, "_keep", staticmethod(kept)),
            patch.object(TestCursor, "commit", failing),
            self.assertLogs("odoo.addons.embassy_core.models.ir_http", "ERROR") as logs,
        ):
            response = self.send()
        self.assertTrue(armed)
        self.assertEqual(response.status_code, 503)
        words = " ".join(html.fromstring(response.content).xpath("//main//text()"))
        self.assertFalse(re.search(r"\d{4}", words))
        self.assertIn("Not sent", response.text)
        self.assertNotIn(MARK, str(logs.output))
        self.assertIn("default-src 'none'", response.headers["Content-Security-Policy"])

    def test_missing_is_said_at_the_field_and_typed_text_stays(self):
        fields = self.fields(need=[], urgency="", purpose=["share_fund"])
        response = self.send(fields)
        self.assertEqual(response.status_code, 422)
        tree = html.fromstring(response.content)
        for name in ("needs", "urgency", "purposes"):
            self.assertTrue(tree.get_element_by_id(f"{name}_error").text)
            self.assertEqual(tree.get_element_by_id(name).get("aria-describedby"), f"{name}_error")
        self.assertEqual(tree.get_element_by_id("story").text.strip(), f"{MARK} story")
        self.assertEqual(tree.get_element_by_id("nickname").value, f"{MARK} nickname")
        self.assertEqual(tree.xpath("//input[@checked]/@value"), ["share_fund"])
        self.assertEqual(tree.xpath("//input[@name='form']/@value"), [fields["form"]])
        self.assertFalse(self.seals())

    def test_nothing_is_ticked_before(self):
        tree = html.fromstring(self.url_open(PAGE).content)
        self.assertFalse(tree.xpath("//input[@checked]"))
        self.assertFalse(tree.xpath("//script | //@onclick | //@style"))

    def test_number_of_a_passport_is_given_back(self):
        for text in ("мой пашпарт MP1234567", "пазваніце +375 29 123-45-67", "3010190A001PB5"):
            response = self.send(self.fields(story=text))
            self.assertIn("Send as it is", response.text)
            self.assertIn(text, html.fromstring(response.content).get_element_by_id("story").text)
            self.assertFalse(self.seals())
        response = self.send(self.fields(story="MP1234567", as_is="1"))
        self.assertTrue(self.digits(response))
        self.assertEqual(len(self.seals()), 1)

    def test_evacuation_is_kept_nowhere(self):
        before = self.row_counts()
        response = self.send(self.fields(need=["evac", "rent"]))
        self.assertEqual(self.row_counts(), before)
        for text in ("Evacuation", "qa@example.org", "112", f"{MARK} story"):
            self.assertIn(text, response.text)
        checked = html.fromstring(response.content).xpath("//input[@name='need'][@checked]/@value")
        self.assertEqual(checked, ["rent"])

    def test_unknown_fields_are_dropped(self):
        fields = {
            **self.fields(),
            **{name: f"{MARK} {name}" for name in ("self", "code", "partner_id", "company_id")},
            **{f"x{number}": MARK for number in range(200)},
        }
        response = self.send(fields)
        self.assertTrue(self.digits(response))
        self.assertEqual(self.seals().company_id, self.chapter_a)

    def test_foreign_or_made_up_choices_are_dropped(self):
        need = self.env["embassy.need"].create(
            {"name": "Foreign", "code": "foreign", "company_id": self.chapter_b.id}
        )
        fields = self.fields(need=["foreign", "protected", "' OR 1"], language="xx_XX")
        self.assertEqual(self.send(fields).status_code, 422)
        fields = self.fields(need=["rent", need.code], urgency="emergency", language="xx_XX")
        self.send(fields)
        self.assertEqual(self.seals().case_id.need_ids.code, "rent")

    def test_form_that_is_not_ours(self):
        for number in ("", "x", "é", "A" * 100, self.number()[:-4] + "AAA="):
            response = self.send(self.fields(form=number))
            self.assertEqual(response.status_code, 400)
            self.assertIn(f"{MARK} story", response.text)
        old = form_number.new_number(pepper(), f"help {self.chapter_a.id}")
        with patch.object(form_number, "LIFETIME", -10):
            self.assertEqual(self.send(self.fields(form=old)).status_code, 400)
        other = form_number.new_number(pepper(), f"help {self.chapter_b.id}")
        self.assertEqual(self.send(self.fields(form=other)).status_code, 400)
        self.assertFalse(self.seals())

    def test_broken_and_oversized_posts(self):
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        for body in (b"", b"--x\r\nContent-Disp", b"--x--", b"\xff" * 5000):
            response = self.url_open(PAGE, data=body or b" ", headers=kind)
            self.assertEqual(response.status_code, 400)
        large = [("a.txt", b"a" * (21 << 20))]
        self.assertEqual(self.send(files=large).status_code, 422)
        many = [(f"{number}.txt", b"a") for number in range(11)]
        self.assertEqual(self.send(files=many).status_code, 422)
        response = self.url_open(PAGE, data={f"f{n}": "" for n in range(1100)}, files={"a": b""})
        self.assertEqual(response.status_code, 413)
        self.assertIn("Not sent", response.text)
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertFalse(self.seals())

    def test_long_text_is_given_back(self):
        response = self.send(self.fields(story="a" * 20_001))
        self.assertEqual(response.status_code, 422)
        self.assertIn("aaaa", response.text)

    def test_bad_file_is_said_with_its_reason(self):
        response = self.send(files=[("a.txt", b"fine"), ("b.jpg", b"<html>")])
        self.assertEqual(response.status_code, 422)
        tree = html.fromstring(response.content)
        self.assertIn("file 2", tree.get_element_by_id("files_error").text)
        self.assertFalse(self.seals())

    def test_picture_loses_where_and_when(self):
        self.send(files=[("a.jpg", self.picture())])
        seal = self.seals()
        content = self.opened(seal, self.items_of(seal)[1])[1]
        self.assertNotIn(MARK.encode(), content)
        self.assertEqual(Image.open(io.BytesIO(content)).size, (40, 30))

    def test_absent_and_closed_answer_alike(self):
        fields = self.fields()
        answers = []
        for path in ("/embassy/qb/help?l=en", "/embassy/nowhere/help?l=en"):
            for answer in (self.url_open(path), self.send(fields, path=path)):
                self.assertEqual(answer.status_code, 404)
                answers.append(html.tostring(html.fromstring(answer.content).body))
        self.assertEqual(len(set(answers)), 1)

    def test_chapter_without_a_key_says_so(self):
        fields = self.fields()
        self.chapter_key.grant_ids[:1].unlink()
        before = self.row_counts()
        for response in (self.url_open(PAGE), self.send(fields)):
            self.assertEqual(response.status_code, 200)
            self.assertIn("does not take requests", response.text)
            self.assertIn("qa@example.org", response.text)
        self.assertEqual(self.row_counts(), before)

    def test_server_without_a_secret_says_so(self):
        fields = self.fields()
        with patch.dict("os.environ", {"EMBASSY_PEPPER": ""}):
            for response in (self.url_open(PAGE), self.send(fields)):
                self.assertIn("does not take requests", response.text)

    def test_chapter_page_offers_help_where_there_is_a_key(self):
        self.assertIn("/embassy/qa/help", self.url_open("/embassy/qa").text)
        self.chapter_key.grant_ids[:1].unlink()
        self.assertNotIn("/embassy/qa/help", self.url_open("/embassy/qa").text)

    def test_helper_gets_the_request(self):
        self.chapter_b.write({**self.ready_values(), "chapter_code": "QB"})
        self.chapter_b.helper_chapter_id = self.chapter_a
        self.chapter_b.is_page_open = True
        self.assertIn("/embassy/qb/help", self.url_open("/embassy/qb").text)
        page = self.url_open("/embassy/qb/help?l=en")
        self.assertIn("goes to Test embassy A", " ".join(page.text.split()))
        number = html.fromstring(page.content).xpath("//input[@name='form']/@value")[0]
        self.send(self.fields(form=number), path="/embassy/qb/help?l=en")
        self.assertEqual(self.seals().case_id.team_id, self.desk_a)

    def test_too_many_gives_the_text_back(self):
        self.env["ir.config_parameter"].set_param("embassy_assistance.requests_per_hour", "1")
        self.assertTrue(self.digits(self.send()))
        response = self.send()
        self.assertEqual(response.status_code, 429)
        self.assertIn(f"{MARK} story", response.text)
        self.assertRegex(response.text, r"in\s+60 minutes")
        self.assertEqual(len(self.seals()), 1)

    def test_busy_gives_the_text_back(self):
        with patch.object(intake.codes, "open_receipt", side_effect=Busy):
            response = self.send()
        self.assertEqual(response.status_code, 503)
        self.assertIn(f"{MARK} story", response.text)
        self.assertFalse(self.seals())

    def test_headers(self):
        for response in (self.url_open(PAGE), self.send()):
            policy = response.headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertIn(html.fromstring(response.content).xpath("//style/@nonce")[0], policy)
            for name, value in (
                ("Cache-Control", "no-store"),
                ("Referrer-Policy", "no-referrer"),
                ("X-Content-Type-Options", "nosniff"),
                ("X-Frame-Options", "DENY"),
            ):
                self.assertEqual(response.headers[name], value)
            self.assertLess(len(response.content), 100 * 1024)

    def test_get_with_values_takes_nothing(self):
        before = self.row_counts()
        self.url_open(f"{PAGE}&story={MARK}&need=rent&urgency=normal&purpose=handle")
        self.assertEqual(self.row_counts(), before)

    def test_fuzzed_posts(self):
        """300 posts from one seed: no error of ours, no half case."""
        chance = random.Random(20261124)  # noqa: S311 - posts, no secrets
        pieces = ["", "a", "\0", "\u202e", "🙂" * 50, "<script>", "%s%(x)s{{7*7}}", "'", "\ud7ff"]
        fields = ["form", "need", "urgency", "language", "nickname", "reach", "story", "purpose"]
        fields += ["files", "as_is", "self", "code", "l", "x" * 3000, "\0"]
        files = [b"", b"%PDF-1.7", b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"text"]
        real = self.fields()
        self.env["ir.config_parameter"].set_param("embassy_assistance.requests_per_hour", "9999")
        for turn in range(300):
            data = {
                name: chance.choice([value, chance.choice(pieces), [chance.choice(pieces)] * 3])
                for name, value in real.items()
                if chance.random() < 0.9
            }
            for _ in range(chance.randrange(4)):
                data[chance.choice(fields)] = chance.choice(pieces) * chance.choice([1, 1, 500])
            places = ["files", "story", "form"]
            upload = [
                (chance.choice(places), (f"{turn}\u202e.pdf", chance.choice(files)))
                for _ in range(chance.randrange(3))
            ]
            response = self.url_open(PAGE, data=data, files=upload or None)
            self.assertLess(response.status_code, 500, data)
            self.assertNotIn("Traceback", response.text)
        for seal in self.seals():
            self.assertTrue(self.opened(seal, self.items_of(seal)[0]))
        cases = self.env["helpdesk.ticket"].search([("is_case", "=", True)])
        self.assertEqual(len(cases), len(self.seals()))


@tagged("post_install", "-at_install")
class TestLimit(SealedCase):
    def setUp(self):
        super().setUp()
        # The counter's own transaction is then part of this one, and is rolled back with it.
        self.registry_enter_test_mode()

    def test_counts_exactly(self):
        limit = self.env["embassy.limit"]
        waits = [limit._hit("probe", 3, 60) for _ in range(5)]
        self.assertEqual(waits[:3], [0, 0, 0])
        self.assertTrue(all(0 < wait <= 60 for wait in waits[3:]))
        self.assertEqual(limit._hit("other", 3, 60), 0)

    def test_begins_again(self):
        limit = self.env["embassy.limit"]
        limit._hit("probe", 1, 60)
        self.env.cr.execute("UPDATE embassy_limit SET start = start - interval '61 seconds'")
        self.assertEqual(limit._hit("probe", 1, 60), 0)
        self.assertTrue(limit._hit("probe", 1, 60))
