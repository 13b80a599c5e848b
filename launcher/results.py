"""What tests of all runners came to: noted as JSON lines, added up, printed."""

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from .console import say
from .paths import ROOT

ALLOWED = ROOT / "tests" / "log_allowed.txt"
KNOWN_RED = ROOT / "tests" / "known_red.txt"
# How skips for want of a program begin or read; CI allows none of them.
NEEDS = ("apt-get install", "Chrome executable not found")


class Result(NamedTuple):
    """One test: its id, "passed" | "failed" | "skipped", the reason or traceback, its seconds."""

    id: str
    outcome: str
    text: str = ""
    seconds: float = 0.0


def note(test_id: str, outcome: str, text: str = "", seconds: float = 0.0) -> None:
    """Append a result to the file in EMBASSY_RESULTS; called inside the runners."""
    with open(os.environ["EMBASSY_RESULTS"], "a", encoding="utf-8") as file:
        file.write(json.dumps([test_id, outcome, text, round(seconds, 3)]) + "\n")


def read(file: Path, skip: int = 0) -> list[Result]:
    """Return the results in a file, without the first `skip` and without a line half written."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)[skip:]
    return [Result(*json.loads(line)) for line in lines if line.endswith("\n")]


def is_allowed(text: str) -> bool:
    """Say whether a complaint in Odoo's log is outside our reach: `pattern | reason` a line."""
    lines = ALLOWED.read_text(encoding="utf-8").splitlines() if ALLOWED.exists() else []
    return any(
        re.search(line.split(" | ")[0], text)
        for line in lines
        if line.strip() and not line.startswith("#")
    )


def complaints(log: Path) -> list[str]:
    """Return the warnings and errors in a log file of Odoo that are not allowed."""
    pattern = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) \S+ (.*)")
    found = [
        m[1] for line in log.read_text(errors="replace").splitlines() if (m := pattern.match(line))
    ]
    return [text for text in found if not is_allowed(text)]


def known_red(file: Path | None = None) -> dict[str, str]:
    """Return id -> reason of the failures that are known; lines read `id | reason | date`."""
    file = file or KNOWN_RED
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    rows = [
        [cell.strip() for cell in line.split("|")]
        for line in lines
        if line.strip() and not line.startswith("#")
    ]
    return {test_id: f"known red since {date}: {reason}" for test_id, reason, date in rows}


def judge(found: list[Result], reds: dict[str, str], strict: bool) -> list[Result]:
    """Return the results as they count.

    A known red that fails is skipped and one that passes fails; a skip without a reason fails;
    with `strict` (CI) a skip for want of a program fails. No result at all is a failure.
    """
    judged = []
    for result in found:
        if result.id in reds and result.outcome == "failed":
            result = result._replace(outcome="skipped", text=reds[result.id])
        elif result.id in reds and result.outcome == "passed":
            result = result._replace(
                outcome="failed", text="is green now: take it out of tests/known_red.txt"
            )
        elif result.outcome == "skipped" and not result.text.strip():
            result = result._replace(outcome="failed", text="skipped without a reason")
        elif result.outcome == "skipped" and strict and any(n in result.text for n in NEEDS):
            result = result._replace(outcome="failed", text=f"no such skip in CI: {result.text}")
        judged.append(result)
    return judged


def report(found: list[Result]) -> int:
    """Print failures, skips, the slowest tests and the last line; return the exit code."""
    for result in found:
        if result.outcome == "failed":
            say(f"\nFAILED {result.id}\n{result.text.rstrip()}")
    skips = [r for r in found if r.outcome == "skipped"]
    if skips:
        say("\nSkipped:")
        for result in skips:
            say(f"  {result.id}: {result.text.splitlines()[0]}")
    slow = sorted((r for r in found if r.seconds > 5), key=lambda r: -r.seconds)[:10]
    if slow:
        say("\nSlowest:")
        for result in slow:
            say(f"  {result.seconds:6.1f} s  {result.id}")
    counts = Counter(result.outcome for result in found)
    if not found:
        say("Nothing ran.")
    say(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts["passed"] else 0
