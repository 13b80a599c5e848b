"""A briefing from its first words to the public page, the feed and somebody's mail."""

import re

from conftest import PHONE, WIDE
from lxml import etree
from playwright.sync_api import expect
from test_public import CHECK

TITLE = "Passports that nobody can renew"
OF_THE_DEMO = "Without a passport there is no ordinary life"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_two_people_publish_a_briefing(page, office, second, browser, server, screens):
    """The officer writes with sources, the coordinator approves, and everybody reads it."""
    office.log_in("outreach_officer").go("Outreach", "Briefings", "Briefings")
    office.click("New")
    office.settled()
    office.fill("title", TITLE)
    office.choose("topic_id", "Documents and passports")
    editor = office.field("body").locator(".odoo-editor-editable")
    editor.click()
    page.keyboard.type("Since September 2023 nobody renews a Belarusian passport abroad.")
    office.choose("reference_id", "Decree No. 278")
    expect(editor).to_contain_text("The regime in Belarus, Decree No. 278")
    office.shot("briefing-insert")
    office.tab("Claims and sources")
    row = office.add_line("claim_ids")
    row.locator("[name=text] input").fill("Embassies renew no passports")
    office.choose("reference_id", "278", row)
    office.save()
    office.shot("briefing-claims")
    office.click("Facts are checked")
    expect(office.status()).to_have_text("Facts checked")
    office.click("Words are final")
    expect(office.status()).to_have_text("Translated")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    office.shot("briefing-to-approve", phone=True)

    second.log_in("coordinator")
    second.page.goto(page.url)
    second.settled()
    second.field("is_consented").locator("input").check()
    second.click("Approve")
    expect(second.status()).to_have_text("Approved")
    second.shot("briefing-approved")

    page.reload()
    office.settled()
    office.click("Publish")
    page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    expect(office.status()).to_have_text("Published")
    office.go("Outreach", "Briefings", "Briefings")
    office.shot("briefings", phone=True)

    everybody_reads_it(browser, server, screens)

    second.page.reload()
    second.settled()
    second.click("Withdraw")
    second.page.get_by_role("dialog").get_by_role("button", name="Ok").click()
    expect(second.status()).to_have_text("Withdrawn")


def everybody_reads_it(browser, server, screens):
    """Without an account, and without JavaScript to run."""
    context = browser.new_context(base_url=server, locale="en-GB")
    visitor = context.new_page()
    visitor.goto("/embassy/is")
    visitor.set_viewport_size(WIDE)
    expect(visitor.get_by_role("heading", name="Latest briefings")).to_be_visible()
    visitor.screenshot(path=screens / "public-chapter-briefings.png", full_page=True)
    visitor.get_by_role("link", name=TITLE).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(visitor.get_by_role("heading", name="Sources")).to_be_visible()
    seen(visitor, screens, "public-briefing")
    visitor.get_by_role("link", name="All briefings").click()
    visitor.wait_for_url(re.compile(r"/briefings(\?|$)"))
    seen(visitor, screens, "public-briefings")
    feed = visitor.get_by_role("link", name="feed reader").get_attribute("href")
    answer = context.request.get(feed)
    root = etree.fromstring(answer.body())
    assert root.tag == f"{ATOM}feed"
    titles = [node.text for node in root.findall(f"{ATOM}entry/{ATOM}title")]
    assert titles == [TITLE, OF_THE_DEMO]

    visitor.get_by_role("link", name="Get them by mail").click()
    visitor.get_by_label("Your mail address").fill("reader@example.org")
    visitor.get_by_label("Documents and passports").check()
    seen(visitor, screens, "public-subscribe")
    visitor.get_by_role("button", name="Send me a link").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    seen(visitor, screens, "public-subscribed")
    assert context.cookies() == []
    context.close()


def seen(visitor, screens, name):
    """Keep pictures, wide and of a phone, and look whether the page keeps its promises."""
    assert visitor.evaluate(CHECK) == []
    for size, suffix in ((WIDE, "wide"), (PHONE, "phone")):
        visitor.set_viewport_size(size)
        visitor.screenshot(path=screens / f"{name}-{suffix}.png", full_page=True)
    visitor.set_viewport_size({"width": 320, "height": 700})
    assert visitor.evaluate("document.documentElement.scrollWidth") <= 320
    visitor.set_viewport_size(WIDE)
