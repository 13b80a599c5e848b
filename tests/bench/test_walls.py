"""What the walls cost and save, against plain Odoo in the same run: 300,000 contacts.

Run by name: `./embassy test bench`. Times are printed and written to a file for the docs; the
test holds the ratio of one run, never a time.
"""

import json
import os
import statistics
import subprocess
from collections import defaultdict
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from launcher import database, odoo_process
from launcher.fixtures import *  # noqa: F403
from launcher.jobs.test import dependencies_template
from launcher.paths import OURS, state

SCRIPT = Path(__file__).with_name("measure_walls.py")
WARM_UP, ROUNDS = 3, 41
# Medians of the same code measured twice by turns differ by less.
NOISE = 1.05


@pytest.fixture(scope="module")
def databases(odoo, database_server):
    """Plain Odoo and Odoo with our addons, filled alike."""
    made = {}
    template = dependencies_template(odoo, database_server)
    try:
        for side in ("plain", "ours"):
            made[side] = f"embassy_bench_{side}"
            database.drop(database_server, made[side])
            database.create(database_server, made[side], template)
            if side == "ours":
                odoo_process.install(
                    odoo, database_server, made[side], ["-i", ",".join(OURS)], "Installing ours"
                )
            fill(odoo, database_server, made[side])
        yield made
    finally:
        for name in made.values():
            database.drop(database_server, name)


def fill(odoo, server, name):
    """Fill a database, and let PostgreSQL tidy up as it does by itself after a while."""
    result = subprocess.run(
        odoo_process.command("shell", "-d", name, "--no-http", "--log-level=error"),
        env={**odoo_process.environment(odoo, server), "BENCH_FILL": "1"},
        input=SCRIPT.read_text(),
        text=True,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0 and "Traceback" not in result.stderr, result.stderr[-3000:]
    with closing(server.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class Side:
    """One Odoo that waits with warm caches and measures one call each time it is asked."""

    def __init__(self, process, asks):
        self.process, self.asks = process, asks
        self.names = self._answer()

    def ask(self, name):
        print(name, file=self.asks, flush=True)
        return self._answer()

    def _answer(self):
        for line in self.process.stdout:
            if line.startswith("BENCH "):
                return json.loads(line[6:])
        raise AssertionError(self.process.stderr.read()[-3000:])


@contextmanager
def measuring(odoo, server, name):
    """Start an Odoo on a database that measures when it is asked."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        odoo_process.command("shell", "-d", name, "--no-http", "--log-level=error"),
        env={**odoo_process.environment(odoo, server), "BENCH_ASKED": str(reading)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=[reading],
    ) as process:
        os.close(reading)
        with os.fdopen(writing, "w") as asks:
            process.stdin.write(SCRIPT.read_text())
            process.stdin.close()
            yield Side(process, asks)


def test_walls_are_not_slower_than_plain_odoo(odoo, database_server, databases):
    """Each call is measured on both sides by turns, so that a busy machine slows both alike."""
    found = defaultdict(lambda: defaultdict(list))
    with (
        measuring(odoo, database_server, databases["plain"]) as plain,
        measuring(odoo, database_server, databases["ours"]) as ours,
    ):
        for turn in range(WARM_UP + ROUNDS):
            for name in ours.names:
                for side in (plain, ours) if turn % 2 else (ours, plain):
                    if name in side.names:
                        found[name][side].append(side.ask(name))
    lines = [
        "| what | plain, ms | ours, ms | ratio | queries plain / ours |",
        "|---|---|---|---|---|",
    ]
    slower = []
    for name, rows in found.items():
        ms, queries, counts = {}, {}, {}
        for side in rows:
            ms[side] = statistics.median(row["ms"] for row in rows[side][WARM_UP:])
            queries[side], counts[side] = (rows[side][-1][key] for key in ("queries", "rows"))
        if plain not in rows:
            lines.append(f"| {name} | - | {ms[ours]:.2f} | - | - / {queries[ours]} |")
            continue
        lines.append(
            f"| {name} | {ms[plain]:.2f} | {ms[ours]:.2f} | {ms[plain] / ms[ours]:.1f} "
            f"| {queries[plain]} / {queries[ours]} |"
        )
        # Plain Odoo shows the people of all chapters, too.
        assert abs(counts[plain] - counts[ours]) < 100, (name, counts[plain], counts[ours])
        if ms[ours] > ms[plain] * NOISE:
            slower.append(name)
    table = "\n".join(lines)
    print("\n" + table)
    state("bench-walls.md").write_text(table + "\n", encoding="utf-8")
    assert not slower, table
