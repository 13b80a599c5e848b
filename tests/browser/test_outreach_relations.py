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
    office.click("Open the relation")
    expect(office.row("Documents and passports")).to_contain_text("Sympathetic")
    office.shot("relation", phone=True)
    office.field("stance_ids").locator(".o_field_x2many_list_row_add a").click()
    dialog = office.page.get_by_role("dialog")
    office.choose("topic_id", "Documents and passports", dialog)
    office.choose("stance", "Supporter", dialog)
    office.fill("evidence", "Put the question on alien passports", dialog)
    office.fill("source", "Invented minutes", dialog)
    # What was typed is taken over before anything else is clicked.
    office.page.keyboard.press("Tab")
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


def test_officer_asks_for_the_brief(office):
    """One click on the page of a person: on screen and as PDF."""
    office.log_in("outreach_officer").go("Embassy", "Directory", "People in office")
    office.search("trastardottir")
    office.row("Salvör Þrastardóttir").locator("[name=name]").click()
    for tab in ("Asks and promises", "Connections"):
        office.tab(tab)
        office.shot(f"person-{tab.split()[0].lower()}", phone=tab == "Connections")
    office.click("Brief me")
    page = office.page
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Nothing about the talks on fishing quotas.")).to_be_visible()
    expect(frame.get_by_text("I shall put the question")).to_be_visible()
    expect(frame.get_by_text("fewer than 5").first).to_be_visible()
    page.screenshot(path=office.screens / "brief.png", animations="disabled")
    source = page.locator("iframe").get_attribute("src")
    number = source.rstrip("/").split("/")[-1].split("?")[0]
    for report in ("report_brief", "report_score_card"):
        answer = page.request.get(f"/report/pdf/embassy_outreach.{report}/{number}")
        assert answer.ok
        assert answer.body().startswith(b"%PDF")
        (office.screens / f"{report}.pdf").write_bytes(answer.body())


def test_officer_plans_a_meeting_and_follows_up(office):
    """A meeting with a point to follow up, which stays under my day until it is done."""
    office.log_in("outreach_officer").go("Outreach", "Meetings")
    office.click("New")
    office.fill("name", "Tea with the chair")
    office.choose("partner_ids", "Salvör Þrastardóttir")
    office.field("start").locator("input").first.fill("06/01/2027 10:00:00")
    office.field("start").locator("input").first.press("Tab")
    row = office.add_line("point_ids")
    office.fill("name", "Send her the numbers", row)
    row.locator("[name=is_follow_up] input").check()
    office.field("date_due", row).click()
    office.fill("date_due", "06/03/2027", row)
    office.page.keyboard.press("Escape")
    office.save()
    office.shot("meeting", phone=True)
    office.go("Outreach", "Meetings")
    expect(office.row("Tea with the chair")).to_be_visible()
    office.shot("meetings")
    office.go("Outreach", "My day")
    expect(office.row("Send her the numbers")).to_be_visible()
    office.shot("outreach-day", phone=True)
    office.row("Send her the numbers").get_by_role("button", name="Done").click()
    expect(office.row("Send her the numbers")).to_have_count(0)


def test_officer_looks_at_asks_promises_and_the_radar(office):
    """The boards and lists, and handing over."""
    office.log_in("outreach_officer").go("Outreach", "Asks and promises", "Asks")
    expect(office.page.locator(".o_kanban_record", has_text="alien passports")).to_be_visible()
    office.shot("asks", phone=True)
    office.go("Outreach", "Asks and promises", "Commitments")
    office.row("I shall put the question").locator("[name=quote]").click()
    office.shot("commitment", phone=True)
    office.go("Outreach", "Relations", "Mandate radar")
    expect(office.row("Salvör Þrastardóttir").first).to_be_visible()
    office.shot("mandate-radar", phone=True)
    office.row("Salvör Þrastardóttir").first.get_by_role("button", name="Hand over").click()
    expect(office.page.get_by_role("dialog")).to_contain_text("Who comes")
    office.shot("handover")
    office.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    office.go("Outreach", "Relations", "Prisoners' godparents")
    office.shot("godparents")
    office.go("Outreach", "Relations", "Connections")
    office.shot("connections")
