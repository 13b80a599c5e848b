"""The outreach officer brings in people, takes it back, and writes the directory to a file."""

import json

from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}

VCARD = """BEGIN:VCARD
VERSION:3.0
N:Vymysl;Halina;;;
FN:Halina Vymysl
NICKNAME:Галіна Вымысл
EMAIL;TYPE=WORK:halina@inventions.example.org
TEL;TYPE=CELL:+370 600 00000
ORG:Nobody knows this one
TITLE:Deputy
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Kastuś Kazka
EMAIL;TYPE=HOME:kastus@example.org
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Office of Inventions
KIND:org
END:VCARD
"""

CSV = """Імя;Прозвішча;Пасада;Эл. пошта;Нататкі
Алесь;Прыдуманы;дэпутат;ales@example.org;не для нас
Ганна;Вымысл;;not an address;
"""


def choose_file(office, name, content):
    dialog = office.page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content}
    )
    expect(dialog.locator("[name=file] input[type=text]")).to_have_value(name)
    return dialog


def test_people_from_a_phone_and_back(office):
    """Preview first; then the import, its record, and taking it back."""
    office.log_in("outreach_officer").go("Embassy", "Directory", "Import people")
    dialog = choose_file(office, "phone.vcf", VCARD.encode())
    office.shot("contacts-upload")
    office.click("Next")
    expect(dialog.get_by_text("Nothing is written yet.")).to_be_visible()
    halina = dialog.locator(".o_data_row", has_text="Halina Vymysl")
    expect(halina).to_contain_text("no institution “Nobody knows this one”")
    expect(dialog.locator("[name=summary]")).to_contain_text("Office of Inventions")
    office.shot("contacts-preview")
    office.page.set_viewport_size(PHONE)
    office.shot("contacts-preview-phone")
    office.page.set_viewport_size({"width": 1366, "height": 850})
    office.click("Import")
    expect(dialog.get_by_text("2 people added.")).to_be_visible()
    office.shot("contacts-done")
    office.click("What was written")
    expect(office.page.get_by_role("dialog")).to_have_count(0)
    expect(office.page.locator(".o_data_row")).to_have_count(2)
    office.shot("contacts-record")
    office.click("Take back")
    dialog = office.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Ok").click()
    expect(office.page.get_by_text("All that this import wrote was taken back.")).to_be_visible()
    office.shot("contacts-undone")
    office.go("Embassy", "Directory", "People in office")
    office.search("Halina Vymysl")
    expect(office.rows()).to_have_count(0)


def test_a_table_of_people(office):
    """The columns are guessed, a person looks at them, and a wrong address is named."""
    office.log_in("outreach_officer").go("Embassy", "Directory", "Import people")
    dialog = choose_file(office, "people.csv", CSV.encode("cp1251"))
    office.click("Next")
    expect(dialog.locator(".o_data_row")).to_have_count(5)
    expect(dialog.locator(".o_data_row", has_text="Эл. пошта")).to_contain_text("Public e-mail")
    office.shot("contacts-columns")
    office.click("Preview")
    anna = dialog.locator(".o_data_row", has_text="Ганна Вымысл")
    expect(anna).to_contain_text("The e-mail address is wrong")
    office.shot("contacts-csv-preview")
    office.click("Back")
    expect(dialog.locator(".o_data_row", has_text="Эл. пошта")).to_be_visible()


def test_the_directory_as_a_file(office):
    """From the list of institutions: choose, make the file, take it."""
    office.log_in("outreach_officer").go("Embassy", "Directory", "Institutions")
    office.page.locator("thead .o_list_record_selector input").check()
    office.page.locator(".o_cp_action_menus").get_by_role("button", name="Actions").click()
    office.page.get_by_role("menuitem", name="Export to Popolo").click()
    dialog = office.page.get_by_role("dialog")
    expect(dialog.locator("[name=partner_ids] .o_tag").first).to_be_visible()
    office.shot("popolo-choose")
    office.click("Make the file")
    expect(dialog.locator("[name=mandate_count]")).to_be_visible()
    office.shot("popolo-file")
    with office.page.expect_download() as download:
        office.click("Download")
    data = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert data["organizations"]
    assert data["persons"]
    assert data["memberships"]


DOUBLES = """Name,Institution,Role
Nina Dvaista,,
Ніна Дваіста,,
"""


def test_two_records_become_one(office):
    """The pair is found over two scripts, looked at, and made one."""
    office.log_in("outreach_officer").go("Embassy", "Directory", "Import people")
    dialog = choose_file(office, "doubles.csv", DOUBLES.encode())
    office.click("Next")
    office.click("Preview")
    second = dialog.locator(".o_data_row", has_text="Ніна Дваіста")
    expect(second).to_contain_text("Leave out")
    second.locator("td[name=action]").click()
    office.choose("action", "Add", dialog.locator(".o_selected_row"))
    office.click("Import")
    expect(dialog.get_by_text("2 people added.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    office.go("Embassy", "Directory", "Find duplicates")
    office.shot("duplicates-ask")
    office.click("Look")
    pair = dialog.locator(".o_data_row", has_text="Nina Dvaista")
    expect(pair).to_contain_text("Ніна Дваіста")
    office.shot("duplicates-found")
    pair.get_by_role("button", name="Make one").click()
    office.page.get_by_role("dialog").last.get_by_role("button", name="Ok").click()
    expect(pair).to_have_count(0)
    office.shot("duplicates-none")
