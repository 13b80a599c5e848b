"""The whole way of a request: keys, the form without JavaScript, the file, the answer."""

import io
import re

from aiosmtpd.controller import Controller
from conftest import PHONE, WIDE
from playwright.sync_api import expect
from pypdf import PdfWriter
from test_keys import answer_back, groups_of, make_key, picture
from test_public import CHECK

from launcher.odoo_process import free_port

STORY = "Проба: мы ўдваіх, сёння няма дзе начаваць. Дапамажыце, калі ласка."
THREAT = "Проба: яны пішуць мне кожны дзень."


def whole_pdf():
    """A PDF of one empty page (bytes)."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(99, 99)
    writer.write(file)
    return file.getvalue()


def both_sizes(page, screens, name):
    """Look at a page of the back office as people do, wide and on a phone."""
    for suffix, size in (("wide", WIDE), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.locator(".o_notebook_headers").evaluate("e => e.scrollIntoView()")
        page.screenshot(path=screens / f"{name}-{suffix}.png", animations="disabled")
    page.set_viewport_size(WIDE)


def open_request(page):
    """Open the newest emergency of the queue at its tab File, and return the tab."""
    page.goto("/odoo/requests")
    page.locator(".o_data_row", has_text="Emergency").last.locator("[name=number]").click()
    page.get_by_role("tab", name="File").click()
    return page.locator(".o_embassy_sealed_file")


def item(tab, label):
    """The entry of the file with this kind."""
    return tab.locator(".list-group-item").filter(has=tab.page.get_by_text(label, exact=True))


class Mails:
    """A mail server that keeps what it is given."""

    def __init__(self):
        self.kept = []

    async def handle_DATA(self, server, session, envelope):
        self.kept.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


# The server's own queue rests meanwhile: two at once would send one mail.
NEWS = """
queue = env.ref("mail.ir_cron_mail_scheduler_action")
queue.active = False
env.cr.commit()
env["ir.mail_server"].create(
    {{"name": "probe", "smtp_host": "127.0.0.1", "smtp_port": {port}, "smtp_encryption": "none"}})
env["embassy.case.alert"]._cron_wake()
env["mail.mail"].search([("is_news", "=", True)]).send()
env["ir.mail_server"].search([]).unlink()
queue.active = True
"""
# A quarter of a year goes by for what is closed; the database is told, as no person can.
LATER = """
env.cr.execute("UPDATE helpdesk_ticket SET closed_date = closed_date - interval '91 days'"
               " WHERE is_case AND NOT is_open")
env["embassy.purge"]._cron_erase()
"""


def news(in_odoo):
    """Let the system tell its news to a real mail server; the recipients, and the bytes."""
    mails = Mails()
    controller = Controller(mails, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        in_odoo(NEWS.format(port=controller.port))
    finally:
        controller.stop()
    return sorted(to for people, _content in mails.kept for to in people), mails.kept


def ask_for_help(asker, screens, need, story, file=None, name="request"):
    """Send the form of Iceland without scripts, and return the digits."""
    asker.goto("/embassy/is?l=en")
    asker.get_by_role("link", name="Ask for help").first.click()
    asker.goto(asker.url.split("?")[0] + "?l=be")
    asker.screenshot(path=screens / f"{name}-form-phone.png", full_page=True)
    asker.locator(f"input[name=need][value={need}]").check()
    asker.locator("input[name=urgency][value=emergency]").check()
    asker.locator("textarea[name=story]").fill(story)
    if file:
        asker.locator("input[name=files]").set_input_files(file)
    asker.locator("input[name=purpose]").first.check()
    asker.locator("button.button[type=submit]").first.click()
    asker.screenshot(path=screens / f"{name}-number-phone.png", full_page=True)
    digits = asker.locator(".digits").inner_text()
    assert re.fullmatch(r"(\d{4}\s*){5}", digits)
    return digits


def two_keys_and_the_chapters(page, second, office, screens):
    """Two coordinators make keys, and the first that of the chapter; the first one's phrase."""
    second.log_in("second_coordinator").page.goto("/sealed")
    make_key(second.page)
    office.log_in("coordinator")
    page.goto("/sealed")
    phrase = make_key(page)
    page.get_by_role("button", name="Make the chapter's key").click()
    picture(page, screens, "chapter-new")
    answer_back(page, groups_of(page))
    page.get_by_role("button", name="I have written it down").click()
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_visible()
    return phrase


def unlock(tab, phrase):
    tab.get_by_label("Your passphrase").fill(phrase)
    tab.get_by_role("button", name="Open", exact=True).click()
    expect(tab.get_by_role("button", name="Lock now")).to_be_visible()


