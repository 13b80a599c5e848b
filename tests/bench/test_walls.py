"""What the walls cost and save, against plain Odoo in the same run: 300,000 contacts.

Run by name: `./embassy test bench`. Times are printed and written to a file for the docs; the
test holds the ratio of one run, never a time.
"""

import json
import statistics
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from launcher import database, odoo_process
from launcher.fixtures import *  # noqa: F403
from launcher.jobs.test import dependencies_template
from launcher.paths import OURS, state

SCRIPT = Path(__file__).with_name("measure_walls.py")


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
            shell(odoo, database_server, made[side], {"BENCH_FILL": "1"})
        yield made
    finally:
        for name in made.values():
            database.drop(database_server, name)


def shell(odoo, server, name, extra=None):
    """Run the script in Odoo's shell and return what it measured."""
    command = odoo_process.command("shell", "-d", name, "--no-http", "--log-level=error")
    result = subprocess.run(
        command,
        env={**odoo_process.environment(odoo, server), **(extra or {})},
        input=SCRIPT.read_text(),
        text=True,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0 and "Traceback" not in result.stderr, result.stderr[-3000:]
    return [json.loads(li[6:]) for li in result.stdout.splitlines() if li.startswith("BENCH ")]


def test_walls_are_not_slower_than_plain_odoo(odoo, database_server, databases):
    found = defaultdict(lambda: defaultdict(list))
    queries = {}
    for side in ("plain", "ours") * 3:
        for row in shell(odoo, database_server, databases[side]):
            found[row["name"]][side].append(row["ms"])
            queries[row["name"], side] = row["queries"]
    lines = [
        "| what | plain, ms | ours, ms | ratio | queries plain / ours |",
        "|---|---|---|---|---|",
    ]
    slower = []
    for name, sides in found.items():
        plain = statistics.median(sides["plain"]) if sides["plain"] else None
        ours = statistics.median(sides["ours"])
        ratio = f"{plain / ours:.1f}" if plain else "-"
        lines.append(
            f"| {name} | {plain or '-'} | {ours} | {ratio} "
            f"| {queries.get((name, 'plain'), '-')} / {queries[name, 'ours']} |"
        )
        # A tenth and a tenth of a millisecond are noise between two runs of the same code.
        if plain and ours > plain * 1.1 + 0.1:
            slower.append(name)
    table = "\n".join(lines)
    print("\n" + table)
    state("bench-walls.md").write_text(table + "\n", encoding="utf-8")
    assert not slower, table
