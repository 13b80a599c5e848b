"""Letters: one goes its way between two people, and one appeal goes to a committee."""

import re

from playwright.sync_api import expect


def write(office, subject):
    office.go("Outreach", "Letters", "Register")
    office.click("New")
    office.fill("subject", subject)
    office.choose("partner_id", "Brynja Skýdal")
    office.fill("salutation", "Dear Ms Skýdal,")
    office.page.locator("[name=body] .odoo-editor-editable").fill("We ask for an answer.")
    office.save()


def test_a_letter_becomes_a_commitment(office, second):
    """Written, approved by another person, registered, sent, answered; a promise comes of it."""
    subject = "Alien's passports for students"
    office.log_in("outreach_officer")
    write(office, subject)
    office.shot("letter-draft", phone=True)
    office.click("Send to review")
    expect(office.status()).to_have_text("In review")

    second.log_in("coordinator").go("Outreach", "Letters", "Register")
    second.row(subject).locator("[name=subject]").click()
    second.click("Approve")
    expect(second.status()).to_have_text("Approved")

    office.page.reload()
    office.click("Register")
    expect(office.field("number")).to_contain_text("IS-OUT-")
    office.click("Attach the print")
    clip = office.page.locator(".o-mail-Chatter-topbar button:has(.fa-paperclip)")
    expect(clip).to_contain_text("1")
    clip.click()
    office.shot("letter-print-attached")
    file = office.page.locator(".o-mail-AttachmentContainer", has_text=".pdf")
    expect(file).to_contain_text(re.compile(r"IS-OUT-\d{4}-\d{4}\.pdf"))
    office.click("Sent by post")
    expect(office.status()).to_have_text("Awaiting an answer")
    expect(office.field("days_left")).not_to_have_text("0")
    office.shot("letter-awaiting", phone=True)

    office.click("Answer arrived")
    expect(office.field("reply_to_id").locator("input")).to_have_value(re.compile("^IS-OUT-"))
    office.fill("foreign_number", "FM-12/26")
    office.save()
    office.click("Register")
    expect(office.field("number")).to_contain_text("IS-IN-")
    office.shot("letter-answer")
    office.click("Write down a promise")
    office.fill("quote", "Passports for students within a month")
    office.save()
    expect(office.field("source").locator("input")).to_have_value(re.compile("^IS-IN-"))
    office.shot("letter-commitment")

    office.go("Outreach", "Letters", "Register")
    expect(office.row(subject).filter(has_text="IS-OUT-")).to_contain_text("Answered")
    office.shot("letters", phone=True)
    office.go("Outreach", "Letters", "Print the register")
    office.shot("letter-book")


def test_an_appeal_to_one_committee(office, second):
    """The members are chosen by their seat; each letter gets a number of its own."""
    subject = "Free the prisoners"
    office.log_in("outreach_officer").go("Outreach", "Campaigns", "Appeals")
    office.click("New")
    office.fill("subject", subject)
    office.choose("topic_id", "Political prisoners")
    office.page.locator("[name=body] .odoo-editor-editable").fill("{name} can help as {role}.")
    office.save()
    office.click("Choose people")
    dialog = office.page.get_by_role("dialog")
    office.field("body_id", dialog).locator("input").fill("Þing")
    office.page.get_by_role("option").get_by_text("Þing Íslands (demo)", exact=True).click()
    expect(office.field("found_count", dialog)).not_to_have_text("0")
    found = int(office.field("found_count", dialog).inner_text())
    assert found > 2
    office.shot("appeal-choose")
    office.click("Add these people")
    expect(dialog).to_have_count(0)
    office.click("Write the letters")
    office.click("Send to review")
    office.shot("appeal", phone=True)

    second.log_in("coordinator").go("Outreach", "Campaigns", "Appeals")
    second.row(subject).locator("[name=subject]").click()
    second.click("Approve all")
    expect(second.status()).to_have_text("Approved")
    second.click("Register all")
    second.click("Ok")
    expect(second.status()).to_have_text("Registered")
    second.shot("appeal-registered")
    office.go("Outreach", "Letters", "Register")
    office.search(subject)
    expect(office.row(subject).filter(has_text="IS-OUT-")).to_have_count(found)
    office.shot("appeal-letters")


def test_questions_to_parties(office):
    """Each party has a cell for each question, and a letter is begun for it."""
    office.log_in("outreach_officer").go("Outreach", "Campaigns", "Questionnaires")
    office.click("New")
    office.fill("name", "Questions before the election")
    office.choose("topic_id", "Sanctions")
    office.choose("party_ids", "North")
    row = office.add_line("question_ids")
    office.fill("name", "Will you keep the sanctions?", row)
    office.save()
    office.shot("questionnaire", phone=True)
    office.click("Write to the parties")
    expect(office.field("person_count")).to_have_text("1")
    office.go("Outreach", "Campaigns", "Questionnaires")
    office.row("Questions before the election").locator("[name=name]").click()
    office.click("Enter answers")
    expect(office.rows()).to_have_count(1)
    office.shot("questionnaire-answers")
