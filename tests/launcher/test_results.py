"""How results of all runners are judged and added up."""

import json

import pytest

from launcher import results
from launcher.jobs import test as job
from launcher.results import Result


def test_last_line_is_the_sum(capsys):
    """Nothing follows the line that counts."""
    found = [
        Result("a", "passed"),
        Result("b", "skipped", "no reason to run"),
        Result("c", "passed"),
    ]
    assert results.report(found) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize("found", [[], [Result("a", "skipped", "why")], [Result("a", "failed")]])
def test_nothing_ran_or_something_failed(found, capsys):
    """A run in which no test passed is no success."""
    assert results.report(found) == 1
    assert capsys.readouterr().out


def test_known_red():
    """A known red that fails is skipped with its reason; one that turned green fails."""
    reds = {"a": "known", "b": "known"}
    judged = results.judge([Result("a", "failed"), Result("b", "passed")], reds, strict=False)
    assert [(r.outcome, r.text[:5]) for r in judged] == [("skipped", "known"), ("failed", "is gr")]


def test_known_red_file(tmp_path):
    """A line has an id, a reason and a date."""
    file = tmp_path / "known_red.txt"
    file.write_text("# comment\n\nx::y | upstream bug | 2026-11-24\n")
    assert results.known_red(file) == {"x::y": "known red since 2026-11-24: upstream bug"}


def test_skips():
    """A skip needs a reason, and CI allows none for want of a program."""
    bare, missing = Result("a", "skipped", " "), Result("b", "skipped", "sudo apt-get install x")
    assert [r.outcome for r in results.judge([bare, missing], {}, False)] == ["failed", "skipped"]
    assert [r.outcome for r in results.judge([bare, missing], {}, True)] == ["failed", "failed"]


def test_half_a_line_waits(tmp_path):
    """The runner may be in the middle of a line when the launcher looks."""
    file = tmp_path / "r.jsonl"
    file.write_text(json.dumps(["a", "passed", "", 0]) + '\n["b", "fai')
    assert results.read(file) == [Result("a", "passed", "", 0)]


def test_complaints_of_a_log(tmp_path):
    """Warnings and errors are found, other lines and tracebacks are not."""
    log = tmp_path / "odoo.log"
    log.write_text(
        "2026-11-24 06:00:00,000 1 INFO db odoo.x: fine\nTraceback\n"
        "2026-11-24 06:00:00,000 1 WARNING db odoo.x: bad\n"
    )
    assert results.complaints(log) == ["odoo.x: bad"]


@pytest.mark.parametrize(
    ("word", "groups", "tags"),
    [
        ("static", {"static": ["tests/static", "tests/launcher"]}, {}),
        ("embassy_core", {}, {"/embassy_core": "embassy_core"}),
        ("embassy_core:TestX.test_y", {}, {"/embassy_core:TestX.test_y": "embassy_core"}),
        ("addons/embassy_core", {}, {"/embassy_core": "embassy_core"}),
        (
            "addons/embassy_core/tests/common.py",
            {},
            {"/embassy_core/tests/common.py": "embassy_core"},
        ),
        ("peers", {}, {"peers": "embassy_assistance"}),
        ("tests/static/test_tree.py", {"static": ["tests/static/test_tree.py"]}, {}),
    ],
)
def test_words(word, groups, tags):
    """A word names a group, an addon, a test, a folder or a file."""
    assert job.select([word], quick=False) == (groups, tags)


def test_unknown_word():
    """A word that names nothing is said so, not passed over."""
    with pytest.raises(job.Fault, match="nothing to test named nonsense"):
        job.select(["nonsense"], quick=False)


def test_everything_has_all_groups():
    """Without words each group runs, the heavy ones apart."""
    groups, tags = job.select([], quick=False)
    assert "static" in groups and "browser" in groups and "bench" not in groups
    assert {"/embassy_core", "peers"} <= set(tags)
