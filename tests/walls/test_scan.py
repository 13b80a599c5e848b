"""The marker scan, as every role of the other chapter."""

import pytest
import scan
from conftest import side_by_side
from hits import Book

# The ways by which the addon that leaks on purpose must come out.
WAYS = {
    "copy_data", "default", "domain", "export_data", "formatted_read_group",
    "name_search", "read", "search", "search_count", "web_read", "web_read_group",
    "web_search_read",
}  # fmt: skip
PARTS = 6  # the person with most rights looks in so many parts


@pytest.fixture(scope="module")
def book(world, books):
    """What all persons saw."""
    names = sorted(world.registry)
    tasks = [
        (role, names[part::PARTS]) for role in ("everything",) for part in range(PARTS)
    ] + [(role, names) for role in world.b.people if role != "everything"]

    def work(task):
        role, some = task
        mine = Book()
        uid, company = world.b.people[role], world.b.company.id
        scan.as_role(world.registry, uid, company, role, world.a.marks, mine, some)
        return mine

    found = books["scan"] = Book()
    found.names = frozenset(world.registry)
    for part in side_by_side(work, tasks):
        found.add(part)
    return found


def test_nothing_of_the_other_chapter(book):
    """No role sees, counts, guesses or references anything of chapter A."""
    assert not book.hits, f"{len(book.hits)} hits:\n{book.summary()}"


def test_every_way_can_see(book):
    """The addon without walls comes out by every way."""
    assert {hit.channel for hit in book.planted} >= WAYS


def test_a_hole_beside_the_wall_is_seen(book):
    """A walled model with a search and a compute as the system comes out, too."""
    places = {hit.place for hit in book.planted}
    assert {"embassy.leaky.oracle.word", "embassy.leaky.oracle.foreign_name"} <= places
