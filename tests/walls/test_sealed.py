"""Nothing leaves: the whole runs where only the loopback is, and nobody tries to get out."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.paths import ROOT, state

HERE = Path(__file__).parent
OUTSIDE = "home.example.org"  # where the addon that leaks on purpose calls


@pytest.fixture(scope="module")
def life(planted, books):
    """Attempts of the server to reach others, and what the browser and the run said."""
    unshare = shutil.which("unshare")
    if not unshare:
        pytest.skip("no unshare: sudo apt-get install util-linux")
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("no Chromium: sudo apt-get install chromium")
    notes = state("egress.txt")
    notes.write_text("")
    # Root keeps its own ids, so that it still may enter the folder of the database's socket.
    words = [unshare, "--net"] if os.geteuid() == 0 else [unshare, "--net", "--map-root-user"]
    env = dict(
        os.environ,
        EMBASSY_EGRESS=str(notes),
        PYTHONPATH=os.pathsep.join(map(str, (HERE / "hook", HERE, ROOT))),
    )
    env.pop("ODOO_RC", None)
    name = f"embassy_test_sealed_{os.getpid()}"
    done = subprocess.run(
        [*words, sys.executable, str(HERE / "sealed.py"), name],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    attempts = notes.read_text().splitlines()
    from hits import Book

    book = books["sealed"] = Book()
    book.asked["pages and crons without a network"] = done.stdout.count("opened ") + 1
    return done, attempts


def test_it_lives(life):
    """Installation, login, pages and crons go through without a network."""
    done, _attempts = life
    assert done.returncode == 0, done.stdout[-3000:]
    assert done.stdout.count("opened ") > 10, done.stdout


def test_nobody_tries_to_get_out(life):
    """No name is looked up and nothing is called, by the server or by the browser."""
    done, attempts = life
    tried = [line for line in attempts if not line.startswith(OUTSIDE)]
    tried += re.findall("browser: .*", done.stdout)
    assert not tried, "\n".join(tried)


def test_a_call_home_is_seen(life):
    """The addon that leaks on purpose is noted, with the place of the call."""
    _done, attempts = life
    assert any(line.startswith(OUTSIDE) and "embassy_leaky" in line for line in attempts)
