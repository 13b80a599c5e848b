"""Odoo and OCA without our addons leak what is known: the probes can see."""

import door
import fuzz
import post
import pytest
import scan
from conftest import side_by_side
from hits import Book

# Found by hand before the probes were written: model or "model.field", and by whom.
KNOWN_ROWS = {
    "everything": (
        "calendar.attendee",
        "calendar.event",
        "discuss.channel",
        "discuss.channel.member",
        "event.registration.answer",
        "helpdesk.sla.report",
        "helpdesk.ticket.sla",
        "link.tracker",
        "mail.blacklist",
        "mail.followers",
        "mail.guest",
        "mail.notification",
        "mail.template",
        "mailing.contact",
        "mailing.list",
        "mailing.mailing",
        "mailing.subscription",
        "mailing.trace",
        "mailing.trace.report",
        "res.users",
        "utm.campaign",
        "utm.source",
    ),
    "employee": (
        "calendar.attendee",
        "calendar.event",
        "discuss.channel",
        "link.tracker",
        "mail.followers",
        "mail.notification",
        "mail.template",
        "res.users",
        "utm.source",
    ),
    "portal": ("helpdesk.ticket.sla",),
}
KNOWN_FIELDS = (
    "res.users.login",
    "mail.followers.email",
    "calendar.attendee.email",
    "event.registration.answer.value_text_box",
    "helpdesk.ticket.sla.ticket_id",
    "mailing.trace.email",
    "utm.source.name",
    "link.tracker.url",
)
KNOWN_DOORS = (
    "/web/dataset web_save res.partner.parent_id",
    "/web/dataset web_save event.registration.partner_id",
    "?debug=1 helpdesk.ticket",
)


@pytest.fixture(scope="module")
def seen(world, books):
    """What three people of B see inside."""
    names = sorted(world.registry)
    tasks = [("everything", names[part::4]) for part in range(4)]
    tasks += [("employee", names), ("portal", names)]

    def work(task):
        role, some = task
        book = Book()
        uid, company = world.b.people[role], world.b.company.id
        scan.as_role(world.registry, uid, company, role, world.a.marks, book, some)
        return book

    found = books["scan"] = Book()
    for part in side_by_side(work, tasks):
        found.add(part)
    return found


@pytest.fixture(scope="module")
def shown(served, books):
    """What the server shows the person with all groups; nobody else has lost anything yet."""
    found = books["door"] = Book()
    with served.root() as env:
        for role in ("public", "everything"):
            visitor = door.Door(env, served.client(role), served.a.marks, found)
            visitor.by_hand()
            visitor.routes()
    return found


@pytest.mark.parametrize("role", KNOWN_ROWS)
def test_scan_finds_rows(seen, role):
    """The rows of the other chapter that plain Odoo shows."""
    places = {hit.place for hit in seen.hits if hit.role == role and hit.channel == "search"}
    assert not set(KNOWN_ROWS[role]) - places


def test_scan_finds_values(seen):
    """The values that name people."""
    places = {hit.place for hit in seen.hits if hit.channel == "read"}
    assert not set(KNOWN_FIELDS) - places


def test_doors_are_open(shown):
    """A form saved with a row of others, a refusal that names the record, a mailing to read."""
    places = {hit.place for hit in shown.hits if hit.channel == "http"}
    assert not set(KNOWN_DOORS) - places, sorted(places)
    assert any(place.startswith("/mailing/<int:mailing_id>/view") for place in places)


def test_fuzz_finds_methods(served, shown, books):
    """Foreign and missing rows are told apart, and a login is told to anybody."""
    found = books["fuzz"] = Book()
    with served.root() as env:
        fuzz.run(env, served.client("everything"), served.a.marks, found, limit=600)
        fuzz.run(env, served.client("employee"), served.a.marks, found, thorough=False)
    assert len({hit.place for hit in found.hits}) > 100
    told = [hit for hit in found.hits if "signup_get_auth_param" in hit.place]
    assert told


def test_mail_reaches_the_other_chapter(copy, books):
    """A mailing of A is sent to the people of B by the cron."""
    book = books["post"] = Book()
    sink = post.Sink()
    controller = post.listen(sink)
    with copy("post") as world:
        try:
            post.run_crons(world, controller.port)
        finally:
            controller.stop()
        post.look(sink, world.a.marks, world.b.marks, book)
    assert any(hit.place == "mail mailing.mailing" for hit in book.hits)
    assert any(hit.channel == "mail headers" for hit in book.hits)


def test_link_preview_is_open(served):
    """Anybody has the server fetch an address."""
    answer = served.client("public").rpc(
        "/html_editor/link_preview_external", {"preview_url": f"{served.address}/web/login"}
    )
    assert "og_title" in answer.text or "title" in answer.json().get("result", {})
