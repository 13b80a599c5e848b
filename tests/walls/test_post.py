"""Crons and outgoing mail."""

import post
import pytest
from hits import Book


@pytest.fixture(scope="module")
def caught(copy, books):
    """All crons have run, and people of B have tried to write to people of A."""
    book = books["post"] = Book()
    sink = post.Sink()
    controller = post.listen(sink)
    with copy("post") as world:
        book.names = frozenset(world.registry)
        try:
            post.attempts(world)
            failed = post.run_crons(world, controller.port)
        finally:
            controller.stop()
    post.look(sink, world.a.marks, world.b.marks, book)
    return book, sink, failed


def test_no_mail_joins_two_chapters(caught):
    """No sender, recipient or word of one chapter is in a mail of the other."""
    book, _sink, _failed = caught
    assert not book.hits, f"{len(book.hits)} hits:\n{book.summary()}"


def test_both_chapters_wrote(caught, world):
    """Mails of both went out, so that nothing is green because nothing was sent."""
    _book, sink, _failed = caught
    for marks in (world.a.marks, world.b.marks):
        assert sum(bool(marks.found(text)) for _to, _message, text in sink.mails) > 4


def test_crons_run(caught):
    """No scheduled job fails over planted data."""
    _book, _sink, failed = caught
    assert not failed


def test_a_cron_that_tells_everybody_is_seen(caught):
    """The addon that leaks on purpose mails the words of A to B."""
    book, _sink, _failed = caught
    assert {hit.channel for hit in book.planted} == {"mail"}
