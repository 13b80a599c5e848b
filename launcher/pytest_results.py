"""A pytest plugin that notes each test as `results.py` wants it."""

import pytest

from . import results

_open: dict[str, list] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Join the three phases of a test into one result: the first that is not passed counts."""
    outcome, text, seconds = _open.setdefault(report.nodeid, ["passed", "", 0.0])
    seconds += report.duration
    if outcome == "passed" and report.outcome != "passed":
        outcome = report.outcome
        text = str(
            report.longrepr[2]
            if report.skipped and isinstance(report.longrepr, tuple)
            else report.longreprtext
        ).removeprefix("Skipped: ")
    _open[report.nodeid] = [outcome, text, seconds]
    if report.when == "teardown":
        results.note(report.nodeid, *_open.pop(report.nodeid))


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Count a file that cannot be read as one failed test, a skipped one as one skip."""
    if report.failed:
        results.note(report.nodeid, "failed", str(report.longrepr))
    elif report.skipped:
        results.note(report.nodeid, "skipped", str(report.longrepr[2]).removeprefix("Skipped: "))
