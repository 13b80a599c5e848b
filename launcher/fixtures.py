"""pytest fixtures for tests that stand outside Odoo: a served demo database, and a real browser.

A `conftest.py` takes them over by `from launcher.fixtures import *`. The runner gives the options
--odoo and --db-url of `./embassy test` in EMBASSY_ODOO_PATH and EMBASSY_DB_URL.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from . import addons, database, environment, odoo_process, postgres, results, second_factor
from .paths import LOGS, STATE

__all__ = [
    "browser",
    "database_server",
    "in_odoo",
    "log_in",
    "logins",
    "odoo",
    "page",
    "screens",
    "second_page",
    "server",
]

# Tests open by hand what a role may not read, and Odoo logs each refusal.
REFUSALS = (
    "odoo.http: This record is not there, or it is not yours to see.",
    "odoo.http: You are not allowed to access 'Event'",
)

# Chromium's own calls home are off, so that a request to another host is one of ours.
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def odoo() -> environment.Odoo:
    """The Odoo that the run uses."""
    return environment.odoo(os.environ.get("EMBASSY_ODOO_PATH"))


@pytest.fixture(scope="session")
def database_server() -> Iterator[postgres.Server]:
    """The database server that the run uses."""
    with postgres.running(os.environ.get("EMBASSY_DB_URL")) as server:
        yield server


def demo_template(odoo: environment.Odoo, server: postgres.Server) -> str:
    """Return a database with our addons and their demo data, made anew when any of it changed."""
    name = f"embassy_demo_{addons.key(*map(str, database.code_state(odoo).items()))}"
    if not database.exists(server, name):
        for old in database.names(server, "embassy_demo_"):
            database.drop(server, old)
        database.install(odoo, server, name, demo=True)
        if complaints := results.complaints(LOGS / f"{name}_new.log"):
            database.drop(server, name)
            pytest.fail("Odoo complains while it installs:\n" + "\n".join(complaints))
    return name


@pytest.fixture(scope="session")
def server(odoo, database_server) -> Iterator[str]:
    """The address of an Odoo that serves a fresh copy of the demo database."""
    template = demo_template(odoo, database_server)
    name, port = f"embassy_test_{os.getpid()}", odoo_process.free_port()
    database.drop(database_server, name)
    database.create(database_server, name, template)
    try:
        with odoo_process.serving(odoo, database_server, name, port):
            yield f"http://127.0.0.1:{port}"
        complaints = [
            line
            for line in results.complaints(odoo_process.log_of(name))
            if not line.startswith(REFUSALS)
        ]
        assert not complaints, "Odoo's log complains:\n" + "\n".join(complaints)
    finally:
        database.drop(database_server, name)


@pytest.fixture
def in_odoo(odoo, database_server, server) -> Callable[[str], None]:
    """A function that runs Python in the database of `server`, as the system, and commits."""

    def run(code: str) -> None:
        words = odoo_process.command(
            "shell", "-d", f"embassy_test_{os.getpid()}", "--no-http", "--log-level", "warn"
        )
        environ = odoo_process.environment(odoo, database_server)
        done = subprocess.run(
            words,
            input=f"{code}\nenv.cr.commit()\n",
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.returncode and "Traceback" not in done.stderr, done.stderr[-3000:]

    return run


@pytest.fixture(scope="session")
def logins() -> dict[str, tuple[str, str]]:
    """The demo people: role -> (login, password) of the first with that role."""
    found: dict[str, tuple[str, str]] = {}
    for person in second_factor.people():
        found.setdefault(person.role, (person.login, person.password))
    return found


@pytest.fixture(scope="session")
def screens() -> Path:
    """The folder for screenshots."""
    folder = STATE / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser():
    """A real Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        pytest.skip("no Chromium: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def log_in():
    """A function that logs a demo person in: `log_in(page, login, password)`."""
    codes = second_factor.Codes()
    secrets = {person.login: person.totp_secret for person in second_factor.people()}

    def log_in(page, login, password):
        page.goto("/web/login")
        page.get_by_label("Email").fill(login)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Log in").click()
        if secret := secrets[login]:
            page.get_by_label("Authentication Code").fill(codes.fresh(secret))
            page.get_by_role("button", name="Log in").click()
        page.wait_for_url(re.compile(r"/(odoo|my)\b"))

    return log_in


@pytest.fixture
def page(browser, server):
    """A page in a fresh browser profile, `goto("/path")` being relative to the server.

    After the test it fails on an error in the console, on an uncaught error, and on a request to
    another host. A test that provokes an error empties `page.complaints` itself.
    """
    with _watched_page(browser, server) as page:
        yield page


@pytest.fixture
def second_page(browser, server):
    """A second `page`, in the browser of somebody else."""
    with _watched_page(browser, server) as page:
        yield page


@contextmanager
def _watched_page(browser, server):
    context = browser.new_context(
        base_url=server,
        viewport={"width": 1366, "height": 800},
        locale="en-GB",
        timezone_id="Europe/Vilnius",
    )
    page = context.new_page()
    page.screenshot = partial(_take_screenshot, page.screenshot)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(f"uncaught: {error}"))
    page.on(
        "console",
        lambda message: (
            message.type == "error"
            and page.complaints.append(
                f"console: {message.text} ({message.location.get('url', '')})"
            )
        ),
    )
    page.on(
        "request",
        lambda request: (
            _is_foreign(request.url, server)
            and page.complaints.append(f"request to another host: {request.url}")
        ),
    )
    yield page
    complaints = list(page.complaints)
    context.close()
    assert not complaints, "\n".join(complaints)


def _take_screenshot(take, **options):
    """Take a picture; a busy Chromium now and then says that it cannot, and then can."""
    from playwright.sync_api import Error

    for _try in range(2):
        try:
            return take(**options)
        except Error as error:
            if "Unable to capture screenshot" not in str(error):
                raise
    return take(**options)


def _is_foreign(address: str, server: str) -> bool:
    return bool(re.match(r"(https?|wss?):", address)) and not address.split("://")[1].startswith(
        server.split("://")[1]
    )
