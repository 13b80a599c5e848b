"""The case worker: from the day's list to a case that waits."""

from playwright.sync_api import expect


def test_case_worker_takes_a_request_and_works_on_it(office):
    """A new request is taken, a need added, it is assessed and put on hold."""
    office.log_in("case_worker")
    assert "Visits" not in office.apps()
    office.go("Assistance", "My day")
    expect(office.page.locator(".o_kanban_record:not(.o_kanban_ghost)").first).to_be_visible()
    office.shot("my-day", phone=True)

    office.go("Assistance", "Requests")
    expect(office.row("IS-26-0011")).to_have_count(0)  # of a desk this person is no member of
    office.shot("requests", phone=True)
    office.row("Emergency").locator("[name=number]").click()
    expect(office.page.locator(".o_form_view")).to_be_visible()
    office.click("Take")
    expect(office.status()).to_have_text("Intake")
    expect(office.field("user_id").locator("input")).to_have_value("Taras Vierasień")

    row = office.add_line("case_need_ids")
    office.choose("need_id", "Temporary housing", row)
    office.save()
    expect(office.row("Temporary housing")).to_be_visible()
    office.shot("case", phone=True)

    office.click("Assess")
    expect(office.status()).to_have_text("Assessment")
    office.click("Put on hold")
    expect(office.status()).to_have_text("On hold")
    office.tab("History")
    expect(office.row("On hold")).to_contain_text("Assessment")
    office.shot("case-history")


def test_case_form_asks_for_no_text(office):
    """Nothing on a case can be written freely: no note, no name, no chatter, no file."""
    office.log_in("case_worker").go("Assistance", "Requests")
    office.page.locator(".o_list_button_add").locator("visible=true").click()
    expect(office.page.get_by_text("New case").first).to_be_visible()
    form = office.page.locator(".o_form_view")
    expect(office.field("urgency")).to_be_visible()
    expect(form.locator("textarea, [contenteditable=true], input[type=file]")).to_have_count(0)
    expect(form.locator(".o-mail-Chatter, .o_field_char input, .o_field_html")).to_have_count(0)
    office.shot("case-new")


def test_case_worker_reads_the_directory_only(office):
    """People in office can be looked up; there is no button to add one, and no import."""
    office.log_in("case_worker").go("Embassy", "Directory", "People in office")
    expect(office.row("Salvör Þrastardóttir")).to_be_visible()
    expect(office.page.locator(".o_list_button_add")).to_have_count(0)
    office.row("Salvör Þrastardóttir").locator("[name=name]").click()
    expect(office.page.locator(".o_form_readonly")).to_be_visible()
    office.page.locator(".o_menu_sections").get_by_text("Directory", exact=True).click()
    menu = office.page.locator(".o-dropdown--menu")
    expect(menu.get_by_text("Institutions")).to_be_visible()
    expect(menu.get_by_text("Import a parliament")).to_have_count(0)
