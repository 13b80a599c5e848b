"""What a chapter has with people in office: relations, stances, the brief."""

from playwright.sync_api import expect


def test_officer_sets_a_stance(office):
    """From the page of a person to the relation; a new stance stands on the person's page."""
    office.log_in("outreach_officer").go("Outreach", "Relations", "Relations")
    expect(office.row("Salvör Þrastardóttir")).to_be_visible()
    office.shot("relations", phone=True)
    office.page.locator(".o_switch_view.o_kanban").click()
    expect(office.page.locator(".o_kanban_group").first).to_be_visible()
    office.shot("relations-kanban")

    office.go("Embassy", "Directory", "People in office")
    office.search("trastardottir")
    office.row("Salvör Þrastardóttir").locator("[name=name]").click()
    office.tab("Our relation")
    expect(office.row("Political prisoners")).to_contain_text("Champion")
    office.shot("person-relation")
    office.click("Open")
    expect(office.row("Documents and passports")).to_contain_text("Sympathetic")
    office.shot("relation", phone=True)
    office.field("stance_ids").locator(".o_field_x2many_list_row_add a").click()
    dialog = office.page.get_by_role("dialog")
    office.choose("topic_id", "Documents and passports", dialog)
    office.choose("stance", "Supporter", dialog)
    office.fill("evidence", "Put the question on alien passports", dialog)
    office.fill("source", "Invented minutes", dialog)
    office.shot("stance")
    office.click("Save & Close")
    expect(dialog).to_have_count(0)
    office.save()
    expect(office.row("Documents and passports")).to_have_count(2)

    office.go("Outreach", "Relations", "Stances")
    expect(office.row("Documents and passports")).to_have_count(1)
    expect(office.row("Documents and passports")).to_contain_text("Supporter")
    office.shot("stances", phone=True)
    office.page.locator(".o_switch_view.o_kanban").click()
    expect(office.page.locator(".o_kanban_group").first).to_be_visible()
    office.shot("stances-kanban")
    office.go("Outreach", "Relations", "Still true?")
    expect(office.rows()).to_have_count(1)
    office.rows().first.locator("input[type=checkbox]").check()
    office.click("Still true")
    expect(office.rows()).to_have_count(0)
    office.shot("still-true")
