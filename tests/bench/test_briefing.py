"""A briefing to 100,000 subscribers against plain mass_mailing, and a kill -9 in its middle.

Run by name: `./embassy test bench`, on a machine that does nothing else; BENCH_SIZE makes it
smaller. The table is printed and written to a file for the docs.

Plain mass_mailing sends to 20,000 at most: its rate does not grow with the number, and all would
take it most of an hour.

Whoever kills a sender between the mail server's answer and the note that it came cannot know
whether that one mail went: it goes again, with the same Message-ID. No other may.
"""

import collections
import contextlib
import json
import os
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from launcher import database, odoo_process
from launcher.fixtures import *  # noqa: F403
from launcher.jobs.test import dependencies_template
from launcher.paths import OURS, state

SCRIPT = Path(__file__).with_name("measure_briefing.py")
RECIPIENTS = int(100_000 * float(os.environ.get("BENCH_SIZE", "1")))
PLAIN = min(RECIPIENTS, 20_000)
QUIET, KILLED = "Bench quiet", "Bench killed"


class Sink:
    """Takes every mail and counts to whom it went, by subject; and keeps the Message-IDs."""

    def __init__(self):
        self.got = collections.defaultdict(collections.Counter)
        self.ids = collections.defaultdict(set)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd calls it so
        lines = envelope.content.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        head = {name.lower(): text for name, _, text in (line.partition(": ") for line in lines)}
        self.got[head["subject"]].update(envelope.rcpt_tos)
        self.ids[head["subject"]].add(head["message-id"])
        return "250 OK"


@pytest.fixture
def sink():
    sink = Sink()
    sink.port = odoo_process.free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    yield sink
    controller.stop()


class Side:
    """One database, and the steps of the script in Odoo's shell."""

    def __init__(self, odoo, server, name, recipients, **environment):
        self.server, self.name, self.recipients = server, name, recipients
        self.environment = {
            **odoo_process.environment(odoo, server),
            "BENCH_RECIPIENTS": str(recipients),
            **environment,
        }

    @contextlib.contextmanager
    def started(self, step, **environment):
        words = ("shell", "-d", self.name, "--no-http", "--log-level=error")
        with SCRIPT.open() as script:
            process = subprocess.Popen(
                odoo_process.command(*words),
                env={**self.environment, "BENCH_STEP": step, **environment},
                stdin=script,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def run(self, step, **environment):
        """Run a step to its end; what it tells (dict, None when nothing)."""
        with self.started(step, **environment) as process:
            out, errors = process.communicate()
        assert process.returncode == 0 and "Traceback" not in errors, errors[-3000:]
        told = [json.loads(line[6:]) for line in out.splitlines() if line.startswith("BENCH ")]
        return told[0] if told else None

    def killed(self, step, done):
        """Run a step, and kill it when half of the recipients are done."""
        with self.started(step) as process:
            while done() < RECIPIENTS / 2:
                assert process.poll() is None, process.communicate()[1][-3000:]
                time.sleep(0.01)
            process.kill()

    def count(self, query):
        with closing(self.server.connect(self.name)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]


@contextlib.contextmanager
def prepared(odoo, server, sink, side, body):
    """A database of one side with its recipients; it is gone after that."""
    name = f"embassy_bench_briefing_{side}"
    database.drop(server, name)
    try:
        database.create(server, name, dependencies_template(odoo, server))
        if side == "ours":
            odoo_process.install(odoo, server, name, ["-i", ",".join(OURS)], "Installing ours")
        recipients = RECIPIENTS if side == "ours" else PLAIN
        environment = {"BENCH_PORT": str(sink.port), "BENCH_BODY": str(body)}
        here = Side(odoo, server, name, recipients, **environment)
        here.run("fill")
        with closing(server.connect(name)) as connection, connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        yield here
    finally:
        database.drop(server, name)


def measured(side, sink):
    """What composing and sending to all cost a recipient (dict of dict)."""
    side.run("launch", BENCH_SUBJECT=QUIET)
    steps = {step: side.run(step) for step in ("compose", "send")}
    got = sink.got.pop(QUIET)
    assert len(got) == side.recipients and set(got.values()) == {1}, got.most_common(3)
    for step in steps.values():
        step["rate"] = side.recipients / step["s"] * 60
        step["queries"] /= side.recipients
    return steps


def total(steps):
    """Recipients a minute of composing and sending together."""
    return 1 / sum(1 / step["rate"] for step in steps.values())


def test_briefing_to_all(odoo, database_server, sink, tmp_path):
    """Twice the rate of plain mass_mailing in flat memory; none twice and none missing."""
    body = tmp_path / "body.html"
    with prepared(odoo, database_server, sink, "ours", body) as side:
        ours = measured(side, sink)
        side.run("launch", BENCH_SUBJECT=KILLED)
        traces = "SELECT count(*) FROM mailing_trace t JOIN mailing_mailing m"
        traces += f" ON m.id = t.mass_mailing_id WHERE m.subject = '{KILLED}'"
        side.killed("compose", lambda: side.count(traces))
        side.run("compose")
        side.killed("send", lambda: len(sink.got[KILLED]))
        side.run("send")
    got = sink.got.pop(KILLED)
    twice, missing = sum(count - 1 for count in got.values()), RECIPIENTS - len(got)
    other = len(sink.ids[KILLED]) - len(got)
    with prepared(odoo, database_server, sink, "plain", body) as side:
        plain = measured(side, sink)
    ratio = total(ours) / total(plain)
    rows = [
        (
            "composed and sent: recipients a minute (plain mass_mailing)",
            f"{total(ours):.0f} ({total(plain):.0f}): {ratio:.2f}",
            "twice",
            ratio >= 2,
        )
    ]
    for step in ("compose", "send"):
        mine, theirs = ours[step], plain[step]
        ratio = mine["rate"] / theirs["rate"]
        rows += [
            (
                f"{step}: recipients a minute (plain mass_mailing)",
                f"{mine['rate']:.0f} ({theirs['rate']:.0f}): {ratio:.2f}",
                "twice" if step == "send" else "",
                step == "compose" or ratio >= 2,
            ),
            (
                f"{step}: queries a recipient (plain mass_mailing)",
                f"{mine['queries']:.1f} ({theirs['queries']:.1f})",
                "at most 10",
                mine["queries"] <= 10,
            ),
            (
                f"{step}: memory at its highest (plain mass_mailing)",
                f"{mine['mb']:.0f} MB ({theirs['mb']:.0f} MB)",
                "500 MB",
                mine["mb"] <= 500,
            ),
        ]
    rows += [
        ("twice after a kill -9 in each step: the mail under way", str(twice), "1", twice <= 1),
        ("twice with another Message-ID", str(other), "0", other == 0),
        ("missing after a kill -9 in each step", str(missing), "0", missing == 0),
    ]
    table = "\n".join(
        [
            f"{RECIPIENTS} recipients, plain {PLAIN}",
            "",
            "| what | measured | target |",
            "|---|---|---|",
        ]
        + [f"| {what} | {value} | {target} |" for what, value, target, _held in rows]
    )
    print("\n" + table)
    state("bench-briefing.md").write_text(table + "\n", encoding="utf-8")
    assert all(held for *_row, held in rows), table
