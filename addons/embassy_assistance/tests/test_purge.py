import base64
import logging
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, config, mute_logger

from .common import CaseChapters
from .test_intake import MARK, IntakeCase

CLOSED = datetime(2026, 1, 10, 17, 30)
# Numbers that stand for nothing else, so that a text can be searched for them.
FIRST_ID = {"helpdesk_ticket": 1_987_650_000, "embassy_case_item": 1_876_540_000}
# What a purge leaves or counts on purpose.
STAYS = {
    "embassy_case_aid",
    "embassy_case_opening",
    "embassy_limit",
    "embassy_purge",
    "ir_sequence_date_range",
    "res_users_log",
}


class PurgeCase(CaseChapters):
    def erase_due(self):
        """Let the clock erase, without keeping it after the test."""
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_args, **_kw: 60):
            self.env["embassy.purge"]._cron_erase()

    def close(self, case, when=CLOSED):
        with freeze_time(when):
            worker = self.as_worker(case)
            dialog = self.as_worker(self.env["embassy.case.close"])
            dialog.create({"case_id": worker.id, "close_reason": "goals_met"}).action_close()
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestPurgeTime(PurgeCase):
    def test_erased_on_the_ninetieth_day(self):
        case = self.case_of(self.desk_a)
        still_open = self.case_of(self.desk_a)
        self.close(case)
        for day, is_there in ((89, True), (90, False), (91, False)):
            with self.subTest(day=day), freeze_time(CLOSED.date() + timedelta(days=day)):
                self.erase_due()
                self.assertEqual(bool(case.exists()), is_there)
        self.assertTrue(still_open.exists())

    def test_a_missed_day_is_made_up(self):
        case = self.case_of(self.desk_a)
        self.close(case)
        case.active = False
        with freeze_time(CLOSED.date() + timedelta(days=91)):
            self.erase_due()
        self.assertFalse(case.exists())

    def test_a_chapter_may_keep_it_shorter(self):
        self.as_user(self.chapter_a, self.user_a["coordinator"]).retention_days = 7
        cases = self.case_of(self.desk_a) + self.case_of(self.desk_b)
        self.close(cases[0])
        with freeze_time(CLOSED):
            self.as_worker(cases[1], "b").write(
                {"stage_id": self.stages["closed"].id, "close_reason": "declined"}
            )
        for day, left in ((6, cases), (7, cases[1])):
            with freeze_time(CLOSED.date() + timedelta(days=day)):
                self.erase_due()
            self.assertEqual(cases.exists(), left)

    def test_a_case_that_was_opened_again_stays(self):
        case = self.case_of(self.desk_a)
        self.close(case)
        self.as_worker(case).action_reopen()
        with freeze_time(CLOSED.date() + timedelta(days=200)):
            self.erase_due()
        self.assertTrue(case.exists())

    def test_a_case_that_is_opened_again_meanwhile_stays(self):
        cases = self.case_of(self.desk_a) + self.case_of(self.desk_a)
        for case in cases:
            self.close(case)
        real = self.env["embassy.purge"]._erase

        def erase(_purge, case_id, domain):
            if case_id == cases[0].id:
                self.as_worker(cases[1]).action_reopen()
            return real(case_id, domain)

        with (
            freeze_time(CLOSED.date() + timedelta(days=90)),
            patch.object(type(self.env["embassy.purge"]), "_erase", erase),
        ):
            self.erase_due()
        self.assertEqual(cases.exists(), cases[1])

    def test_nobody_sets_the_day_of_closing(self):
        case = self.case_of(self.desk_a)
        with self.assertRefused(UserError, "cannot be set"):
            self.as_worker(case).write({"closed_date": "2020-01-01"})
        tickets = self.as_worker(self.env["helpdesk.ticket"])
        case = tickets.create({"team_id": self.desk_a.id, "closed_date": "2020-01-01"})
        self.assertFalse(case.closed_date)
        at_once = {"stage_id": self.stages["closed"].id, "close_reason": "declined"}
        closed = self.case_of(self.desk_a, **at_once)
        self.assertTrue(closed.closed_date)

    def test_nobody_deletes_a_case(self):
        case = self.case_of(self.desk_a)
        manager = self.user_a["coordinator"]
        manager.group_ids += self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        for user in (self.env.user, manager):
            for context in ({}, {"embassy_purge": True, "active_test": False}):
                with self.assertRefused(UserError, "cannot be deleted"):
                    case.with_user(user).with_context(**context).unlink()

    def test_the_numbers_of_the_day(self):
        for _twice in range(2):
            self.close(self.case_of(self.desk_a))
        with freeze_time(CLOSED.date() + timedelta(days=90)):
            with self.assertLogs("odoo.addons.embassy_assistance", logging.INFO) as logs:
                self.erase_due()
            self.close(self.case_of(self.desk_a))
            self.erase_due()  # a second run of the day
        self.assertIn("Erased: 2 cases, 0 items", logs.output[-1])
        rows = self.as_user(self.env["embassy.purge"], self.user_a["coordinator"]).search([])
        self.assertEqual(rows.mapped("cases"), [3])
        with self.assertRaises(UserError):
            rows.sudo().write({"cases": 1})
        with self.assertRaises(UserError):
            rows.sudo().unlink()

    def test_one_that_fails_holds_up_no_other(self):
        cases = self.case_of(self.desk_a) + self.case_of(self.desk_a) + self.case_of(self.desk_a)
        for case in cases:
            self.close(case)
        purge = type(self.env["embassy.purge"])
        real = purge._erase_pointing

        def fail(self, case_sudo):
            if case_sudo == cases[1]:
                raise ValueError(f"{MARK} {case_sudo.number}")
            return real(self, case_sudo)

        with (
            freeze_time(CLOSED.date() + timedelta(days=90)),
            patch.object(purge, "_erase_pointing", fail),
            self.assertLogs("odoo.addons.embassy_assistance", logging.INFO) as logs,
        ):
            self.erase_due()
        self.assertEqual(cases.exists(), cases[1])
        self.assertIn("ValueError", logs.output[0])
        self.assertIn("Not erased: 1", logs.output[1])
        self.assertNotIn(MARK, str(logs.output))
        self.assertNotIn(cases[1].number, str(logs.output))

    def test_numbers_are_not_given_again(self):
        first = self.case_of(self.desk_a)
        number = first.number
        self.env["embassy.purge"]._erase(first.id)
        self.assertNotEqual(self.case_of(self.desk_a).number, number)

    def test_other_tickets_are_not_touched(self):
        ticket = self.env["helpdesk.ticket"].create({"name": "Printer", "description": "Broken"})
        before = len(ticket.message_ids)
        self.assertFalse(self.env["embassy.purge"]._erase(ticket.id))
        self.assertEqual(len(ticket.message_ids), before)


