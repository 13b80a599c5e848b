"""What a link with a true token shows to somebody of the other chapter, and to anybody."""

import links
import pytest
from hits import Book

PEOPLE = ("public", "portal", "employee", "everything")


@pytest.fixture(scope="module")
def book(copy, books):
    """Everybody has followed every link."""
    import contextlib

    from odoo import SUPERUSER_ID
    from odoo.api import Environment

    found = books["links"] = Book()
    with copy("links") as world:
        found.names = frozenset(world.registry)
        with contextlib.closing(world.registry.cursor()) as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            true = links.true_links(env, world.a)
            cr.commit()
        with world.serving(), world.root() as env:
            for role in PEOPLE:
                client = world.client(role)
                for link in true:
                    visitor = links.Visitor(env, client, world.a.marks, found, link)
                    visitor.visit()
                visitor.lists()
    return found


def test_a_link_shows_its_record_alone(book):
    """No list, no record beside it, and nothing more for who has an account elsewhere."""
    assert not book.hits, f"{len(book.hits)} hits:\n{book.summary()}"


def test_links_work(book):
    """They are true: what they are for is shown."""
    assert book.asked["links that show their record"] > 10


def test_a_link_that_shows_too_much_is_seen(book):
    """The addon that leaks on purpose shows the rows beside."""
    assert "link" in {hit.channel for hit in book.planted}
