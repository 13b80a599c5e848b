"""Those who keep what all chapters share: the federation and the technical admin."""

from playwright.sync_api import expect


def test_federation_keeps_the_shared_lists(office):
    """The shared directory and the services are there; no case, no visit, nothing of a chapter."""
    office.log_in("federation")
    assert not {"Assistance", "Visits", "Settings"} & set(office.apps())
    office.go("Embassy", "Directory", "Institutions")
    expect(office.row("Parliament").filter(has_text="Þing Íslands")).to_be_visible()
    expect(office.row("Local Council of Wied")).to_have_count(0)  # Malta's own
    office.shot("federation-directory")
    office.go("Embassy", "Settings", "Services")
    office.shot("services")
    office.click("New")
    row = office.page.locator(".o_selected_row")
    office.fill("name", "Read your letters aloud", row)
    office.choose("kind", "We can", row)
    office.page.locator(".o_list_button_save").locator("visible=true").click()
    expect(office.row("Read your letters aloud")).to_be_visible()

    office.finds_nothing_at("/odoo/cases")
    office.finds_nothing_at("/odoo/visits")
    office.page.complaints.clear()  # the refusals themselves stand in the console


def test_technical_admin_keeps_the_lists(office):
    """A type of institution is added; there is no Settings app and there are no cases."""
    office.log_in("technical_admin")
    assert not {"Assistance", "Visits", "Settings", "Apps"} & set(office.apps())
    office.go("Embassy", "Settings", "Types of institutions")
    expect(office.row("Parliament").first).to_be_visible()
    office.shot("institution-types")
    office.click("New")
    row = office.page.locator(".o_selected_row")
    office.fill("name", "Lighthouse", row)
    office.fill("code", "lighthouse", row)
    office.page.locator(".o_list_button_save").locator("visible=true").click()
    expect(office.row("Lighthouse")).to_be_visible()
    office.go("Embassy", "Settings", "Needs")
    expect(office.row("Temporary housing")).to_be_visible()
    office.shot("needs")
    office.finds_nothing_at("/odoo/cases")
    office.page.complaints.clear()  # the refusal itself stands in the console
