"""The first login leads to the page that sets up a second factor, on a screen and on a phone."""

import re

from conftest import PHONE, WIDE
from playwright.sync_api import expect

from launcher.second_factor import Codes


def test_first_login(page, screens):
    """Who has no second factor yet makes one, and is inside only then."""
    page.set_viewport_size(WIDE)
    page.goto("/web/login")
    page.get_by_label("Email").fill("admin")
    page.get_by_label("Password", exact=True).fill("admin")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="One more lock for your account")).to_be_visible()
    # Browsers make no passkey for a server that has a bare number for its name.
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    for size, name in ((PHONE, "phone"), (WIDE, "wide")):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.screenshot(path=screens / f"second-factor-{name}.png", full_page=True)
    secret = page.locator("code").inner_text()
    page.get_by_label("Write the six digits").fill("12 34")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text("Write the six digits that the app shows.")
    page.screenshot(path=screens / "second-factor-wrong.png", full_page=True)
    page.goto("/odoo")
    expect(page).to_have_url(re.compile("/web/login"))
    page.goto("/web/login/second-factor")
    assert page.locator("code").inner_text() == secret
    codes = Codes()
    page.get_by_label("Write the six digits").fill(codes.fresh(secret.replace(" ", "")))
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".o_navbar_apps_menu")).to_be_visible()


def test_code_page(page, people, screens):
    """The page that asks for the code."""
    login, password = people["coordinator", "IS"]
    page.set_viewport_size(PHONE)
    page.goto("/web/login")
    page.get_by_label("Email").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Authentication Code")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.screenshot(path=screens / "second-factor-code.png")


def test_people_of_the_chapter(office):
    """A coordinator finds where a colleague who lost the phone is helped."""
    office.log_in("coordinator").go("Embassy", "My chapter", "My chapter")
    office.tab("People")
    rows = office.row("Taras Vierasień")
    expect(rows).to_have_count(1)
    own = office.row("Maryla Sosna")
    expect(own.get_by_role("button", name="New second factor")).to_be_hidden()
    office.shot("second-factor-people", phone=True)
    rows.get_by_role("button", name="New second factor").click()
    expect(office.page.locator(".modal")).to_contain_text("logged out everywhere")
