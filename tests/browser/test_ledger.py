"""Aid: a fund is added, money is entered in a case, and the ledger shows it."""

from playwright.sync_api import expect


def test_coordinator_enters_aid(office):
    """What was given stands in the case and in the ledger of the chapter."""
    office.log_in("coordinator").go("Assistance", "Settings", "Funds")
    office.page.locator(".o_list_button_add").locator("visible=true").click()
    office.page.locator(".o_selected_row [name=name] input").fill("Winter fund")
    office.page.keyboard.press("Enter")
    expect(office.row("Winter fund")).to_be_visible()

    office.go("Assistance", "Cases")
    office.row("IS-26-0003").locator("[name=number]").click()
    office.tab("Support")
    row = office.add_line("aid_ids")
    office.choose("topic", "Health", row)
    office.choose("fund_id", "Winter fund", row)
    office.fill("amount", "120", row)
    office.save()
    expect(office.row("Winter fund")).to_contain_text("120")
    office.shot("case-support", phone=True)

    office.go("Assistance", "Settings", "Ledger")
    office.page.locator(".o_group_header").first.click()
    expect(office.row("Winter fund")).to_contain_text("Health")
    office.shot("ledger", phone=True)
    office.go("Assistance", "Settings", "What was erased")
    expect(office.page.get_by_text("Nothing was erased yet")).to_be_visible()
    office.shot("erased")
