"""By name, as it takes an hour: each override in a folder `walls/` is taken away once.

    ./embassy test tests/walls/mutants.py

Odoo's tests of the addon then run without it, and one must fail. EMBASSY_MUTANTS=10 takes that
many, chosen by the day.
"""

import argparse
import ast
import datetime
import os
import random

import pytest

from launcher.jobs import test as job
from launcher.paths import ADDONS, OURS

# Overrides that no test can miss, each with its reason.
SPARE: dict[str, str] = {}


def overrides() -> list[str]:
    """Methods of models in the folders `walls/`, as "module:Class.method"."""
    found = []
    for addon in OURS:
        for file in sorted((ADDONS / addon / "walls").glob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if not isinstance(node, ast.ClassDef):
                    continue
                if not any(getattr(base, "attr", "").endswith("Model") for base in node.bases):
                    continue
                found += [
                    f"odoo.addons.{addon}.walls.{file.stem}:{node.name}.{item.name}"
                    for item in node.body
                    if isinstance(item, ast.FunctionDef) and "super()" in ast.unparse(item)
                ]
    return found


def some() -> list[str]:
    """All of them, or as many as EMBASSY_MUTANTS says."""
    count = int(os.environ.get("EMBASSY_MUTANTS", "0"))
    every = overrides()
    seed = datetime.date.today().toordinal()
    return random.Random(seed).sample(every, min(count, len(every))) if count else every  # noqa: S311


@pytest.mark.parametrize("wall", some())
def test_something_turns_red(wall, monkeypatch):
    """Odoo's tests of the addon do not pass without this override."""
    addon = wall.split(".")[2]
    monkeypatch.setenv("EMBASSY_DROP", wall)
    options = argparse.Namespace(
        odoo=os.environ.get("EMBASSY_ODOO_PATH"),
        db_url=os.environ.get("EMBASSY_DB_URL"),
        quick=True,
        keep=False,
    )
    found = job.run_odoo({f"/{addon}": addon}, options)
    assert any(result.outcome == "passed" for result in found), "Odoo did not even start"
    red = [result.id for result in found if result.outcome == "failed"]
    assert red or wall in SPARE, "all tests pass without it"
