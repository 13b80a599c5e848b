"""A whole life without a way out: run inside a network namespace that has the loopback alone.

Installs the addons, serves, logs in, walks through the back office and the public pages in a real
browser, runs every cron, and last lets the addon that leaks on purpose call a machine outside.
Prints what the browser asked of other hosts, one a line.
"""

import fcntl
import os
import shutil
import socket
import struct
import sys

import boot
import requests
from client import CODES, SECRETS, Client

from launcher import database, environment, odoo_process, postgres
from launcher.fixtures import CHROMIUM
from launcher.jobs.test import dependencies_template
from launcher.paths import OURS

LOOK = 1500  # milliseconds on each page; the web client is never quite idle
PAGES = (
    "/odoo",
    "/odoo/contacts",
    "/odoo/calendar",
    "/odoo/discuss",
    "/odoo/settings",
    "/odoo/apps",
    "/odoo/events",
    "/odoo/res.partner/new",
    "/odoo/mailing.mailing/new",
    "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action",
)


def loopback_up() -> None:
    """Switch `lo` on, which a fresh namespace has off (Linux: SIOCSIFFLAGS, IFF_UP)."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1))


def main(name: str) -> None:
    """Live."""
    loopback_up()
    odoo = environment.odoo(os.environ.get("EMBASSY_ODOO_PATH"))
    with postgres.running(os.environ.get("EMBASSY_DB_URL")) as server:
        database.create(server, name, dependencies_template(odoo, server))
        try:
            words = ["-i", ",".join((*OURS, boot.LEAKY)), "--addons-path", boot.addons_path(odoo)]
            odoo_process.install(odoo, server, name, words, "Installing without a network")
            port = odoo_process.free_port()
            more = ("--addons-path", boot.addons_path(odoo))
            with odoo_process.serving(odoo, server, name, port, *more):
                live(f"http://127.0.0.1:{port}", name)
        finally:
            database.drop(server, name)


def live(address: str, name: str) -> None:
    """Use the server as people and as the clock do."""
    walk(address)
    client = Client(address, name, "admin", "admin", password="admin")  # noqa: S106 - a fresh database
    found = client.call("ir.cron", "search", [[]]).json()["result"]
    for cron_id in found:
        client.call("ir.cron", "method_direct_trigger", [[cron_id]])
    requests.post(
        f"{address}/html_editor/link_preview_external",
        json={"params": {"preview_url": "http://preview.example.org/"}},
        timeout=30,
    )
    client.call("embassy.leaky", "call_home", [])


def walk(address: str) -> None:
    """Open pages and look at each for a moment."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        page = browser.new_page()
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("http", "ws"))
                and not request.url.split("://")[1].startswith(address.split("://")[1])
                and print(f"browser: {request.url}", flush=True)
            ),
        )
        page.goto(f"{address}/web/login")
        page.fill("input[name=login]", "admin")
        page.fill("input[name=password]", "admin")
        page.click("button[type=submit]")
        SECRETS["admin"] = page.inner_text("code").replace(" ", "")
        page.fill("input[name=code]", CODES.fresh(SECRETS["admin"]))
        page.click("form[name=code] button")
        for path in (*PAGES, "/embassy", "/my", "/web/login"):
            page.goto(address + path)
            page.wait_for_timeout(LOOK)
            print(f"opened {path}: {page.title()}", flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
