"""Two people of one chapter: behind the walls Odoo stays as pleasant as it is."""

import os
import subprocess

from playwright.sync_api import expect

from launcher import odoo_process

# As the mail server hands over an answer to the last message on a record.
REPLY = """
message = env["mail.message"].search(
    [("model", "=", "calendar.event"), ("body", "ilike", "bring the papers")], limit=1)
raw = (
    "From: Alena Rabinka <outreach-officer.one@example.org>\\n"
    "To: catchall@example.org\\n"
    "Subject: Re: papers\\n"
    "Message-Id: <answer-from-a-phone@example.org>\\n"
    f"In-Reply-To: {message.message_id}\\n"
    "Content-Type: text/plain\\n\\n"
    "I have them in my bag.\\n")
print("LANDED", env["mail.thread"].message_process(False, raw.encode()))
env.cr.commit()
"""


def test_colleagues_write_meet_and_mention(page, office, second, odoo, database_server):
    """A chat arrives while one looks on, an invitation stands in both calendars, a mention finds
    its person, and an answer by mail lands in the chatter."""
    office.log_in("coordinator")
    second.log_in("outreach_officer")
    second.page.goto("/odoo/discuss")
    expect(second.page.locator(".o-mail-Discuss")).to_be_visible()

    page.goto("/odoo/discuss")
    expect(page.locator(".o-mail-Discuss")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("@Alena")
    page.locator(".o_command", has_text="Alena Rabinka").first.click()
    write(page, "Good morning from the office")
    second.page.locator(".o-mail-DiscussSidebar").get_by_text("Maryla Sosna").click()
    expect(second.page.get_by_text("Good morning from the office").first).to_be_visible()
    write(second.page, "Good morning, the files are ready")
    expect(page.get_by_text("the files are ready").first).to_be_visible()
    page.screenshot(path=office.screens / "colleagues-chat.png")

    page.goto("/odoo/calendar/new")
    office.fill("name", "Preparing Thursday")
    attendees = office.field("partner_ids").locator("input")
    attendees.fill("Alena")
    page.locator(".o-autocomplete--dropdown-item", has_text="Alena Rabinka").click()
    office.save()
    page.get_by_role("button", name="Log note").click()
    composer = page.locator(".o-mail-Composer-input")
    composer.press_sequentially("Please bring the papers @Alen", delay=30)
    page.locator(".o-mail-Composer-suggestion", has_text="Alena Rabinka").first.click()
    page.locator(".o-mail-Composer-send").click()
    expect(page.locator(".o-mail-Message", has_text="bring the papers")).to_contain_text(
        "@Alena Rabinka"
    )

    # Late on a Saturday the next half hour lies in another week, which the calendar does not show.
    second.page.goto("/odoo/calendar")
    second.page.locator(".o_switch_view.o_list").click()
    expect(second.row("Preparing Thursday")).to_be_visible()
    result = subprocess.run(
        odoo_process.command(
            "shell", "-d", f"embassy_test_{os.getpid()}", "--no-http", "--log-level=error"
        ),
        env=odoo_process.environment(odoo, database_server),
        input=REPLY,
        text=True,
        capture_output=True,
        check=False,
    )
    assert "LANDED" in result.stdout, result.stderr[-2000:]
    page.reload()
    answer = page.locator(".o-mail-Message", has_text="in my bag")
    expect(answer).to_contain_text("Alena Rabinka")
    page.screenshot(path=office.screens / "colleagues-meeting.png")


def write(page, text):
    """Send a message in the open conversation."""
    composer = page.locator(".o-mail-Composer-input").first
    composer.fill(text)
    composer.press("Enter")
