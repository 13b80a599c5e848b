"""Runs Odoo: its configuration, installations with a bar, and the server until Ctrl-C."""

import contextlib
import ctypes
import os
import re
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

from .console import Fault, progress
from .environment import Odoo
from .paths import DATA, LOGS, ODOO_BIN, ROOT, VENV, VENV_PYTHON, state
from .postgres import TEMPLATE, Server

_LOADING = re.compile(r" odoo\.modules\.loading: Loading module (\S+) \((\d+)/(\d+)\)")
_SERIOUS = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) ")


def configuration(odoo: Odoo, server: Server) -> Path:
    """Write `.embassy/odoo.conf` for this Odoo and this database server, and return its path."""
    values = {
        "addons_path": odoo.addons_path(),
        "data_dir": DATA,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password,
        "db_template": TEMPLATE if server.embedded else "template0",
        "unaccent": True,
        "skip_auto_install": True,
        "server_wide_modules": "base,web",
        "http_interface": "127.0.0.1",
        "list_db": False,
        "admin_passwd": secrets.token_urlsafe(24),
        "max_cron_threads": 1,
    }
    path = state("odoo.conf")
    text = "[options]\n" + "".join(
        f"{name} = {value}\n" for name, value in values.items() if value != ""
    )
    # Another run may be starting Odoo at this moment: it sees the old file or the new one, whole.
    part = path.with_suffix(f".{os.getpid()}")
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(path)
    return path


def environment(odoo: Odoo, server: Server) -> dict[str, str]:
    """Return the environment in which `odoo_bin.py` and every command of Odoo run."""
    programs = [str(VENV / "bin")] + ([str(server.programs)] if server.programs else [])
    return {
        **os.environ,
        "PATH": os.pathsep.join([*programs, os.environ["PATH"]]),
        "EMBASSY_ODOO": str(odoo.root),
        "ODOO_RC": str(configuration(odoo, server)),
        "PYTHONUNBUFFERED": "1",
        "EMBASSY_PEPPER": os.environ.get("EMBASSY_PEPPER") or _pepper(),
    }


def _pepper() -> str:
    """Return the pepper of this folder's databases, in hexadecimal digits; it is made once."""
    path = state("pepper")
    if not path.exists():
        part = path.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(part, path)  # whoever comes first
        part.unlink()
    return path.read_text()


def command(*words: str, script: Path = ODOO_BIN) -> list[str]:
    """Return the command line of Odoo with these words."""
    return [str(VENV_PYTHON), str(script), *words]


def tests_command(name: str, tags: Iterable[str], *words: str) -> list[str]:
    """Return the command line that runs Odoo's tests with these tags in a database, then ends."""
    return command(
        "-d",
        name,
        *words,
        "--stop-after-init",
        "--test-tags",
        ",".join(tags),
        "--max-cron-threads=0",
        "--http-port",
        str(free_port()),
        script=ROOT / "launcher" / "odoo_tests.py",
    )


def _die_with_parent() -> None:
    """Let the kernel end a child whose launcher was killed (Linux: prctl PR_SET_PDEATHSIG)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@contextlib.contextmanager
def child(words: list[str], **options) -> Iterator[subprocess.Popen]:
    """Run a process of its own session, so that Ctrl-C reaches only the launcher, and end it."""
    process = subprocess.Popen(
        words,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=_die_with_parent,
        **options,
    )  # noqa: PLW1509
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        with contextlib.suppress(ProcessLookupError):  # browsers and workers of a killed Odoo
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def install(odoo: Odoo, server: Server, database: str, words: list[str], title: str) -> None:
    """Install or update modules in a database, showing a bar over the modules.

    Raises:
        Fault: Odoo ended badly or logged an error; the line names the log.
    """
    log = state("log", f"{database}.log")
    words = command(
        "-d", database, "--stop-after-init", "--no-http", "--max-cron-threads=0", *words
    )
    serious: list[str] = []
    with (
        log.open("w") as copy,
        progress(1, title, "module") as bar,
        child(
            words,
            env=environment(odoo, server),
            stdout=subprocess.PIPE,
            text=True,
            stderr=subprocess.STDOUT,
            errors="replace",
        ) as process,
    ):
        for line in process.stdout:
            copy.write(line)
            if _SERIOUS.match(line):
                serious.append(line)
            if (match := _LOADING.search(line)) and int(match[3]) > 1:
                bar.total = int(match[3])
                bar.update(int(match[2]) - bar.n)
        failed = process.wait()
    if failed or serious:
        text = log.read_text(errors="replace")
        if "No space left" in text:
            raise Fault("The disk is full: free some space and run the same command again.")
        reason = serious[0].split(" ", 4)[-1].strip() if serious else text.strip()[-300:]
        raise Fault(f"{title} failed: {reason} (all of it: {log})")


def interactive(odoo: Odoo, server: Server, words: list[str]) -> int:
    """Run a command of Odoo with the terminal's input, and return its exit code.

    Ctrl-C is the command's: a shell goes on after it.
    """
    return foreground(command(*words), environment(odoo, server))


def foreground(words: list[str], env: dict[str, str]) -> int:
    """Run a program with the terminal's input; Ctrl-C is the program's."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(
            words,
            env=env,
            check=False,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def port_is_free(port: int) -> bool:
    """Say whether a server can listen on this port of 127.0.0.1."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def log_of(database: str) -> Path:
    """Return the log of the server of a database."""
    return LOGS / f"{database}.serve.log"


@contextlib.contextmanager
def serving(
    odoo: Odoo, server: Server, database: str, port: int, *extra: str
) -> Iterator[subprocess.Popen]:
    """Serve one database on 127.0.0.1 until the block ends; the login page answers at its start.

    Args:
        extra: more words for Odoo's command line.

    Raises:
        Fault: Odoo ended before it answered.
    """
    log = log_of(database)
    log.parent.mkdir(parents=True, exist_ok=True)
    words = command(
        "-d", database, "--db-filter", f"^{re.escape(database)}$", "--http-port", str(port), *extra
    )
    log.unlink(missing_ok=True)
    with (
        log.open("a") as output,
        child(
            words, env=environment(odoo, server), stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        while not _answers(f"http://127.0.0.1:{port}/web/health"):
            if process.poll() is not None:
                raise Fault(
                    f"Odoo ended at once: {log.read_text(errors='replace')[-300:].strip()} "
                    f"(all of it: {log})"
                )
            time.sleep(0.1)
        yield process


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - http, loopback
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
