"""Every route of the server's map."""

import shutil

import door
import pytest
from hits import Book

PEOPLE = ("public", "volunteer", "employee", "everything")


@pytest.fixture(scope="module")
def book(served, books):
    found = books["door"] = Book()
    found.names = frozenset(served.registry)
    with served.root() as env:
        for role in PEOPLE:
            visitor = door.Door(env, served.client(role), served.a.marks, found, served.b.marks)
            visitor.routes()
            visitor.by_hand()
    return found


def test_a_route_tells_nothing_of_others(book):
    """Status, headers and body are those of a row that is not there, and hold no marker."""
    assert not book.hits, f"{len(book.hits)} hits:\n{book.summary()}"


def test_leaks_on_purpose_are_seen(book):
    """By body, by header, by status alone, by JSON, and in print."""
    places = {(hit.channel, hit.place) for hit in book.planted}
    assert ("http", "/embassy_leaky/<int:leaky_id>") in places
    assert ("http", "/embassy_leaky/header") in places
    assert ("http", "/embassy_leaky/json") in places
    assert ("http", "/embassy_leaky/pdf/<int:leaky_id>") in places
    assert ("http, foreign or missing", "/embassy_leaky/status/<int:leaky_id>") in places


def test_reports_are_printed(book):
    """The words on a page are found, those of one's own."""
    if not shutil.which("wkhtmltopdf"):
        pytest.skip("no wkhtmltopdf: sudo apt-get install wkhtmltopdf")
    assert book.asked["reports as PDF, with words of one's own"] > 1
