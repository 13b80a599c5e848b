"""The whole way of a request: keys, the form without JavaScript, the file, the answer."""

import io
import re

from conftest import PHONE, WIDE
from playwright.sync_api import expect
from pypdf import PdfWriter
from test_keys import answer_back, groups_of, make_key, picture
from test_public import CHECK

STORY = "Проба: мы ўдваіх, сёння няма дзе начаваць. Дапамажыце, калі ласка."

def whole_pdf():
    """A PDF of one empty page (bytes)."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(99, 99)
    writer.write(file)
    return file.getvalue()


def test_request_from_the_form_to_the_receipt(browser, server, page, office, second, screens):
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

    context = browser.new_context(
        base_url=server, java_script_enabled=False, locale="be-BY", viewport=PHONE
    )
    asker = context.new_page()
    asker.goto("/embassy/is?l=en")
    asker.get_by_role("link", name="Ask for help").first.click()
    asker.goto(asker.url.split("?")[0] + "?l=en")
    asker.screenshot(path=screens / "request-form-phone.png", full_page=True)
    asker.locator("input[name=need]").first.check()
    asker.locator("input[name=urgency][value=emergency]").check()
    asker.locator("textarea[name=story]").fill(STORY)
    asker.locator("input[name=files]").set_input_files(
        {"name": "Папера.pdf", "mimeType": "application/pdf", "buffer": whole_pdf()}
    )
    asker.locator("input[name=purpose]").first.check()
    asker.get_by_role("button", name="Send", exact=True).click()
    asker.screenshot(path=screens / "request-sent-phone.png", full_page=True)
    digits = asker.locator(".digits").inner_text()
    assert re.fullmatch(r"(\d{4}\s*){5}", digits)
    assert context.cookies() == []
    asker.screenshot(path=screens / "request-number-phone.png", full_page=True)

    page.goto("/odoo/requests")
    page.locator(".o_data_row, .o_kanban_record").first.click()
    page.get_by_role("tab", name="File").click()
    tab = page.locator(".o_embassy_sealed_file")
    expect(tab.get_by_role("button", name="Open", exact=True)).to_be_visible()
    for name, size in (("wide", WIDE), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=screens / f"request-locked-{name}.png")
    page.set_viewport_size(WIDE)
    tab.get_by_label("Your passphrase").fill(phrase)
    tab.get_by_role("button", name="Open", exact=True).click()
    story = tab.locator(".list-group-item", has_text="Story")
    story.get_by_role("button", name="Open").click()
    expect(story).to_contain_text(STORY)
    with page.expect_download() as saved:
        tab.locator(".list-group-item", has_text="File").get_by_role("button").click()
    assert saved.value.suggested_filename.endswith(".pdf")
    tab.get_by_label("Reply to the person").check()
    tab.get_by_label("Text").fill("Прыходзьце сёння да шостай.")
    tab.get_by_role("button", name="Keep it sealed").click()
    expect(tab.locator(".list-group-item", has_text="Reply")).to_be_visible()
    for name, size in (("wide", WIDE), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=screens / f"request-file-{name}.png")

    asker.goto("/embassy/receipt?l=en")
    asker.locator("input[name=receipt]").fill(digits)
    asker.get_by_role("button", name="See the answer").click()
    expect(asker.get_by_text("Прыходзьце сёння да шостай.")).to_be_visible()
    expect(asker.get_by_text(STORY)).to_have_count(0)
    asker.screenshot(path=screens / "request-answer-phone.png", full_page=True)
    context.close()
    reader = browser.new_context(base_url=server, viewport=WIDE)
    with_scripts = reader.new_page()
    for path in ("/embassy/is/help?l=en", "/embassy/receipt?l=be"):
        with_scripts.goto(path)
        assert with_scripts.evaluate(CHECK) == [], path
    reader.close()
