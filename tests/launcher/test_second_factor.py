"""Codes of the second factor for demo people."""

import base64

import pytest

from launcher import second_factor
from launcher.console import Fault
from launcher.second_factor import Codes, code

# Secret and times of RFC 6238, appendix B; the last six of its eight digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(("seconds", "digits"), [(59, "287082"), (1111111109, "081804")])
def test_codes_of_the_rfc(seconds, digits):
    """The codes are those of the standard, also where they begin with a zero."""
    assert code(SECRET, seconds // second_factor.STEP) == digits


def test_no_secret():
    """A text that is no secret is said to be none."""
    with pytest.raises(Fault):
        code("1234", 1)


def test_no_code_twice(monkeypatch):
    """Two logins of one person within a step get two codes, and a third waits for its time."""
    clock = iter([100, 100, 100, 100, 100, 100, 101, 101])
    monkeypatch.setattr(second_factor, "_now", lambda: next(clock))
    monkeypatch.setattr(second_factor.time, "sleep", lambda _seconds: None)
    codes = Codes()
    assert [codes.fresh(SECRET) for _ in range(3)] == [code(SECRET, at) for at in (100, 101, 102)]


def test_staff_of_the_demo_have_a_secret():
    """Volunteers alone come in by their password."""
    for person in second_factor.people():
        assert bool(person.totp_secret) == (person.role != "volunteer")
