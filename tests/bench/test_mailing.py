"""A mailing to many, against plain Odoo in the same run, and one that is killed on its way.

Run by name: `./embassy test bench`. `BENCH_MAILS` says to how many (2,000 without it). Times are
printed and written to a file; the test holds the ratio of one run, never a time.
"""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from launcher import database, odoo_process
from launcher.fixtures import *  # noqa: F403
from launcher.jobs.test import dependencies_template
from launcher.odoo_process import free_port
from launcher.paths import OURS, state

SCRIPT = Path(__file__).with_name("measure_mailing.py")
MAILS = int(os.environ.get("BENCH_MAILS", "2000"))
# Sending is twice as fast where the machine has nothing else to do; the sink shares its cores.
FASTER = 1.3
MOST_MEMORY = 500  # MB


class Sink:
    """A mail server that counts what it gets."""

    def __init__(self):
        self.got = Counter()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd calls it so
        self.got.update(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture(scope="module")
def sink():
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    sink.port = controller.port
    yield sink
    controller.stop()


@pytest.fixture
def bench(odoo, database_server, sink):
    """Makes a database of a side with its mailing in the queue; gives the run of the jobs."""
    made = []

    def prepare(side):
        name = f"embassy_bench_mail_{side}"
        database.drop(database_server, name)
        database.create(database_server, name, dependencies_template(odoo, database_server))
        made.append(name)
        if side != "plain":
            odoo_process.install(
                odoo, database_server, name, ["-i", ",".join(OURS)], "Installing ours"
            )
        process = run(name, "fill")
        _out, err = process.communicate()
        assert process.returncode == 0 and "Traceback" not in err, err[-3000:]
        return lambda: run(name, "send")

    def run(name, step):
        process = subprocess.Popen(
            odoo_process.command("shell", "-d", name, "--no-http", "--log-level=error"),
            env={
                **odoo_process.environment(odoo, database_server),
                "BENCH_STEP": step,
                "BENCH_MAILS": str(MAILS),
                "BENCH_PORT": str(sink.port),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        process.stdin.write(SCRIPT.read_text())
        process.stdin.close()
        process.stdin = None
        return process

    yield prepare
    for name in made:
        database.drop(database_server, name)


def measured(process):
    """What the jobs printed (dict)."""
    out, err = process.communicate()
    lines = [line for line in out.splitlines() if line.startswith("BENCH ")]
    assert lines, err[-3000:]
    return json.loads(lines[-1][6:])


def test_sending_is_faster_than_plain(bench, sink):
    """The same mail to as many; nobody twice, nobody missing, and memory that does not grow."""
    found = {}
    for side in ("plain", "ours"):
        jobs = bench(side)
        sink.got.clear()
        found[side] = measured(jobs())
        assert len(sink.got) == MAILS and set(sink.got.values()) == {1}, side
    for side, times in found.items():
        rates = {step: round(60 * MAILS / times[step]) for step in ("compose", "send")}
        print(side, rates, "a minute,", times["memory"], "MB")
    state("bench-mailing.json").write_text(json.dumps(found), encoding="utf-8")
    assert found["plain"]["send"] / found["ours"]["send"] > FASTER
    assert found["ours"]["memory"] < MOST_MEMORY


def test_killed_on_its_way(bench, sink):
    """The server falls with no time to tidy up; the jobs are begun anew."""
    jobs = bench("killed")
    sink.got.clear()
    process = jobs()
    while sum(sink.got.values()) < MAILS // 3 and process.poll() is None:
        time.sleep(0.02)
    assert process.poll() is None, "it was over before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    measured(jobs())
    assert len(sink.got) == MAILS, "somebody got nothing"
    # The mail that was on the wire goes once more with the same Message-Id.
    assert sum(sink.got.values()) <= MAILS + 1
