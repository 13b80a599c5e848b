import base64
import time
from types import SimpleNamespace
from unittest.mock import patch

from psycopg2.errors import RaiseException

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.embassy_core.controllers import unlock

from ..models import embassy_case_opening
from ..tools.sealed_request import nonce_hash
from .common_sealed import FILE, STORY, SealedFileCase


@tagged("post_install", "-at_install")
class TestSealedFile(SealedFileCase):
    """What was told in a case is opened by whom the case was given to, on record."""

    def openings(self):
        self.env.invalidate_all()
        return self.env["embassy.case.opening"].search([], order="id")

    def test_a_coordinator_opens_what_was_told(self):
        self.enter(self.coordinator, unlocked=False)
        file = self.ask()
        self.assertEqual(
            (file["is_sealed"], file["has_key"], file["is_open"], file["has_access"]),
            (True, True, False, False),
        )
        self.assertEqual([item["kind"] for item in file["items"]], ["story", "file"])
        self.assertRefusal("locked", "open", item_id=self.story.id)
        self.assertRefusal("did not open", "unlock", passphrase="one two")
        file = self.ask("unlock", passphrase=self.phrase[self.coordinator])
        self.assertTrue(file["is_open"] and file["has_access"])
        self.assertEqual(self.ask("open", item_id=self.story.id)["text"], STORY)
        self.assertFalse(self.ask("lock")["is_open"])
        self.assertRefusal("locked", "open", item_id=self.story.id)

    def test_a_worker_opens_what_was_given(self):
        self.enter(self.worker)
        self.assertFalse(self.ask()["has_access"])
        self.assertRefusal("cannot open this case", "open", item_id=self.story.id)
        self.assertRefusal("cannot open this case", "write", kind="note", text="Mine")
        self.enter(self.coordinator)
        waiting = self.ask()["waiting"]
        self.assertEqual(waiting, [[self.worker.id, self.worker.name]])
        # Nobody of another chapter is given anything, whatever the number.
        self.ask("grant", person_id=self.stranger.id)
        self.assertEqual(self.ask("grant", person_id=self.worker.id)["waiting"], [])
        self.assertEqual(self.env["embassy.case.grant"].search([]).user_id, self.worker)
        self.enter(self.worker)
        self.assertEqual(self.ask("open", item_id=self.story.id)["text"], STORY)

    def test_a_case_leaves_with_the_desk(self):
        coordinator = self.env.ref("embassy_core.group_coordinator")
        worker_key, grants = self._key(self.worker), self.env["embassy.case.grant"]
        case_key = self.seal._case_key(self._key(self.coordinator), self._private(self.coordinator))
        for lose in (
            lambda: self.desk_a.write({"user_ids": [Command.unlink(self.worker.id)]}),
            lambda: self.worker.write({"helpdesk_team_ids": [Command.clear()]}),
            lambda: self.worker.write({"active": False}),
            lambda: self.worker.write(
                {"group_ids": [Command.unlink(self.env.ref("embassy_core.group_case_worker").id)]}
            ),
        ):
            with self.env.cr.savepoint() as savepoint:
                self.seal._grant(worker_key, case_key)
                self.worker.group_ids -= coordinator
                self.assertTrue(grants.search([]))
                lose()
                self.assertFalse(grants.search([]))
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    def test_another_chapter_is_told_nothing(self):
        """The same answer for the case of others and for none, by every route."""
        self.enter(self.stranger, unlocked=False)
        for what, values in (
            ("", {}),
            ("unlock", {"passphrase": self.phrase[self.stranger]}),
            ("lock", {}),
            ("open", {"item_id": self.story.id}),
            ("write", {"kind": "note", "text": "Mine"}),
            ("grant", {"person_id": self.stranger.id}),
            ("openings", {}),
        ):
            answers = [
                self.answer(what, case_id=case_id, **values)
                for case_id in (self.case.id, self.case.id + 10_000, "1", True, None, [1])
            ]
            self.assertIn("error", answers[0])
            self.assertTrue(all(answer == answers[0] for answer in answers), (what, answers))
        self.assertFalse(self.openings())

    def test_an_item_of_another_case_is_not_there(self):
        other = self._request(b"2" * 32)
        self.enter(self.coordinator)
        for item_id in (self.story.id, self.story.id + 10_000):
            self.assertRefusal("not there", "open", case_id=other.id, item_id=item_id)

    def test_a_file_is_saved_and_never_shown(self):
        self.enter(self.coordinator)
        page = self.url_open("/sealed")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        response = self.url_open(
            "/sealed/case/file",
            data={"csrf_token": token, "case_id": self.case.id, "item_id": self.file.id},
        )
        self.assertEqual(response.content, FILE)
        headers = response.headers
        self.assertEqual(headers["Content-Type"], "application/octet-stream")
        self.assertIn("attachment", headers["Content-Disposition"])
        self.assertIn("a_b.txt", headers["Content-Disposition"])
        self.assertIn("sandbox", headers["Content-Security-Policy"])
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(self.openings().kind, "file")

    def test_notes_and_replies(self):
        self.enter(self.coordinator)
        for kind, direction in (("note", "staff"), ("reply", "to_asker")):
            item = self.ask("write", kind=kind, text=f" Probe {kind} ")["items"][-1]
            self.assertEqual((item["kind"], item["direction"]), (kind, direction))
            self.assertEqual(self.ask("open", item_id=item["id"])["text"], f"Probe {kind}")
        for values in (
            {"kind": "story", "text": "Forged"},
            {"kind": "note", "text": "  "},
            {"kind": "note", "text": "x" * 20_001},
        ):
            self.assertRefusal("Write something", "write", **values)

    def attach(self, name, content, case_id=None):
        token = self.url_open("/sealed").text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            "/sealed/case/attach",
            data={"csrf_token": token, "case_id": case_id or self.case.id},
            files=[("files", (name, content))],
        ).json()

    def test_staff_adds_a_file(self):
        self.enter(self.coordinator)
        item = self.attach("note.txt", b"Probe file of staff")["items"][-1]
        self.assertEqual((item["kind"], item["direction"]), ("file", "staff"))
        row = self.env["embassy.case.item"].browse(item["id"])
        case_key = self.seal._case_key(self._key(self.coordinator), self._private(self.coordinator))
        about, content = self.seal._read_item(row, case_key)
        self.assertEqual(content, b"Probe file of staff")
        self.assertEqual((about["name"], about["by"]), ("note.txt", self.coordinator.name))

    def test_a_file_of_staff_is_looked_at_as_well(self):
        self.enter(self.coordinator)
        self.assertIn("file 1", self.attach("a.pdf", b"MZ\0\0program")["error"])
        self.assertIn("Choose", self.attach("", b"")["error"])
        for case_id in (self.case.id + 10_000, "x", -1):
            self.assertIn("error", self.attach("a.txt", b"Mine", case_id=case_id))
        self.assertEqual(len(self.items_of(self.seal)), 2)
        self.ask("lock")
        self.assertIn("locked", self.attach("a.txt", b"Mine")["error"])
        self.enter(self.stranger, unlocked=False)
        self.assertIn("error", self.attach("a.txt", b"Mine"))
        self.assertEqual(len(self.items_of(self.seal)), 2)

    def test_a_case_that_staff_opened_is_sealed_with_its_first_note(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.worker)
        case = tickets.create({"team_id": self.desk_a.id})
        self.enter(self.worker)
        file = self.ask(case_id=case.id)
        self.assertEqual((file["is_sealed"], file["has_access"]), (False, True))
        self.assertFalse(file["has_reader"])
        self.assertRefusal("Nobody has a number", "write", case.id, kind="reply", text="Mine")
        file = self.ask("write", case_id=case.id, kind="note", text="Probe note")
        self.assertEqual([item["kind"] for item in file["items"]], ["note"])
        self.enter(self.coordinator)
        item_id = file["items"][0]["id"]
        self.assertEqual(self.ask("open", case_id=case.id, item_id=item_id)["text"], "Probe note")

    def test_nothing_is_sealed_without_keys(self):
        case = self.case_of(self.desk_a)
        self.chapter_key.grant_ids.unlink()
        self.enter(self.worker)
        self.assertFalse(self.ask(case_id=case.id)["has_access"])
        self.assertRefusal("Nothing can be sealed", "write", case.id, kind="note", text="Mine")

    def test_history_tells_who_opened(self):
        self.enter(self.coordinator)
        self.ask("open", item_id=self.story.id)
        other = self._request(b"3" * 32)
        self.env["embassy.case.opening"].with_user(self.worker)._note(
            self.chapter_a, self.env["embassy.case.seal"]._find(nonce_hash=nonce_hash(b"3" * 32))
            ._handle(), "story"
        )
        self.assertEqual(
            [(row["who"], row["kind"]) for row in self.ask("openings")],
            [(self.coordinator.name, "Story")],
        )
        self.assertEqual(len(self.ask("openings", case_id=other.id)), 1)
        self.assertEqual(self.ask("openings", case_id=self.case_of(self.desk_a).id), [])

    def test_nothing_stands_in_clear(self):
        self.enter(self.coordinator)
        self.ask("write", kind="note", text="Probe note")
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND relname LIKE 'embassy_case%'"
        )
        for (table,) in self.env.cr.fetchall():
            self.env.cr.execute(f'SELECT string_agg(t::text, \' \') FROM "{table}" t')  # noqa: S608
            kept = self.env.cr.fetchone()[0] or ""
            for text in (STORY, "Probe note"):
                self.assertNotIn(text, kept)
                self.assertNotIn(text.encode().hex(), kept)
                self.assertNotIn(base64.b64encode(text.encode()).decode(), kept)

    def test_every_opening_is_on_record(self):
        self.enter(self.coordinator)
        for _twice in range(2):
            self.ask("open", item_id=self.story.id)
        rows = self.openings()
        self.assertEqual(rows.mapped("kind"), ["story", "story"])
        self.assertEqual(rows.user_id, self.coordinator)
        self.assertEqual(set(rows.mapped("handle")), {self.seal._handle()})
        self.assertFalse(rows._broken_in(self.chapter_a))

    def test_the_record_is_only_added_to(self):
        note = self.env["embassy.case.opening"].with_user(self.coordinator)._note
        for number in range(3):
            note(self.chapter_a, f"handle {number}", "story")
        rows = self.openings()
        with self.assertRaises(UserError):
            rows.write({"kind": "note"})
        with self.assertRaises(UserError):
            rows.unlink()
        for query in (
            "UPDATE embassy_case_opening SET user_id = 1",
            "UPDATE embassy_case_opening SET handle = 'other'",
            "DELETE FROM embassy_case_opening",
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(RaiseException):
                with self.env.cr.savepoint():
                    self.env.cr.execute(query)
        # An erased case leaves the row, and the chain holds.
        self.env.cr.execute("UPDATE embassy_case_opening SET handle = NULL")
        self.assertFalse(rows._broken_in(self.chapter_a))

    def test_a_row_that_was_changed_or_taken_out_is_noticed(self):
        note = self.env["embassy.case.opening"].with_user(self.coordinator)._note
        for number in range(3):
            note(self.chapter_a, f"handle {number}", "story")
        rows = self.openings()
        self.env.cr.execute("ALTER TABLE embassy_case_opening DISABLE TRIGGER USER")
        for query, broken in (
            ("UPDATE embassy_case_opening SET kind = 'note' WHERE id = %s", rows[1]),
            ("DELETE FROM embassy_case_opening WHERE id = %s", rows[2]),
        ):
            with self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(query, [rows[1].id])
                self.env.invalidate_all()
                self.assertEqual(rows._broken_in(self.chapter_a), broken)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_whoever_gathers_is_stopped(self):
        """Different cases count, not what is opened in them; the next hour begins anew."""
        opening = self.env["embassy.case.opening"].with_user(self.coordinator)
        with (
            patch.object(embassy_case_opening, "MOST_AN_HOUR", 3),
            patch.object(embassy_case_opening, "MOST_A_DAY", 4),
        ):
            for number in range(3):
                opening._note(self.chapter_a, f"handle {number}", "story")
            opening._note(self.chapter_a, "handle 0", "file")
            with self.assertRaises(UserError):
                opening._note(self.chapter_a, "handle 3", "story")
            self.assertEqual(len(self.openings()), 4)
            # Somebody else opens the same case meanwhile.
            opening.with_user(self.worker)._note(self.chapter_a, "handle 3", "story")
            self._an_hour_passes()
            opening._note(self.chapter_a, "handle 3", "story")
            with self.assertRaises(UserError):
                opening._note(self.chapter_a, "handle 4", "story")

    def _an_hour_passes(self):
        self.env.cr.execute("ALTER TABLE embassy_case_opening DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE embassy_case_opening SET minute = minute - interval '61 minutes'"
        )
        self.env.cr.execute("ALTER TABLE embassy_case_opening ENABLE TRIGGER USER")

    def test_locked_by_the_servers_clock(self):
        self.enter(self.coordinator)
        later = SimpleNamespace(time=lambda: time.time() + unlock.IDLE + 60)
        # The clock of the key alone: the login locks as well, and would answer first.
        with patch.object(unlock, "time", later):
            self.assertFalse(self.ask()["is_open"])
            self.assertRefusal("locked", "open", item_id=self.story.id)
