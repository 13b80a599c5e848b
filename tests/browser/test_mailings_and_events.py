"""Two people of one chapter make a mailing and an event, as Odoo knows these."""

import os
import subprocess

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from launcher import odoo_process
from launcher.odoo_process import free_port

# The admin gives a chapter's people the groups of Odoo, and Odoo a mail server.
PREPARE = """
people = env["res.users"].search([("login", "in",
    ["coordinator.one@example.org", "outreach-officer.one@example.org"])])
groups = env.ref("event.group_event_user") | env.ref("mass_mailing.group_mass_mailing_user")
people.write({{"group_ids": [({command}, group.id) for group in groups]}})
env["ir.mail_server"].search([]).unlink()
if {port}:
    env["ir.mail_server"].create({{"name": "sink", "smtp_host": "127.0.0.1", "smtp_port": {port},
        "smtp_encryption": "none"}})
env.cr.commit()
# The server keeps groups in its cache until it hears that they have changed.
env.registry.signal_changes()
print("PREPARED")
"""


class Sink:
    """A mail server that keeps what it gets."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd calls it so
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@pytest.fixture(scope="module")
def sink(odoo, database_server, server):
    """Where mails arrive while two people of the chapter may send mailings and hold events."""

    def prepare(**values):
        result = subprocess.run(
            odoo_process.command(
                "shell", "-d", f"embassy_test_{os.getpid()}", "--no-http", "--log-level=error"
            ),
            env=odoo_process.environment(odoo, database_server),
            input=PREPARE.format(**values),
            text=True,
            capture_output=True,
            check=False,
        )
        assert "PREPARED" in result.stdout, result.stderr[-2000:]

    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    prepare(command=4, port=controller.port)
    yield sink
    prepare(command=3, port=0)
    controller.stop()


def test_colleagues_make_a_mailing(page, office, second, sink):
    """One writes and chooses who gets it, the other reads it, and a first copy arrives."""
    office.log_in("outreach_officer")
    second.log_in("coordinator")
    page.goto("/odoo/mailing-lists/new")
    office.settled()
    office.fill("name", "Friends of the chapter")
    office.save()
    page.goto("/odoo/email-marketing/new")
    office.settled()
    office.fill("subject", "Letter of the month")
    office.choose("contact_list_ids", "Friends of the chapter")
    page.locator(".o_mailing_template_preview_wrapper [data-name='basic']").click()
    expect(page.locator(".o_mailing_template_preview_wrapper")).to_have_count(0)
    office.save()
    office.shot("mailing")

    second.page.goto(page.url)
    second.settled()
    expect(second.field("contact_list_ids")).to_contain_text("Friends of the chapter")
    second.click("Test")
    dialog = second.page.get_by_role("dialog")
    second.fill("email_to", "reader@example.org", dialog)
    second.shot("mailing-test")
    dialog.get_by_role("button", name="Send test", exact=True).click()
    expect(dialog).to_have_count(0)
    # Odoo also tells people of a login from a new device.
    [text] = [text for recipients, text in sink.mails if recipients == ["reader@example.org"]]
    assert "Letter of the month" in text


def test_colleagues_hold_an_event(page, office, second, sink):
    """One makes it and asks the other in; the other finds it and registers somebody."""
    office.log_in("outreach_officer")
    second.log_in("coordinator")
    page.goto("/odoo/events/new")
    office.settled()
    office.fill("name", "Evening of songs")
    office.choose("user_id", "Maryla Sosna")
    office.save()
    page.get_by_role("button", name="Log note").click()
    page.locator(".o-mail-Composer-input").press_sequentially("Please come @Mary", delay=30)
    page.locator(".o-mail-Composer-suggestion", has_text="Maryla Sosna").first.click()
    page.locator(".o-mail-Composer-send").click()
    expect(page.locator(".o-mail-Message", has_text="Please come")).to_contain_text("@Maryla Sosna")

    second.page.goto("/odoo/events")
    second.settled()
    second.page.locator(".o_kanban_record", has_text="Evening of songs").click()
    second.settled()
    expect(second.page.locator(".o-mail-Message", has_text="Please come")).to_be_visible()
    second.page.get_by_role("button", name="Attendees").click()
    second.settled()
    second.click("New")
    second.settled()
    second.fill("name", "Hanna Vydumka")
    second.fill("email", "hanna@example.org")
    second.save()

    page.reload()
    office.settled()
    office.shot("event")
    page.get_by_role("button", name="Attendees").click()
    office.settled()
    expect(page.get_by_text("Hanna Vydumka")).to_be_visible()
    office.shot("event-attendees")
    # The mail to the guest shows pictures from the address that this house has otherwise.
    second.page.complaints.clear()
