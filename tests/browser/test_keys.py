"""A coordinator makes a key, with a pen in the hand."""

import re

from conftest import PHONE, WIDE
from playwright.sync_api import expect
from test_public import CHECK


def groups_of(page):
    """The groups of the code that a page shows once (list of str)."""
    code = page.locator("p.secret").last.inner_text()
    return [group.split()[1] for group in re.findall(r"\d+ \d{5}", code)]


def shown_once(page):
    """The passphrase and the groups of the recovery code that stand there."""
    return page.locator("p.secret").first.inner_text().strip(), groups_of(page)


def answer_back(page, groups, slip=False):
    """Type the three groups that are asked back, the first of them wrong if need be."""
    asked = page.locator("input.short")
    for place in range(3):
        number = int(asked.nth(place).get_attribute("id").removeprefix("group_"))
        asked.nth(place).fill("00000" if slip and not place else groups[number])


def make_key(page):
    """Make a key at the page of keys, in the place of one there may be; return its passphrase."""
    first = page.get_by_role("button", name="Make my key")
    if first.count():
        first.click()
    else:
        page.get_by_text("I forgot my passphrase").click()
        page.get_by_role("button", name="Make a new key").click()
    phrase, groups = shown_once(page)
    page.get_by_label("Type your passphrase").fill(phrase)
    answer_back(page, groups)
    page.get_by_role("button", name="I have written both down").click()
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()
    return phrase


def picture(page, screens, name):
    """Look at a page as people do, wide and on a phone."""
    for suffix, size in (("wide", WIDE), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=screens / f"keys-{name}-{suffix}.png", full_page=True)
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), "runs off to the side"
    page.set_viewport_size(WIDE)
    assert page.evaluate(CHECK) == []


def test_a_coordinator_makes_a_key(office, screens):
    page = office.page
    office.log_in("coordinator").go("Embassy")
    page.locator(".o_menu_sections").get_by_text("My chapter", exact=True).click()
    page.locator(".o-dropdown--menu").get_by_text("Keys", exact=True).click()
    expect(page.get_by_role("button", name="Make my key")).to_be_visible()
    picture(page, screens, "none")

    page.get_by_role("button", name="Make my key").click()
    phrase, groups = shown_once(page)
    assert (len(phrase.split()), len(groups)) == (7, 10)
    picture(page, screens, "new")

    page.get_by_label("Type your passphrase").fill(phrase)
    answer_back(page, groups, slip=True)
    page.get_by_role("button", name="I have written both down").click()
    expect(page.get_by_role("alert")).to_contain_text("Look at your paper")
    picture(page, screens, "slip")

    page.get_by_label("Type your passphrase").fill(phrase)
    answer_back(page, groups)
    page.get_by_role("button", name="I have written both down").click()
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()
    picture(page, screens, "open")

    page.get_by_role("button", name="Lock now").click()
    page.get_by_label("Your passphrase").fill("one two three")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("did not open")
    page.get_by_text("I forgot my passphrase").click()
    picture(page, screens, "locked")
    page.get_by_label("Your passphrase").fill(phrase)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()
    page.get_by_role("link", name="Back to work").click()
    expect(page.locator(".o_main_navbar")).to_be_visible()
