"""Ten thousand hostile posts in the process, five hundred over HTTP: refused kindly, or whole."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import posts
import pytest
import requests
from asker import Asker, digits, open_intake
from traces import Traces

from launcher import database, odoo_process
from launcher.fixtures import demo_template
from launcher.paths import ROOT

HERE = Path(__file__).parent
POSTS, OVER_HTTP = 10_000, 500
GROWTH = 50 << 20  # bytes
# Where a request, an answer and an erasure may leave rows.
TABLES = {
    "embassy_case_consent", "embassy_case_item", "embassy_case_item_piece", "embassy_case_need",
    "embassy_case_seal", "embassy_case_transition", "embassy_limit", "helpdesk_ticket",
    "helpdesk_ticket_sla", "ir_sequence_date_range", "embassy_case_alert",
    # What an erasure notes: numbers, a line of the ledger, that caches are to be emptied.
    "embassy_purge", "embassy_case_aid", "orm_signaling_default",
}  # fmt: skip


class Target:
    """A database with a chapter that takes requests."""

    def __init__(self, odoo, server, name):
        self.odoo, self.server, self.name = odoo, server, name
        self.receipts, self.wrong, self.statuses = [], [], []

    @contextlib.contextmanager
    def cursor(self):
        with contextlib.closing(self.server.connect(self.name)) as connection:
            yield connection.cursor()

    def counts(self):
        """Rows of every table (dict)."""
        with self.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            names = sorted(row[0] for row in cursor.fetchall())
            query = " UNION ALL ".join(f"SELECT '{n}', count(*) FROM \"{n}\"" for n in names)  # noqa: S608
            cursor.execute(query)
            return dict(cursor.fetchall())

    def over_http(self, seed):
        """Make the keys and some cases, and send hostile posts to the server."""
        port = odoo_process.free_port()
        address = f"http://127.0.0.1:{port}"
        with odoo_process.serving(
            self.odoo, self.server, self.name, port, "--max-cron-threads=0", "--log-level=critical"
        ):
            open_intake(address, self.name)
            with self.cursor() as cursor:
                for name in ("requests_per_hour", "receipts_per_minute"):
                    cursor.execute(
                        "INSERT INTO ir_config_parameter (key, value) VALUES (%s, '1000000')",
                        [f"embassy_assistance.{name}"],
                    )
            asker = Asker(address)
            for _ in range(3):
                self.receipts.append(digits(asker.send(asker.fields(story="Probe"))))
            assert all(self.receipts)
            self.before = self.counts()
            with self.cursor() as cursor:  # the demo data have cases that nobody asked for
                cursor.execute("SELECT min(case_id) - 1 FROM embassy_case_seal")
                self.first = cursor.fetchone()[0]
            numbers = [asker.number() for _ in range(20)]
            grammar = posts.Grammar(seed, lambda: grammar.chance.choice(numbers), self.receipts)
            for _ in range(OVER_HTTP):
                post = grammar.post()
                body = (
                    iter([post.body[:100], post.body[100:]])
                    if len(post.body) % 7 == 0
                    else post.body
                )
                try:
                    response = requests.post(
                        address + post.path, body, headers=post.headers, timeout=60
                    )
                except requests.ConnectionError as error:
                    self.wrong.append(f"{error} {post.headers} {post.body[:200]!r}")
                    continue
                self.statuses.append(response.status_code)
                if response.status_code >= 500 or any(w in response.text for w in posts.LOST):
                    self.wrong.append(f"{response.status_code} {post.headers} {post.body[:200]!r}")

    def in_process(self, seeds, count):
        """Send posts to the application, in as many processes as there are seeds."""
        env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (HERE, ROOT))),
            "EMBASSY_RECEIPTS": ",".join(self.receipts),
        }
        running = [
            subprocess.Popen(
                [sys.executable, str(HERE / "posts.py"), self.name, str(seed), str(count)],
                env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for seed in seeds
        ]  # fmt: skip
        found = []
        for process in running:
            out, errors = process.communicate(timeout=900)
            assert process.returncode == 0, errors[-3000:]
            found.append(json.loads(out.splitlines()[-1]))
        return found


@pytest.fixture(scope="module")
def target(odoo, database_server, tmp_path_factory):
    """A database that was sent everything, and what came of it."""
    name = f"embassy_test_posts_{os.getpid()}"
    seed = int(os.environ.get("EMBASSY_SEED", "20261124"))
    database.create(database_server, name, demo_template(odoo, database_server))
    try:
        target = Target(odoo, database_server, name)
        target.over_http(seed)
        target.found = target.in_process((seed + 1, seed + 2), POSTS // 2)
        dump = tmp_path_factory.mktemp("posts") / "dump.sql"
        subprocess.run(
            [database_server.program("pg_dump"), "-f", str(dump), "-d", name],
            env={**os.environ, **database_server.environment()}, check=True,
        )  # fmt: skip
        target.dump = dump
        yield target
    finally:
        database.drop(database_server, name)


def test_r16_no_post_breaks_anything(target):
    """No error of ours, no text of a program, no half case at any of the looks at the rows."""
    wrong = target.wrong + [line for found in target.found for line in found["wrong"]]
    assert not wrong, "\n".join(wrong[:20])
    for found in target.found:
        assert len(found["sizes"]) == POSTS // 2 // posts.CHECKED
        assert found["seen"]["receipt shown"] > 50 and found["seen"]["422"] > 50, found["seen"]
    assert len(target.statuses) == OVER_HTTP
    with target.cursor() as cursor:
        assert not posts.halves(cursor, target.first)


def test_r16_memory_does_not_grow(target):
    for found in target.found:
        assert found["sizes"][-1] - found["sizes"][0] < GROWTH, found["sizes"]


def test_r16_half_a_case_is_seen(target):
    """The looks at the rows find what is taken away."""
    with target.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "DELETE FROM embassy_case_item_piece WHERE item_id = (SELECT max(id) FROM "
            "embassy_case_item)"
        )
        assert any("pieces" in half for half in posts.halves(cursor, target.first))
        for table, what in (("item", "story"), ("consent", "consent"), ("need", "need")):
            cursor.execute(
                f"DELETE FROM embassy_case_{table} WHERE case_id = "  # noqa: S608
                "(SELECT max(case_id) FROM embassy_case_seal)"
            )
            assert any(
                f"without a {what}" in half for half in posts.halves(cursor, target.first)
            ), what
        cursor.execute("DELETE FROM embassy_case_seal")
        assert any("without a seal" in half for half in posts.halves(cursor, target.first))
        cursor.execute("ROLLBACK")


def test_r15_only_declared_tables_change(target):
    """Unknown fields make no partner, user, visitor, message or file."""
    after = target.counts()
    changed = {name for name in after if after[name] != target.before.get(name)}
    assert changed <= TABLES, sorted(changed - TABLES)
    assert "embassy_case_item_piece" in changed


def test_r15_nothing_typed_stands_in_clear(target):
    traces = Traces()
    traces.add_words()
    assert not traces.in_path(target.dump)
    with target.dump.open("a") as dump:
        dump.write(posts.Words(1).told("be"))
    assert traces.in_path(target.dump)
