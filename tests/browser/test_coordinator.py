"""The coordinator: the chapter and its public page."""

import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import expect


def test_coordinator_checks_a_channel_and_looks_at_the_page(office):
    """First steps are found, a channel is checked today, and the page shows that day."""
    office.log_in("coordinator")
    assert office.apps()[:4] == ["Embassy", "Assistance", "Outreach", "Visits"]
    office.go("Embassy", "My chapter", "First steps")
    expect(office.status()).to_have_text("Open")
    office.shot("first-steps-done")

    office.go("Embassy", "My chapter", "My chapter")
    expect(office.field("name").locator("input, textarea")).to_have_value(
        "People's Embassy in Iceland (demo)"
    )
    office.shot("my-chapter", phone=True)
    office.tab("Channels")
    row = office.row("pe_iceland_demo")
    row.get_by_role("button", name="Checked today").click()
    # The day of the browser, which is a day ahead of the server's late in the evening.
    today = datetime.datetime.now(ZoneInfo("Europe/Vilnius")).date()
    expect(row.locator("[name=date_checked]")).to_contain_text(f"{today:%b} {today.day}")
    office.shot("my-chapter-channels")

    with office.page.context.expect_page() as opened:
        office.click("See the public page")
    public = opened.value
    channel = public.locator("li", has_text="pe_iceland_demo")
    expect(channel).to_contain_text(f"{today.day} {today:%B %Y}")
    public.close()


def test_first_steps_lead_from_name_to_page(office):
    """Each of the steps says what it is for, and can be left and taken up again."""
    office.log_in("coordinator", "MT").go("Embassy", "My chapter", "First steps")
    office.page.locator(".o_statusbar_status").get_by_text("Name and languages").click()
    for step, words in (
        ("Name and languages", "Who you are and where"),
        ("What we do", "We cannot"),
        ("Channels", "only channels that somebody checked are shown"),
    ):
        expect(office.status()).to_have_text(step)
        expect(office.page.get_by_text(words).locator("visible=true").first).to_be_visible()
        office.shot(f"first-steps-{step.split()[0].lower()}")
        office.click("Next")
    expect(office.status()).to_have_text("Preview")
    office.shot("first-steps-preview")
    office.click("Open the public page")
    expect(office.page.get_by_text("The public page is open at")).to_be_visible()


def test_information_point_has_no_cases_and_no_visits(office):
    """A chapter of the first level sees neither menu, and no case of another by its address."""
    office.log_in("coordinator", "MT")
    assert not {"Assistance", "Visits"} & set(office.apps())
    office.finds_nothing_at("/odoo/cases/1")
    expect(office.page.locator(".o_form_view")).to_have_count(0)
    expect(office.page.get_by_text("IS-26-")).to_have_count(0)
    office.shot("information-point-no-cases")
    office.page.complaints.clear()  # the refusal itself stands in the console
