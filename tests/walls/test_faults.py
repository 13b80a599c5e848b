"""Whatever is killed, full or gone: a receipt stands for one whole case, or there is none.

EMBASSY_KILLS says how many processes are killed; 100 before a release.
"""

import base64
import contextlib
import importlib
import os
import random
import resource
import signal
import sys
import threading
import time
from pathlib import Path

import apart
import psycopg2
import pytest
import requests
from asker import PATH, Asker, digits, open_intake
from posts import halves

from launcher import odoo_process
from launcher.console import Fault
from launcher.paths import ADDONS

KILLS = int(os.environ.get("EMBASSY_KILLS", "40"))
ASKERS, PATIENCE = 4, 90  # people who ask at a time; seconds until a server must be back
NOT_SENT = "Not sent"

sys.path.insert(0, str(ADDONS / "embassy_core"))
codes, items, keys = (
    importlib.import_module(f"sealing.{name}") for name in ("codes", "items", "keys")
)
sys.path.pop(0)


class Visit:
    """Somebody who sends one form until there is a receipt, and keeps what was read."""

    def __init__(self, address, number):
        self.asker, self.number = Asker(address), number
        self.story = f"Probe {number} " + "щ" * 900
        self.file = random.Random(number).randbytes(150_000).hex().encode()  # noqa: S311
        self.shown, self.statuses, self.form = set(), [], None

    def send(self):
        """Send the form once; whether it went well (bool)."""
        try:
            if not self.form:
                self.form = self.asker.number()
            fields = self.asker.fields(form=self.form, story=self.story)
            response = self.asker.send(fields, [("a.txt", self.file)])
        except (requests.RequestException, IndexError):
            return False
        self.statuses.append(response.status_code)
        receipt = digits(response)
        if receipt:
            self.shown.add(receipt)
        return bool(receipt)

    def insist(self, until):
        while not self.send():
            assert time.monotonic() < until, (self.number, self.statuses[-5:])
            time.sleep(0.2)


