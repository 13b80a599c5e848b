"""The fixtures of the probes: `world`, two planted chapters and a server; `books`, what came out.

`./embassy test walls --plain` sets EMBASSY_PLAIN: then the world is Odoo and OCA without our
addons, and the tests ask whether the probes see what is known to leak there.
"""

import contextlib
import multiprocessing
import os
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import boot
import plant
from client import Client
from hits import Book, table

from launcher import database, odoo_process
from launcher.fixtures import *  # noqa: F403 - pytest finds fixtures by their names here
from launcher.paths import state

PLAIN = bool(os.environ.get("EMBASSY_PLAIN"))
REPORT = state("walls-report.txt")


def pytest_ignore_collect(collection_path):
    """Run the tests of plain Odoo by their option alone, and then nothing else."""
    if collection_path.name.startswith("test_"):
        return PLAIN != (collection_path.name == "test_plain.py")
    return None


class World:
    """A database with two planted chapters, seen from inside and through its server."""

    def __init__(self, odoo, server, name: str, planters):
        self.odoo, self.server, self.name = odoo, server, name
        self.a, self.b = planters
        self.registry = boot.registry(odoo, server, name)
        self.port = odoo_process.free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.logins = {}
        with self.root() as env:
            for role, uid in self.b.people.items():
                self.logins[role] = env["res.users"].browse(uid).login

    def root(self):
        """An environment of the system; nothing of it stays."""
        return boot.environment(self.registry, 1, [1], su=True)

    def client(self, role: str) -> Client:
        """A person of chapter B at the server's door; `public` has no account."""
        login = None if role == "public" else self.logins[role]
        return Client(self.address, self.name, role, login)

    @contextlib.contextmanager
    def serving(self):
        """Serve the database."""
        words = ("--addons-path", boot.addons_path(self.odoo), "--max-cron-threads=0")
        with odoo_process.serving(
            self.odoo, self.server, self.name, self.port, *words, "--log-level=error"
        ):
            yield self


@pytest.fixture(scope="session")
def planted(odoo, database_server):
    """A database with two planted chapters that nobody is connected to, and their planters."""
    template = boot.template(odoo, database_server, PLAIN)
    name = f"embassy_test_{os.getpid()}"
    database.drop(database_server, name)
    database.create(database_server, name, template)
    config = [row["model"] for row in table("unplanted.csv")]
    registry = boot.registry(odoo, database_server, name)
    planters = [plant.plant_chapter(registry, letter, config, PLAIN) for letter in "AB"]
    boot.leave(name)
    yield name, planters
    database.drop(database_server, name)


@pytest.fixture(scope="session")
def copy(odoo, database_server, planted):
    """Make a world of its own for a probe that changes what it looks at."""
    template, planters = planted

    @contextlib.contextmanager
    def make(suffix: str):
        before = getattr(threading.current_thread(), "dbname", None)
        parts = template.rsplit("_", 1)
        name = f"{parts[0]}_{suffix}_{parts[1]}"
        database.create(database_server, name, template)
        try:
            yield World(odoo, database_server, name, planters)
        finally:
            threading.current_thread().dbname = before  # where Odoo looks for the other worlds
            boot.leave(name)
            database.drop(database_server, name)

    return make


@pytest.fixture(scope="session")
def world(copy):
    """The world that is only looked at."""
    with copy("look") as world:
        yield world


@pytest.fixture(scope="session")
def served(world):
    """The world behind its server."""
    with world.serving():
        yield world


@pytest.fixture(scope="session")
def books(world):
    """What each channel came to; written as the report when all is done."""
    found: dict[str, Book] = {}
    yield found
    total = Book()
    total.names = frozenset(world.registry)
    for book in found.values():
        total.add(book)
    lines = [
        f"markers planted: {len(world.a.in_database)} in chapter A, "
        f"{len(world.b.in_database)} in chapter B, in {len(world.a.rows)} models",
        f"channels probed: {len(total.asked)}",
        f"requests sent: {sum(total.asked.values())}",
        *(f"  {channel}: {count}" for channel, count in sorted(total.asked.items())),
        f"leaks on purpose found: {len(total.planted)}",
        f"visible on purpose: {len(total.meant)}",
        f"hits: {len(total.hits)}",
        total.summary(),
    ]
    REPORT.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def side_by_side(work, tasks: list) -> list:
    """Do tasks in as many processes as there are processors, each with its own connections."""
    global _work
    _work = work  # the processes are forks: they need no pickled function
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), _leave_connections) as pool:
        return list(pool.imap_unordered(_do, tasks, chunksize=1))


def _do(task):
    return _work(task)


def _leave_connections():
    """Leave the parent's connections open and unused: closing one here would end it there."""
    import odoo.sql_db

    _left.extend(odoo.sql_db._Pool._connections)
    odoo.sql_db._Pool._connections = []


_left: list = []
