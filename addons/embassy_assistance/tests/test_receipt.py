import base64
from datetime import datetime, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from odoo.addons.embassy_core.sealing import keys

from ..tools import sealed_request
from .test_intake import MARK, IntakeCase

RECEIPT = "/embassy/receipt?l=en"


class ReceiptCase(IntakeCase):
    """Somebody has sent a request and holds its receipt."""

    def setUp(self):
        super().setUp()
        self.receipt = self.digits(self.send(files=[("a.txt", f"{MARK} file".encode())]))
        self.seal = self.seals()
        self.case = self.seal.case_id

    def post(self, act="", files=None, **values):
        data = {"receipt": self.receipt, "act": act, **values}
        if files:
            return self.url_open(RECEIPT, data=data, files=[("files", file) for file in files])
        return self.url_open(RECEIPT, data=data)

    def heading(self, response):
        return html.fromstring(response.content).xpath("//h1")[0].text_content().strip()

    def token(self):
        return html.fromstring(self.post().content).xpath("//input[@name='token']/@value")[0]

    def reply(self, text):
        case_key = keys.open_key(
            base64.b64decode(self.seal.chapter_sealed_key),
            self.chapter_pair.private,
            sealed_request.context(self.seal.uuid),
        )
        sealed = sealed_request.seal_content(
            case_key,
            str(self.chapter_a.id),
            self.seal.uuid,
            sealed_request.item_uuid(self.seal.uuid, text),
            sealed_request.Content("reply", {}, text.encode()),
        )
        self.case._add_sealed([sealed], "to_asker")


@tagged("post_install", "-at_install")
class TestReceipt(ReceiptCase):

    def test_status_without_the_story(self):
        response = self.post()
        arrived = "Your request has arrived. Nobody has read it yet."
        self.assertEqual(self.heading(response), arrived)
        self.assertNotIn(MARK, response.text)
        self.assertNotIn("Set-Cookie", response.headers)
        self.as_worker(self.case).action_take()
        self.assertEqual(self.heading(self.post()), "Somebody reads your request.")

    def test_digits_in_any_grouping(self):
        self.receipt = self.receipt.replace(" ", "-")
        self.assertEqual(self.post().status_code, 200)

    def test_wrong_and_absent_answer_alike(self):
        answers = set()
        wrong = self.receipt[:-1] + str((int(self.receipt[-1]) + 1) % 10)
        for digits in ("0" * 20, "1234", "", "x", wrong, self.receipt + "1"):
            response = self.url_open(RECEIPT, data={"receipt": digits, "act": "erase", "sure": "1"})
            self.assertEqual(response.status_code, 404)
            answers.add(html.tostring(html.fromstring(response.content).body))
        self.assertEqual(len(answers), 1)
        self.assertTrue(self.seals())

    def test_receipt_in_the_address_opens_nothing(self):
        page = self.url_open(f"{RECEIPT}&receipt={self.receipt}")
        self.assertNotIn("Your request", page.text)
        answer = self.url_open(f"{RECEIPT}&receipt={self.receipt}", data={"a": 1})
        self.assertEqual(answer.status_code, 404)

    def test_reply_is_shown_until_it_is_read(self):
        self.reply("Адказ адзін <b>")
        response = self.post()
        self.assertIn("Адказ адзін &lt;b&gt;", response.text)
        self.reply("Адказ два")
        self.assertNotIn("Адказ адзін", self.post("read", shown="1").text)
        self.assertIn("Адказ два", self.post().text)

    def test_reply_vanishes_after_two_weeks(self):
        """Unread, it is gone for who holds the receipt; staff still has it."""
        start = datetime(2026, 3, 1, 22, 0)
        with freeze_time(start):
            self.reply("Адказ")
        item = self.items_of(self.seal)[-1]
        days = ((13, True), (14, False), (15, False))
        for day, is_there in days:
            with self.subTest(day=day), freeze_time(start.date() + timedelta(days=day)):
                self.assertEqual("Адказ" in self.post().text, is_there)
        with freeze_time(start + timedelta(days=15)):
            item._forget_days()
            self.assertFalse(item.date_gone)
            self.assertNotIn("Адказ", self.post().text)
        self.assertEqual(self.opened(self.seal, item)[1].decode(), "Адказ")

    def test_of_a_reply_that_is_read_no_day_is_kept(self):
        self.reply("Адказ")
        self.post("read", shown="1")
        self.env.invalidate_all()
        item = self.items_of(self.seal)[-1]
        self.assertEqual((item.is_read, item.date_gone), (True, False))
        self.assertFalse(any(self.items_of(self.seal).mapped("date_gone")))

    def test_answer_is_sealed_once(self):
        token = self.token()
        for _ in range(2):
            response = self.post("answer", [("b.txt", b"more")], answer=f"{MARK} more", token=token)
            self.assertEqual(self.heading(response), "It has arrived.")
        found = self.items_of(self.seal)
        self.assertEqual(found.mapped("kind"), ["story", "file", "answer", "file"])
        self.assertEqual(self.opened(self.seal, found[2])[1].decode(), f"{MARK} more")
        self.assertEqual(self.opened(self.seal, found[3])[1], b"more")

    def test_answer_is_checked(self):
        token = self.token()
        self.assertEqual(self.post("answer", token=token).status_code, 422)
        response = self.post("answer", token=token, answer="+375 29 123 45 67")
        self.assertIn("Send as it is", response.text)
        response = self.post("answer", [("a.jpg", b"<svg>")], answer="kept text", token=token)
        self.assertEqual(response.status_code, 422)
        self.assertIn("kept text", response.text)
        self.assertEqual(len(self.items_of(self.seal)), 2)
        self.post("answer", token=token, answer="+375 29 123 45 67", as_is="1")
        self.assertEqual(len(self.items_of(self.seal)), 3)

    def test_consent_is_taken_back(self):
        self.post("consent", purpose=["share_fund", "handle", "x"])
        consents = self.env["embassy.case.consent"].search([("case_id", "=", self.case.id)])
        given = {consent.purpose: consent.is_given for consent in consents}
        self.assertEqual(given, {"handle": True, "share_fund": False})

    def test_erase_asks_once_more(self):
        self.assertEqual(self.post("erase").status_code, 422)
        self.assertTrue(self.seals())
        self.assertIn("Everything is erased", self.post("erase", sure="1").text)
        self.assertFalse(self.case.exists() or self.seals())
        self.assertEqual(self.post().status_code, 404)

    def test_limit(self):
        self.env["ir.config_parameter"].set_param("embassy_assistance.receipts_per_minute", "1")
        self.assertEqual(self.post().status_code, 200)
        response = self.post("answer", answer="kept text")
        self.assertEqual(response.status_code, 429)
        self.assertIn("kept text", response.text)
