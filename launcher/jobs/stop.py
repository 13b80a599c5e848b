"""Stop what runs of this clone: each `./embassy up`, then its PostgreSQL."""

import os
import signal
import time
from pathlib import Path

from .. import postgres
from ..console import Fault, say
from ..paths import STATE, VENV_PYTHON

SUMMARY = "stop what runs of this clone"
EXAMPLE = "./embassy stop"


def arguments(parser):
    """Add the options of this job."""


def run(_options):
    """Stop everything, waiting for it."""
    stopped = 0
    for note in (STATE / "up").glob("[0-9]*"):
        if _is_ours(int(note.name)):
            os.kill(int(note.name), signal.SIGTERM)
            stopped += 1
    deadline = time.monotonic() + 30
    while left := [n for n in (STATE / "up").glob("[0-9]*") if _is_ours(int(n.name))]:
        if time.monotonic() > deadline:
            raise Fault(f"Process {left[0].name} does not stop: end it with kill -9 {left[0].name}")
        time.sleep(0.1)
    for note in (STATE / "up").glob("[0-9]*"):  # of runs that were killed
        note.unlink(missing_ok=True)
    if VENV_PYTHON.exists() and (STATE / "pg").exists():
        if not postgres.stop_unused():
            raise Fault(
                "Another run of this clone (a test?) still uses PostgreSQL: stop it by "
                "Ctrl-C, then run ./embassy stop again."
            )
    say(f"Stopped {stopped} embassy." if stopped else "Nothing was running.")


def _is_ours(pid):
    """Say whether this process is a launcher; numbers of ended ones are given to others."""
    try:
        return b"embassy" in Path("/proc", str(pid), "cmdline").read_bytes()
    except OSError:
        return False
