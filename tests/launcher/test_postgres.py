"""The embedded PostgreSQL: made, left running, killed, out of space, of another version."""

import fcntl
import os
import shutil
import signal
import subprocess
from contextlib import closing

import pytest

from launcher import postgres
from launcher.console import Fault


@pytest.fixture
def state(monkeypatch, tmp_path):
    """A state folder of its own for the server; its data lie where its user may go."""
    folder = tmp_path / "state"
    monkeypatch.setattr(postgres, "STATE", folder)
    yield folder
    if (folder / "pg").exists():
        postgres.Cluster().stop()
        shutil.rmtree(postgres.home())


def query(server, statement, user=None):
    """Return the first cell of an answer."""
    with closing(server.connect(postgres.TEMPLATE, user)) as connection:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]


def test_life_of_a_server(state):
    """Made once; Odoo's role is no superuser; letters of all alphabets have a case."""
    with postgres.running() as server:
        assert server.embedded
        assert query(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert query(
            server,
            "SELECT provolatile = 'i' AND pg_get_userbyid(proowner) = 'odoo' "
            "FROM pg_proc WHERE proname = 'unaccent' AND pronargs = 1",
        )
        assert query(server, "SELECT 'Жук' ILIKE 'жУ%' AND lower('ЎІ') = 'ўі'")
        assert query(server, "SHOW listen_addresses") == ""
        home = postgres.home()
        assert home.stat().st_mode & 0o077 == 0, "only its owner may reach the socket"
    assert not postgres.Cluster().answers(), "its last user stops it"


def test_left_running_is_taken_over(state):
    """A server that a killed run left is used, and stopped at the end."""
    first = postgres.Cluster().start()
    pid = (postgres.home() / "data" / "postmaster.pid").read_text().split()[0]
    with postgres.running() as server:
        assert server == first
        assert (postgres.home() / "data" / "postmaster.pid").read_text().split()[0] == pid
    assert not postgres.Cluster().answers()


def test_another_run_keeps_it(state):
    """The first run to end leaves the server to the other."""
    with postgres.running():
        with postgres.running():
            pass
        assert postgres.Cluster().answers()
        assert not postgres.stop_unused()


def test_killed_server_recovers(state):
    """After kill -9 the next run finds every committed row."""
    server = postgres.Cluster().start()
    query(server, "CREATE TABLE kept AS SELECT 42 AS n; SELECT 1")
    query(server, "CHECKPOINT; SELECT 1", "postgres")
    os.kill(
        int((postgres.home() / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL
    )
    with postgres.running() as server:
        assert query(server, "SELECT n FROM kept") == 42


def test_killed_while_it_was_made(state):
    """Half a cluster and half a template database are made anew."""
    home = postgres.home()
    home.mkdir(parents=True, exist_ok=True)
    (home / ".data.xyz.part").mkdir()
    with postgres.running() as server:
        with closing(server.connect(user="postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {postgres.TEMPLATE} IS_TEMPLATE false")
            cursor.execute(f"DROP DATABASE {postgres.TEMPLATE}")
            cursor.execute(f"CREATE DATABASE {postgres.TEMPLATE}")
    assert not (home / ".data.xyz.part").exists()
    with postgres.running() as server:
        assert query(server, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'") == 1


def test_data_of_another_version(state):
    """Data of another PostgreSQL are left alone, and the line says so."""
    with postgres.running():
        pass
    note = postgres.home() / "data" / "PG_VERSION"
    before = note.read_text()
    note.write_text("99\n")
    with pytest.raises(Fault, match="belong to PostgreSQL 99"), postgres.running():
        pass
    note.write_text(before)


def test_full_disk(state, tmp_path):
    """On a full disk one line says so; with space again the same command works."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        disk.chmod(0o755)
        for folder in (tmp_path, *tmp_path.parents[:2]):  # its user has to come this far
            folder.chmod(0o755)
        state.mkdir()
        (state / "pg").symlink_to(disk)
        with pytest.raises(Fault, match="disk is full") as caught, postgres.running():
            pass
        assert "\n" not in str(caught.value)
        subprocess.run(["mount", "-o", "remount,size=900m", disk], check=True)
        with postgres.running() as server:
            assert query(server, "SELECT 1") == 1
    finally:
        if (state / "pg").exists():
            postgres.Cluster().stop()
        subprocess.run(["umount", "-l", disk], check=True)
        (state / "pg").unlink(missing_ok=True)


def test_url():
    """An address names host, port, user and password; another kind is refused."""
    server = postgres.given("postgresql://u:p%40@db.example:5433")
    assert server[:5] == ("db.example", 5433, "u", "p@", False)
    with pytest.raises(Fault, match="postgresql://"):
        postgres.given("mysql://x")


def test_given_server_that_does_not_answer():
    """One line names the option to check."""
    with pytest.raises(Fault, match="--db-url"), postgres.running("postgresql://u@127.0.0.1:1"):
        pass


def test_users_lock_is_shared(state):
    """A killed run holds no lock: the kernel frees it."""
    with postgres.running(), open(postgres._users_file(), "w") as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
