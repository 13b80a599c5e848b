"""The walls that nothing misses are judged by a list with reasons."""

from launcher import mutants
from launcher.results import Result

WALL = "embassy_core/mail_thread:MailThread.write"


def test_a_wall_that_nothing_misses_is_red():
    """Unless it has its reason; and a reason that holds no more is red, too."""
    missed, unmissed = Result(WALL, "passed", "a test"), Result(WALL, "failed", "3 tests")
    assert [r.outcome for r in mutants.judge([missed], {})] == ["passed"]
    assert [r.outcome for r in mutants.judge([unmissed], {})] == ["failed"]
    assert [r.outcome for r in mutants.judge([unmissed], {WALL: "why"})] == ["passed"]
    assert [r.outcome for r in mutants.judge([missed], {WALL: "why"})] == ["failed"]


def test_the_list_has_reasons():
    """Of the methods in it."""
    found = mutants.spare()
    assert found
    assert all(reason.strip() for reason in found.values())
