"""The life of an embassy on one machine: killed in its set-up, opened, saved, brought back."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from launcher import database, odoo_process, postgres
from launcher.paths import ROOT

pytestmark = pytest.mark.slow
NAME = f"embassy_life_{os.getpid()}"
COPY = f"{NAME}_copy"


class Up:
    """A running `./embassy up`."""

    def __init__(self, *words):
        self.port = odoo_process.free_port()
        self.process = subprocess.Popen(
            [sys._base_executable, ROOT / "embassy", "up", "--port", str(self.port), *words],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, pattern):
        """Read what it says until a line matches, and return all of it."""
        said = ""
        for line in self.process.stdout:
            said += line
            if re.search(pattern, line):
                return said
        raise AssertionError(f"it ended without {pattern!r}:\n{said}")

    def login_page(self):
        """Return the login page."""
        address = f"http://127.0.0.1:{self.port}/web/login"
        with urllib.request.urlopen(address, timeout=60) as page:  # noqa: S310 - http, loopback
            return page.read().decode()

    def end(self, number=signal.SIGINT):
        """Send a signal as a terminal does, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture(scope="module", autouse=True)
def server():
    """The database server, empty of our databases before and after."""
    with postgres.running() as found:
        yield found
        for name in (NAME, COPY, f"{NAME}_new", f"{COPY}_new"):
            database.drop(found, name)


def odoos():
    """Return the processes of Odoo that serve or install one of our databases."""
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in found.stdout.splitlines() if "odoo_bin.py" in line and NAME in line]


def embassy(*words):
    """Run another job of the launcher."""
    return subprocess.run(
        [sys._base_executable, ROOT / "embassy", *words],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def cell(server, name, statement):
    """Return the first cell of an answer."""
    with contextlib.closing(server.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_killed_set_up_leaves_nothing_half_made(server):
    """kill -9 in the middle of an installation: Odoo ends with it, and no database has its name."""
    up = Up("--db", NAME, "--no-demo")
    deadline = time.monotonic() + 60
    while not database.exists(server, f"{NAME}_new"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(3)
    up.end(signal.SIGKILL)
    time.sleep(1)
    assert not odoos()
    assert not database.exists(server, NAME)


def test_up_recovers_and_opens(server):
    """The next run begins anew, prints a login, serves, and Ctrl-C ends all it started."""
    up = Up("--db", NAME, "--no-demo")
    said = up.until("Ctrl-C")
    assert re.search(r"Log in as admin with the password \S{16} ", said)
    assert 'name="login"' in up.login_page()
    assert up.end() == 130
    assert not odoos()
    assert cell(server, NAME, "SELECT count(*) FROM res_lang WHERE active") == 3


def test_second_start_is_fast(server):
    """Nothing is installed again: under ten seconds to the login page."""
    started = time.monotonic()
    up = Up("--db", NAME)
    said = up.until("Ctrl-C")
    up.login_page()
    taken = time.monotonic() - started
    up.end()
    assert "Installing" not in said and "Updating" not in said
    assert taken < 10, f"{taken:.1f} s"


def test_changed_addon_is_updated(server):
    """Only the addon whose code changed is updated."""
    stamp = database.read_stamp(server, NAME)
    database.write_stamp(server, NAME, stamp | {"embassy_outreach": "older"})
    up = Up("--db", NAME)
    assert "Updating embassy_outreach" in up.until("Ctrl-C")
    up.end(signal.SIGTERM)
    assert database.read_stamp(server, NAME) == stamp


def test_backup_and_restore(server, tmp_path):
    """A round trip brings back rows, files and the immutable unaccent; others cannot read it."""
    with contextlib.closing(server.connect(NAME)) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE res_company SET email = 'Жук@example.org'")
    file = tmp_path / "backup.tar"
    done = embassy("backup", str(file), "--db", NAME)
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o077 == 0
    assert embassy("backup", str(file), "--db", NAME).returncode == 1, "no backup is overwritten"
    done = embassy("restore", str(file), "--db", COPY)
    assert done.returncode == 0, done.stderr
    for statement in (
        "SELECT email FROM res_company",
        "SELECT count(*) FROM ir_model_data",
        "SELECT provolatile FROM pg_proc WHERE proname = 'unaccent'",
        "SELECT count(*) FROM pg_indexes",
    ):
        assert cell(server, COPY, statement) == cell(server, NAME, statement)
    stored = "SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL LIMIT 1"
    name = cell(server, COPY, stored)
    assert (database.filestore(COPY) / name).read_bytes() == (
        database.filestore(NAME) / name
    ).read_bytes()
    done = embassy("restore", str(file), "--db", COPY)
    assert done.returncode == 1 and "exists" in done.stderr
    cut = tmp_path / "cut.tar"
    cut.write_bytes(file.read_bytes()[:-1_000_000])
    done = embassy("restore", str(cut), "--db", f"{COPY}2")
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert not database.exists(server, f"{COPY}2")


def test_database_of_a_newer_version(server):
    """Newer code has migrated it: one line, and the database stays as it is."""
    raise_it = "UPDATE ir_module_module SET latest_version = %s WHERE name = 'embassy_core'"
    with contextlib.closing(server.connect(NAME)) as connection, connection.cursor() as cursor:
        cursor.execute(raise_it, ["19.0.99.0.0"])
    up = Up("--db", NAME)
    said, _ = up.process.communicate(timeout=60)
    assert up.process.returncode == 1
    assert said.count("\n") == 1 and "is newer than this clone (embassy_core 19.0.99.0.0" in said
