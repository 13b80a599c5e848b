"""An installation of its own: PostgreSQL, files, sessions, logs and temporary folder in one place.

What a thief takes, and what breaks, is then all of one server and nothing of the run's other ones.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from launcher import database, odoo_process, postgres
from launcher.console import Fault
from launcher.fixtures import demo_template

NAME = "embassy_apart"
# As docker-compose.yml has it: what was committed stays, whatever is killed.
SETTINGS = {"synchronous_commit": "on", "max_wal_size": "256MB"}


class Apart:
    """The installation: `server` is its PostgreSQL, `address` where Odoo serves."""

    def __init__(self, odoo, folder: Path):
        self.odoo, self.folder = odoo, folder
        self.cluster = postgres.Cluster(folder / "pg", **SETTINGS)
        self.files, self.temporary = folder / "files", folder / "tmp"
        self.port = odoo_process.free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = odoo_process.log_of(NAME)
        self.server = self.process = None

    def prepare(self, source) -> None:
        """Start PostgreSQL with a copy of the demo database of another server."""
        template = demo_template(self.odoo, source)
        self.server = self.cluster.start()
        database.create(self.server, NAME)
        copy = self.folder / "copy"
        _run(source, "pg_dump", "-Fc", "-Z0", "-f", str(copy), "-d", template)
        # The extensions are there, and belong to the superuser.
        words = ("--no-owner", "--no-comments", "--exit-on-error", "-d", NAME, str(copy))
        _run(self.server, "pg_restore", *words)
        copy.unlink()
        shutil.copytree(database.filestore(template), self.files / "filestore" / NAME)
        self.temporary.mkdir()

    @contextlib.contextmanager
    def serving(self, *words: str, workers: int = 2):
        """Serve, as in production with workers that are processes."""
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = str(self.temporary)
        words = (
            "--data-dir",
            str(self.files),
            "--db_host",
            self.server.host,
            f"--workers={workers}",
            "--gevent-port",
            str(odoo_process.free_port()),
            "--max-cron-threads=1",
            *words,
        )
        try:
            with odoo_process.serving(self.odoo, self.server, NAME, self.port, *words) as process:
                self.process = process
                yield self
        finally:
            os.environ.pop("TMPDIR")
            if before is not None:
                os.environ["TMPDIR"] = before

    @contextlib.contextmanager
    def restarting(self, *words: str):
        """Serve, and start Odoo again whenever it ends, as Docker does."""
        over, started = threading.Event(), threading.Event()

        def supervise():
            while not over.is_set():
                with contextlib.suppress(Fault), self.serving(*words):
                    started.set()
                    while self.process.poll() is None and not over.wait(0.2):
                        pass

        thread = threading.Thread(target=supervise)
        thread.start()
        try:
            assert started.wait(120)
            yield self
        finally:
            over.set()
            thread.join()

    def rows(self, query: str, *values):
        """Ask the database as its superuser."""
        with contextlib.closing(self.server.connect(NAME, "postgres")) as connection:
            cursor = connection.cursor()
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def program(self, *words: str) -> None:
        """Run a client program of PostgreSQL as the superuser."""
        _run(self.server, *words, user="postgres")


def _run(server, program: str, *words: str, user: str | None = None) -> None:
    done = subprocess.run(
        [server.program(program), *words],
        env={**os.environ, **server.environment(), **({"PGUSER": user} if user else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{program}: {done.stderr[-2000:]}"


@contextlib.contextmanager
def installation(odoo, source):
    """Give an installation with the demo data; nothing of it stays."""
    folder = Path(tempfile.mkdtemp(prefix="embassy-"))
    folder.chmod(0o711)  # PostgreSQL's own user passes through
    apart = Apart(odoo, folder)
    try:
        apart.prepare(source)
        yield apart
    finally:
        apart.cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
