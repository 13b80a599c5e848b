"""Rows that have no company."""

import companyless
import pytest
from conftest import side_by_side
from hits import Book, table


@pytest.fixture(scope="module")
def book(world, books):
    """What people of B see of rows that are nobody's."""
    with world.root() as env:
        columns = companyless.columns(env, world.a.rows)

    def work(some):
        mine = Book()
        companyless.look(world, some, mine)
        return mine

    found = books["companyless"] = Book()
    for part in side_by_side(work, [columns[part::6] for part in range(6)]):
        found.add(part)
    return found


def test_what_is_nobodys_is_seen_by_nobody(book):
    """A row without a company is shared on purpose, as visible.csv says, or hidden."""
    assert not book.hits, f"{len(book.hits)} hits:\n{book.summary()}"
    assert book.asked["company-less"] > 30


def test_what_is_shared_on_purpose_is_shared(book):
    """No line of visible.csv is there for nothing."""
    places = {hit.place for hit in book.meant}
    named = {row["place"] for row in table("visible.csv") if " without " in row["place"]}
    assert not named - places
    assert len(places - named) > 20  # lists that the federation keeps


def test_a_rule_that_shows_what_is_nobodys_is_seen(book):
    """The addon that leaks on purpose has one."""
    assert "embassy.leaky.oracle without company_id" in {hit.place for hit in book.planted}
