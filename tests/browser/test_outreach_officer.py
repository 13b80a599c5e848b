"""The outreach officer: directory, visits and the import of a parliament."""

import datetime
import json

from playwright.sync_api import expect

# An invented house: two people with a seat, and one whose dates are the wrong way round.
PARLIAMENT = {
    "persons": [
        {"id": "p1", "name": "Nadzeja Vymysl", "email": "nadzeja@house.example.org"},
        {"id": "p2", "name": "Tadevuš Kazka"},
        {"id": "p3", "name": "Zosia Niahoda"},
    ],
    "organizations": [
        {"id": "house", "name": "House of Inventions", "classification": "legislature"},
        {"id": "tale", "name": "Party of Tales", "classification": "party"},
    ],
    "events": [
        {
            "id": "term",
            "classification": "legislative period",
            "name": "First term",
            "organization_id": "house",
            "start_date": "2024-01-01",
        }
    ],
    "memberships": [
        {
            "person_id": person,
            "organization_id": "house",
            "on_behalf_of_id": "tale",
            "legislative_period_id": "term",
            "role": "member",
            **dates,
        }
        for person, dates in (
            ("p1", {}),
            ("p2", {"start_date": "2025-03"}),
            ("p3", {"start_date": "2026-05-01", "end_date": "2025-05-01"}),
        )
    ],
}


def test_outreach_officer_adds_an_institution_and_a_person(office):
    """Both are added by their forms, and the person is found in another script."""
    office.log_in("outreach_officer")
    assert office.apps()[:3] == ["Embassy", "Outreach", "Visits"]
    office.go("Embassy", "Directory", "Institutions")
    office.shot("directory-institutions", phone=True)
    office.click("New")
    office.fill("name", "Council of Trees")
    office.choose("institution_type_id", "Municipality")
    office.save()
    expect(office.field("company_id")).to_contain_text("Iceland")
    office.shot("directory-institution")

    office.go("Embassy", "Directory", "People in office")
    office.shot("directory-people", phone=True)
    office.click("New")
    office.fill("name", "Śviatłana Ščarbakova")
    row = office.add_line("mandate_ids")
    office.choose("body_id", "Council of Trees", row)
    office.fill("role", "Mayor", row)
    office.save()
    expect(office.row("Council of Trees")).to_contain_text("Mayor")

    office.go("Embassy", "Directory", "People in office")
    office.search("Светлана Щербакова")
    expect(office.rows()).to_have_count(1)
    expect(office.row("Śviatłana Ščarbakova")).to_be_visible()
    office.shot("directory-search")


def test_directory_shows_people_with_their_mandates(office):
    """The page of a person tells offices, dates and days left; the lists of mandates too."""
    office.log_in("outreach_officer").go("Embassy", "Directory", "People in office")
    office.search("trastardottir")
    office.row("Salvör Þrastardóttir").locator("[name=name]").click()
    expect(office.row("Foreign Affairs Committee")).to_contain_text("Chair")
    office.shot("directory-person", phone=True)
    office.go("Embassy", "Directory", "Mandates")
    expect(office.row("Kolur Steinsen")).to_have_count(0)  # left half a year ago
    office.shot("mandates")
    office.go("Embassy", "Directory", "Ending soon")
    expect(office.rows().first).to_contain_text("Salvör Þrastardóttir")
    office.shot("mandates-ending-soon", phone=True)
    office.go("Embassy", "Directory", "Legislatures")
    expect(office.row("Present term")).to_be_visible()
    office.shot("legislatures")


def test_outreach_officer_plans_a_visit(office):
    """A point of the programme and a delegate are added; the calendar shows the visit."""
    office.log_in("outreach_officer").go("Visits", "Visits")
    office.shot("visits", phone=True)
    office.row("Friendship group").locator("[name=name]").click()
    expect(office.row("Meeting with the diaspora")).to_be_visible()
    office.shot("visit", phone=True)

    row = office.add_line("programme_item_ids")
    office.fill("purpose", "Farewell tea", row)
    day = datetime.date.today() + datetime.timedelta(days=23)
    for name, hour in (("date_start", 15), ("date_end", 16)):
        row.locator(f"[name={name}]").first.click()
        office.fill(name, f"{day:%m/%d/%Y} {hour}:00:00", row)
    office.save()
    expect(office.row("Farewell tea")).to_be_visible()
    office.tab("Delegation")
    row = office.add_line("delegate_ids")
    office.fill("name", "Hanna Vydumka", row)
    office.save()
    expect(office.row("Hanna Vydumka")).to_be_visible()
    office.shot("visit-delegation")

    office.go("Visits", "Visits")
    office.page.locator(".o_switch_view.o_kanban").click()
    expect(office.page.locator(".o_kanban_group").first).to_be_visible()
    office.shot("visits-kanban")
    office.page.locator(".o_switch_view.o_calendar").click()
    expect(office.page.locator(".o_calendar_container")).to_be_visible()
    # The demo visit begins in three weeks: this month or the next.
    month = f"{datetime.date.today() + datetime.timedelta(days=21):%B %Y}"
    if f"{datetime.date.today():%B %Y}" != month:
        office.page.locator(".o_calendar_button_next").click()
    expect(office.page.get_by_role("heading", name=month)).to_be_visible()
    expect(office.page.locator(".fc-event", has_text="Friendship group").first).to_be_visible()
    office.shot("visits-calendar")
    office.go("Visits", "Programme calendar")
    expect(office.page.locator(".o_calendar_container")).to_be_visible()
    office.shot("programme-calendar")


def test_outreach_officer_imports_a_parliament(office):
    """First a preview that writes nothing, then the report; the refused line says why."""
    office.log_in("outreach_officer").go("Embassy", "Directory", "Import a parliament")
    dialog = office.page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(
        {
            "name": "house.json",
            "mimeType": "application/json",
            "buffer": json.dumps(PARLIAMENT).encode(),
        }
    )
    expect(dialog.locator("[name=file] input[type=text]")).to_have_value("house.json")
    office.shot("import-upload")
    office.click("Preview")
    expect(dialog.get_by_text("Nothing is written yet.")).to_be_visible()
    expect(dialog.locator("[name=summary]")).to_contain_text("Person in office")
    office.shot("import-preview")
    office.click("Import")
    expect(dialog.get_by_text("Done. This has happened")).to_be_visible()
    refused = dialog.locator(".o_data_row", has_text="Refused")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("It ends before it starts.")
    office.shot("import-report")
    dialog.get_by_role("button", name="Close").last.click()

    office.go("Embassy", "Directory", "Mandates")
    office.search("Nadzeja")
    expect(office.rows()).to_have_count(1)
    expect(office.rows()).to_contain_text("House of Inventions")
