"""Each test that docs/security.md names by its file is there."""

import re

from source import ROOT

NAMED = re.compile(r"`((?:tests|addons)/[\w/]+\.py)(?:::(\w+))?`")
TEXT = (ROOT / "docs/security.md").read_text(encoding="utf-8")


def test_named_tests_exist():
    absent = [
        f"{path}::{name}"
        for path, name in NAMED.findall(TEXT)
        if not (ROOT / path).exists()
        or (name and f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert not absent


def test_each_requirement_has_a_test():
    rows = dict(re.findall(r"^\| (R\d+) \|(.*)$", TEXT, re.MULTILINE))
    wanted = {f"R{number}" for number in (*range(1, 32), 35, 37, 40, 41)}
    assert wanted == rows.keys()
    assert all(NAMED.search(row) for row in rows.values())
