"""Mail that comes in from the other chapter."""

import incoming
import post
import pytest
from hits import Book


@pytest.fixture(scope="module")
def received(copy, books):
    """People of B have written to all that A has."""
    book = books["incoming"] = Book()
    sink = post.Sink()
    controller = post.listen(sink)
    with copy("incoming") as world:
        book.names = frozenset(world.registry)
        try:
            incoming.receive(world, controller.port, book)
        finally:
            controller.stop()
        incoming.look(world, sink, book)
    return book, sink


def test_a_letter_joins_nothing(received):
    """Nobody of B becomes author, recipient or follower of anything of A, or gets an answer."""
    book, _sink = received
    assert not book.hits, f"{len(book.hits)} hits:\n{book.summary()}"


def test_letters_come_in(received):
    """The addresses are true: what is written to them opens something."""
    book, _sink = received
    assert book.asked["letters that landed"] > 3


def test_an_answer_that_tells_is_seen(received):
    """The box that leaks on purpose answers with words of A."""
    book, _sink = received
    assert {hit.place for hit in book.planted} == {"an answer"}
