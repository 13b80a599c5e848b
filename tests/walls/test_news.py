"""R29 and R40: news by mail says nothing, and comes once, whatever happens meanwhile."""

import email
import signal

import news
import post
import pytest
from hits import Book


@pytest.fixture(scope="module")
def told(copy, books):
    """A worker was killed, four told the rest at once, one came late; then all was sent."""
    sink, found = news.RawSink(), {}
    controller = post.listen(sink)
    with copy("news") as world:
        book = books["news"] = Book()
        book.names = frozenset(world.registry)
        try:
            found["codes"], found["people"] = news.prepare(world)
            found["ended"] = news.killed(world)
            found["after_kill"] = news.waiting(world)
            news.at_once(world)
            news.at_once(world)
            found["waiting"] = news.waiting(world)
            news.send(world, controller.port)
            found["left"] = news.waiting(world)
        finally:
            controller.stop()
        company = world.a.company
        with world.root() as env:
            row = env["res.company"].browse(company.id)
            found["words"] = [row.name, row.email, row.chapter_code + "-", *found["codes"]]
            found["words"] += env["res.users"].browse(world.a.people.values()).mapped("name")
        found["marks"] = world.a.marks
    book.asked["news by mail"] = len(sink.mails)
    return found, sink


def test_r40_killed_half_way_nothing_is_told(told):
    """What a worker told before it was killed is taken back with the rest."""
    found, _sink = told
    assert found["ended"] == signal.SIGKILL
    assert found["after_kill"] == []


def test_r40_each_person_is_told_once(told):
    """One mail for each request and person, after workers side by side and one after another."""
    found, sink = told
    assert len(found["people"]) > 1
    assert found["waiting"] == sorted(list(found["people"]) * news.CASES)
    assert sorted(to for rcpt, _message, _text in sink.mails for to in rcpt) == found["waiting"]
    assert found["left"] == []


def test_r29_the_bytes_tell_nothing(told):
    """No code, name, chapter, need or word of the work stands in what went over the wire."""
    found, sink = told
    assert sink.raw
    words = [word for word in found["words"] if word] + list(news.STOP_WORDS)
    for raw, (_to, message, text) in zip(sink.raw, sink.mails, strict=True):
        assert news.telling(raw, message, words) == []
        assert not found["marks"].found(text)
        assert not post.TELLING.search(str(message.get("message-id", "")).lower())
    languages = {message["subject"] for _to, message, _text in sink.mails}
    assert len({message.get_payload()[0].get_payload() for _t, message, _ in sink.mails}) == len(
        languages
    )


def test_the_look_can_fail():
    """A word that hides in an encoded part is found."""
    raw = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\naGVscA=="
    assert news.telling(raw, email.message_from_bytes(raw), ("help", "aid")) == ["help"]