def test_request_from_the_form_to_the_end(
    browser, server, page, office, second, screens, in_odoo
):
    phrase = two_keys_and_the_chapters(page, second, office, screens)
    context = browser.new_context(
        base_url=server, java_script_enabled=False, locale="be-BY", viewport=PHONE
    )
    asker = context.new_page()
    paper = {"name": "Папера.pdf", "mimeType": "application/pdf", "buffer": whole_pdf()}
    digits = ask_for_help(asker, screens, "shelter", STORY, paper)
    assert context.cookies() == []

    # Somebody on duty is woken by a mail that says nothing but that there is news.
    page.goto("/odoo/requests")
    office.go("Assistance", "Settings", "Duty")
    office.click("New")
    row = page.locator(".o_selected_row")
    row.locator(".o_field_widget[name=user_id] input").fill("Maryla")
    page.locator(".o-autocomplete--dropdown-item:visible").first.click()
    page.locator(".o_list_button_save:visible").click()
    expect(office.row("Maryla Sosna").first).to_be_visible()
    people, mails = news(in_odoo)
    assert "coordinator.one@example.org" in people
    assert len(people) == len(set(people))
    (screens / "request-mail.eml").write_bytes(mails[0][1])
    assert news(in_odoo) == ([], [])

    tab = open_request(page)
    expect(tab.get_by_role("button", name="Open", exact=True)).to_be_visible()
    both_sizes(page, screens, "request-locked")
    unlock(tab, phrase)
    story = item(tab, "Story")
    story.get_by_role("button", name="Open").click()
    expect(story).to_contain_text(STORY)
    expect(story).to_contain_text("Asks for")
    with page.expect_download() as saved:
        item(tab, "File").get_by_role("button").click()
    assert saved.value.suggested_filename.endswith(".pdf")
    tab.get_by_label("Reply to the person").check()
    tab.get_by_label("Text").fill("Прыходзьце сёння да шостай.")
    tab.get_by_role("button", name="Keep it sealed").click()
    expect(item(tab, "Reply")).to_be_visible()
    tab.locator("input[type=file]").set_input_files(
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Probe of a colleague"}
    )
    expect(item(tab, "File")).to_have_count(2)
    tab.locator("input[type=file]").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"MZ\0\0"}
    )
    expect(tab.get_by_role("alert")).to_contain_text("cannot take file 1")
    both_sizes(page, screens, "request-file")
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_role("heading", name="Who opened what")).to_be_visible()
    expect(page.get_by_role("cell", name="Story")).to_be_visible()
    both_sizes(page, screens, "request-history")

    asker.goto("/embassy/receipt?l=be")
    asker.locator("input[name=receipt]").fill(digits)
    asker.locator("button.button[type=submit]").first.click()
    expect(asker.get_by_text("Прыходзьце сёння да шостай.")).to_be_visible()
    expect(asker.get_by_text(STORY)).to_have_count(0)
    asker.screenshot(path=screens / "request-answer-phone.png", full_page=True)
    asker.locator("textarea[name=answer]").fill("Проба: дзякуй, прыйдзем.")
    asker.locator("form:has(textarea[name=answer]) button[type=submit]").first.click()
    asker.screenshot(path=screens / "request-thanks-phone.png", full_page=True)
    page.get_by_role("tab", name="File").click()
    page.reload()
    tab = page.locator(".o_embassy_sealed_file")
    page.get_by_role("tab", name="File").click()
    item(tab, "Answer").get_by_role("button", name="Open").click()
    expect(item(tab, "Answer")).to_contain_text("прыйдзем")

    office.click("Take")
    expect(office.status()).to_contain_text("Intake")
    office.click("Close")
    page.locator(".modal").get_by_label("Goals met").check()
    page.locator(".modal").get_by_role("button", name="Close the case").click()
    expect(office.status()).to_contain_text("Closed")
    both_sizes(page, screens, "request-closed")
    in_odoo(LATER)
    office.go("Assistance", "Settings", "What was erased")
    expect(office.rows().first).to_be_visible()
    office.shot("request-erased", phone=True)
    asker.goto("/embassy/receipt?l=be")
    asker.locator("input[name=receipt]").fill(digits)
    asker.locator("button.button[type=submit]").first.click()
    expect(asker.get_by_role("alert")).to_be_visible()
    asker.screenshot(path=screens / "request-gone-phone.png", full_page=True)

    # Somebody is threatened: two people are named, and only they open what is told.
    office.go("Embassy", "My chapter", "My chapter")
    office.tab("Requests for help")
    for name in ("Maryla Sosna", "Zośka Lipa"):
        office.choose("protected_holder_ids", name)
    office.shot("requests-settings", phone=True)
    office.save()
    ask_for_help(asker, screens, "recruit", THREAT, name="threat")
    context.close()
    tab = open_request(second.page)
    expect(tab.get_by_text("Protected.")).to_be_visible()
    item(tab, "Story").get_by_role("button", name="Open").click()
    expect(item(tab, "Story")).to_contain_text(THREAT)
    both_sizes(second.page, screens, "threat-file")

    office.go("Assistance", "Requests")
    with page.context.expect_page() as desk:
        page.get_by_role("button", name="Enter a request for somebody").click()
    expect(desk.value.get_by_text("You write for somebody")).to_be_visible()
    desk.value.screenshot(path=screens / "request-desk-wide.png", full_page=True)

    reader = browser.new_context(base_url=server, viewport=WIDE)
    with_scripts = reader.new_page()
    for path in ("/embassy/is/help?l=en", "/embassy/receipt?l=be"):
        with_scripts.goto(path)
        assert with_scripts.evaluate(CHECK) == [], path
    reader.close()
