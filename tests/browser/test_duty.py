"""Who is woken and who takes: the duty list, the requests, and more cases for a time."""

from playwright.sync_api import expect


def test_duty_and_requests(office, second):
    office.log_in("coordinator").go("Assistance", "Settings", "Duty")
    office.page.get_by_role("button", name="New", exact=True).locator("visible=true").click()
    row = office.page.locator(".o_selected_row")
    row.locator(".o_field_widget[name=user_id] input").click()
    office.page.locator(".o-autocomplete--dropdown-item:visible").first.click()
    office.page.locator(".o_list_button_save:visible").click()
    expect(office.rows()).to_have_count(1)
    office.shot("duty", phone=True)

    office.go("Assistance", "Requests")
    expect(office.rows().first).to_be_visible()
    office.shot("requests", phone=True)
    waiting = office.rows().count()
    office.page.get_by_role("button", name="Who is on duty today").click()
    expect(office.page.locator(".o_breadcrumb")).to_contain_text("On duty today")
    expect(office.rows()).to_have_count(1)
    office.go("Assistance", "Requests")
    office.rows().first.get_by_role("button", name="Take").click()
    expect(office.rows()).to_have_count(waiting - 1)

    office.go("Assistance", "Settings", "More cases for a time")
    office.click("New")
    office.choose("user_id", "Taras")
    office.click("Ask a second coordinator")
    expect(office.field("asked_by_id")).to_be_visible()
    office.shot("more-cases")
    second.log_in("second_coordinator").go("Assistance", "Settings", "More cases for a time")
    second.click("Agree")
    expect(second.row("Raised")).to_be_visible()
    second.shot("more-cases-agreed", phone=True)

