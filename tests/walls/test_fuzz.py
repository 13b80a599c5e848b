"""Every public method, through the server, on rows of others."""

import fuzz
import pytest
from hits import Book

PEOPLE = {"everything": None, "coordinator": 300, "employee": 300, "volunteer": 150}


@pytest.fixture(scope="module")
def book(served, books):
    found = books["fuzz"] = Book()
    found.names = frozenset(served.registry)
    with served.root() as env:
        for role, limit in PEOPLE.items():
            client = served.client(role)
            fuzz.run(env, client, served.a.marks, found, role == "everything", limit)
    return found


def test_a_method_tells_nothing_of_others(book):
    """The answer for a row of others is the answer for a row that is not there."""
    assert not book.hits, f"{len(book.hits)} hits:\n{book.summary()}"


def test_leaks_on_purpose_are_seen(book):
    """A method without a wall, and one that takes an id as an argument."""
    places = {(hit.channel, hit.place) for hit in book.planted}
    assert ("method", "embassy.leaky.tell()") in places
    assert ("method", "embassy.leaky.tell_of()") in places
    assert ("method, foreign or missing", "embassy.leaky.tell_of()") in places