@tagged("post_install", "-at_install")
class TestPurge(PurgeCase, IntakeCase):
    """A case that was lived through is erased, and nothing says that it was there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coordinator = cls.user_a["coordinator"]
        key, cls.phrase, _code = cls.env["embassy.person.key"]._make(
            cls.coordinator, nullcontext()
        )
        key._confirm()
        cls.chapter_key._grant(key, cls.chapter_pair.private)
        cls.fund = cls.env["embassy.fund"].create(
            {"name": "Probe fund", "company_id": cls.chapter_a.id}
        )

    def setUp(self):
        super().setUp()
        self.handler = logging.handlers.MemoryHandler(10**6, flushLevel=logging.CRITICAL + 1)
        logging.getLogger().addHandler(self.handler)
        self.addCleanup(logging.getLogger().removeHandler, self.handler)
        self.env.flush_all()
        for table, first in FIRST_ID.items():
            sequence = f"{table}_id_seq"
            self.env.cr.execute("SELECT last_value FROM " + sequence)  # noqa: S608
            (last,) = self.env.cr.fetchone()
            self.env.cr.execute("SELECT setval(%s, %s)", [sequence, first])
            # A sequence is not put back with the rest of the test.
            self.addCleanup(self.env.cr.execute, "SELECT setval(%s, %s)", [sequence, last])

    def sealed(self, what, **values):
        path = f"/sealed/case/{what}".rstrip("/")
        params = {"case_id": self.case.id, **values}
        return self.url_open(path, json={"jsonrpc": "2.0", "params": params}).json()["result"]

    def live(self):
        """A request with a file, opened and answered by staff, read, answered, and closed."""
        self.receipt = self.digits(self.send(files=[("a.txt", f"{MARK} file".encode())]))
        self.seal = self.seals()
        self.case = self.seal.case_id
        self.authenticate(self.coordinator.login, self.coordinator.login)
        self.sealed("unlock", passphrase=self.phrase)
        for item in self.sealed("")["items"]:
            self.sealed("open", item_id=item["id"])
        for kind in ("note", "reply"):
            self.sealed("write", kind=kind, text=f"{MARK} {kind}")
        self.logout()
        page = html.fromstring(self.tell().content)
        (token,) = set(page.xpath("//input[@name='token']/@value"))
        self.tell(act="answer", answer=f"{MARK} answer", token=token)
        case = self.as_worker(self.case)
        case.action_take()
        case.write({"urgency": "emergency", "risk": "high"})
        aid = {"topic": "4_health", "fund_id": self.fund.id, "amount": 40}
        case.write({"aid_ids": [Command.create(aid)]})
        self.plant()
        self.close(case)

    def plant(self):
        """What no wall lets through, as a fault would leave it."""
        name, number = self.case._name, self.case.id
        for model, values in {
            "ir.attachment": {
                "name": MARK,
                "res_model": name,
                "res_id": number,
                "raw": MARK.encode() * 9000,
            },
            "ir.model.data": {"model": name, "res_id": number, "name": f"{MARK}_x", "module": "x"},
            "mail.message": {"model": name, "res_id": number, "body": MARK},
            "mail.compose.message": {"model": name, "res_ids": f"[{number}]", "body": MARK},
        }.items():
            with patch.object(type(self.case), "_refuse_created", lambda *_args: None):
                self.env[model].create(values)

    def tell(self, **values):
        return self.url_open("/embassy/receipt?l=en", data={"receipt": self.receipt, **values})

    def tables(self):
        """How many rows each table has (dict)."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        names = [name for (name,) in self.env.cr.fetchall()]
        query = SQL(" UNION ALL ").join(
            SQL("SELECT %s, count(*) FROM %s", name, SQL.identifier(name)) for name in names
        )
        return dict(self.env.execute_query(query))

    def found(self, words):
        """Where words stand in the database, whatever they are written as (dict of word to set)."""
        words = list(words)
        found = {word: set() for word in words}
        columns = SQL(", ").join(
            SQL("bool_or(row::text ILIKE ANY(%s))", [f"%{form}%" for form in self.forms(word)])
            for word in words
        )
        for table in self.tables():
            query = SQL("SELECT %s FROM %s row", columns, SQL.identifier(table))
            (stands,) = self.env.execute_query(query)
            for word, is_there in zip(words, stands, strict=True):
                if is_there:
                    found[word].add(table)
        return found

    @staticmethod
    def forms(word):
        """How a word may be written in a row that is turned to text."""
        coded = (
            base64.b64encode(b"\0" * shift + word.encode()).decode()[cut:-4]
            for shift, cut in ((0, 0), (1, 2), (2, 3))
        )
        return {word, word.encode().hex(), *(text for text in coded if len(text) > 7)}

    def files(self, words):
        """Files of the database and of sessions in which one of the words stands."""
        folders = [config.filestore(self.env.cr.dbname), http.root.session_store.path]
        return [
            str(path)
            for folder in folders
            for path in Path(folder).rglob("*")
            if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
        ]

    def references(self):
        items = self.items_of(self.seal)
        return {
            str(self.case.id),
            self.case.number,
            self.seal.uuid,
            self.seal.locator,
            self.seal.nonce_hash,
            self.seal._handle(),
            str(items[0].id),
            items[0].uuid,
        }

    def assertAllGone(self, erase):
        before = self.tables()
        self.live()
        references = self.references()
        missed = [word for word, where in self.found(references).items() if not where]
        self.assertFalse(missed, "the search sees what is there")
        self.assertTrue(self.found([MARK])[MARK], "the search sees what is planted")
        erase()
        self.env["ir.attachment"]._gc_file_store_unsafe()
        after = self.tables()
        left = self.found([*references, MARK])
        self.assertFalse({word: where for word, where in left.items() if where})
        self.assertFalse(self.files([*references, MARK]))
        changed = {name for name in after if after[name] != before.get(name)}
        self.assertLessEqual(changed, STAYS)
        log = "\n".join(self.handler.format(record) for record in self.handler.buffer)
        for word in (MARK, self.receipt, self.receipt.replace(" ", "")):
            self.assertNotIn(word, log)
        purge = self.env["embassy.purge"].search([])
        self.assertEqual(purge.company_id, self.chapter_a)
        self.assertEqual(
            [purge[name] for name in ("cases", "items", "consents", "openings")], [1, 5, 2, 2]
        )
        openings = self.env["embassy.case.opening"].search([])
        self.assertEqual(len(openings), 2)
        self.assertEqual(set(openings.mapped("handle")), {False})
        self.assertFalse(openings._broken_in(self.chapter_a))
        aid = self.env["embassy.case.aid"].search([("amount", ">", 0)])
        self.assertEqual((aid.case_id.id, aid.fund_id, aid.amount), (False, self.fund, 40))
        self.assertEqual(self.tell().status_code, 404)

    def test_r35_erased_by_the_clock(self):
        def erase():
            with freeze_time(CLOSED.date() + timedelta(days=90)):
                self.erase_due()

        self.assertAllGone(erase)

    def test_r35_erased_by_who_holds_the_receipt(self):
        def erase():
            self.assertIn("Everything is erased", self.tell(act="erase", sure="1").text)

        self.assertAllGone(erase)

    def test_r35_opened_at_the_moment_of_erasing(self):
        self.receipt = self.digits(self.send())
        handle = self.seals()._handle()
        self.env["embassy.purge"]._erase(self.seals().case_id.id)
        self.send()
        other = self.seals()
        note = self.env["embassy.case.opening"].with_user(self.coordinator)._note
        note(self.chapter_a, handle, "story")
        note(self.chapter_a, other._handle(), "story")
        with mute_logger("odoo.addons.embassy_assistance"):
            self.erase_due()
        openings = self.env["embassy.case.opening"].search([], order="id")
        self.assertEqual(openings.mapped("handle"), [False, other._handle()])