def children(pid):
    """Processes that a process has started (list of int)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(path.parent.name))
    return found


class Killer(threading.Thread):
    """Kills workers of Odoo and backends of PostgreSQL, one after another."""

    def __init__(self, place):
        super().__init__(daemon=True)
        self.place, self.killed = place, []
        self.chance = random.Random(7)  # noqa: S311 - when and whom

    def run(self):
        while len(self.killed) < KILLS:
            time.sleep(self.chance.uniform(0.3, 1.6))
            # Whoever asks while PostgreSQL recovers asks again.
            with contextlib.suppress(psycopg2.Error, Fault):
                self.kill("backend" if self.chance.random() < 0.4 else "worker")

    def kill(self, what):
        if what == "worker":
            victims = children(self.place.process.pid)
        else:
            victims = [
                pid
                for (pid,) in self.place.rows(
                    "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> "
                    "pg_backend_pid() AND backend_type = 'client backend'",
                    apart.NAME,
                )
            ]
        if victims:
            os.kill(self.chance.choice(victims), signal.SIGKILL)
            self.killed.append(what)


@pytest.fixture(scope="module")
def place(odoo, database_server):
    """An installation whose chapter takes requests, not served yet."""
    with apart.installation(odoo, database_server) as place:
        with place.serving("--log-level=critical"):
            open_intake(place.address, apart.NAME)
        for name in ("requests_per_hour", "receipts_per_minute"):
            place.rows(
                "INSERT INTO ir_config_parameter (key, value) VALUES (%s, '100000')",
                f"embassy_assistance.{name}",
            )
        yield place


@pytest.fixture
def served(place):
    with place.restarting("--log-level=critical"):
        yield place


def whole(place, visit):
    """See that a receipt opens one case with all that was sent."""
    assert len(visit.shown) == 1, (visit.number, visit.shown)
    pepper = bytes.fromhex(odoo_process._pepper())
    opened = codes.open_receipt(next(iter(visit.shown)), pepper)
    found = place.rows(
        "SELECT uuid, asker_sealed_key, case_id, company_id FROM embassy_case_seal"
        " WHERE locator = %s",
        opened.locator.hex(),
    )
    assert len(found) == 1, f"{len(found)} cases of visit {visit.number}"
    ((name, sealed_key, case_id, company_id),) = found
    sealed_key = base64.b64decode(bytes(sealed_key))
    case_key = keys.open_key(sealed_key, opened.pair.private, f"case {name}")
    told = []
    for item_id, uuid, kind, revision, count in place.rows(
        "SELECT id, uuid, kind, revision, piece_count FROM embassy_case_item"
        " WHERE case_id = %s ORDER BY id",
        case_id,
    ):
        pieces = place.rows(
            "SELECT data FROM embassy_case_item_piece WHERE item_id = %s ORDER BY number", item_id
        )
        where = items.Place(str(company_id), name, uuid, kind, revision)
        pieces = (bytes(data) for (data,) in pieces)
        told.append(items.open_item(case_key, where, pieces, count)[1])
    assert told == [visit.story.encode(), visit.file]


def last_case(place):
    return place.rows("SELECT coalesce(max(id), 0) FROM helpdesk_ticket")[0][0]


def halves_in(place, first=0):
    with contextlib.closing(place.server.connect(apart.NAME, "postgres")) as connection:
        return halves(connection.cursor(), first)


def test_r37_whoever_is_killed_a_receipt_is_a_whole_case(served):
    """Askers insist while workers and backends die; each has one receipt and one case."""
    first, visits, lock = last_case(served), [], threading.Lock()
    killer = Killer(served)
    failures = []

    def ask():
        while killer.is_alive():
            with lock:
                visit = Visit(served.address, len(visits))
                visits.append(visit)
            try:
                visit.insist(time.monotonic() + PATIENCE)
                if visit.number % 3 == 0:
                    visit.send()  # once more, as after a page that did not come
            except AssertionError as failure:
                failures.append(failure)

    killer.start()
    threads = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures
    assert len(killer.killed) == KILLS and set(killer.killed) == {"worker", "backend"}
    assert len(visits) > KILLS / 4
    for visit in visits:
        whole(served, visit)
    ((cases,),) = served.rows(
        "SELECT count(*) FROM helpdesk_ticket WHERE is_case AND id > %s", first
    )
    assert cases == len(visits)
    assert not halves_in(served, first)


def test_r37_a_killed_master_and_postmaster_lose_nothing(place):
    """The whole server dies with requests under way, and PostgreSQL too."""
    first = last_case(place)
    visits = [Visit(place.address, 10_000 + number) for number in range(ASKERS)]
    with place.serving("--log-level=critical"):
        for visit in visits:
            visit.form = visit.asker.number()
        threads = [threading.Thread(target=visit.send) for visit in visits]
        for thread in threads:
            thread.start()
        time.sleep(0.35)
        os.killpg(place.process.pid, signal.SIGKILL)
        postmaster = int((place.cluster.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        for thread in threads:
            thread.join()
    place.cluster.start()
    with place.serving("--log-level=critical"):
        for visit in visits:
            visit.insist(time.monotonic() + PATIENCE)
        for visit in visits:
            whole(place, visit)
    assert (
        len(place.rows("SELECT id FROM helpdesk_ticket WHERE is_case AND id > %s", first)) == ASKERS
    )
    assert not halves_in(place, first)


def test_r41_no_database_no_receipt(place):
    """PostgreSQL stops: the person reads that nothing was sent, and it recovers alone.

    With workers that are processes Odoo ends after a while, and the proxy says it.
    """
    with place.serving("--log-level=critical", workers=0) as served:
        without_database(served)


def without_database(served):
    visit = Visit(served.address, 20_000)
    visit.form = visit.asker.number()
    served.cluster.stop()
    for language, title in (("en", NOT_SENT), ("be", "Не адпраўлена"), ("ru", "Не отправлено")):
        path = PATH.replace("l=en", f"l={language}")
        response = visit.asker.send(visit.asker.fields(form=visit.form), path=path)
        assert response.status_code == 503, response.status_code
        assert title in response.text and "Traceback" not in response.text
        assert not digits(response)
        assert "no-store" in response.headers["Cache-Control"]
    served.cluster.start()
    visit.insist(time.monotonic() + PATIENCE)
    whole(served, visit)


def test_r41_full_disk_no_receipt(place):
    """PostgreSQL cannot write more: nothing is half kept; with room again it goes on.

    A limit of the size of files stands for the disk: it needs no rights of an administrator.
    """
    place.cluster.stop()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (24 << 20, hard))
    try:
        place.cluster.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    first = last_case(place)
    with place.restarting("--log-level=critical"):
        visit = Visit(place.address, 30_000)
        visit.file = random.Random(1).randbytes(9 << 20).hex().encode()  # noqa: S311
        for _ in range(3):
            assert not visit.send()
        assert set(visit.statuses) == {503}
        assert not place.rows("SELECT id FROM embassy_case_seal WHERE case_id > %s", first)
        assert not halves_in(place, first)
        place.cluster.stop()
        place.cluster.start()
        visit.insist(time.monotonic() + PATIENCE)
        whole(place, visit)
    assert not halves_in(place, first)


def test_r41_without_a_mail_host_requests_are_kept(served):
    """Nobody takes mail: the request is kept all the same."""
    served.rows("UPDATE ir_mail_server SET active = false")
    served.rows(
        "INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_encryption, "
        "smtp_authentication, active, sequence) VALUES "
        "('gone', '127.0.0.1', %s, 'none', 'login', true, 1)",
        odoo_process.free_port(),
    )
    visit = Visit(served.address, 40_000)
    visit.insist(time.monotonic() + PATIENCE)
    whole(served, visit)
