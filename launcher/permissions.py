"""The table of what each role may do, made from every addon's `security/access_matrix.csv`."""

import csv
from itertools import groupby
from pathlib import Path

from .paths import ADDONS, ROOT

PAGE = ROOT / "docs" / "permissions.md"
_WORDS = {"c": "create", "r": "read", "u": "change", "d": "delete"}
_WHOLE = {"-": "nothing", "n/a": "no such record"}
_HEAD = """# Who may do what

Made by `./embassy permissions` from `addons/*/security/access_matrix.csv`; tests compare those
files with what the system really allows. *Own* is the chapter a person works in, *other* any other
chapter, *shared* a record that belongs to no chapter on purpose. A role that a table does not name
may do nothing.
"""


def rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a matrix: model, role, own, other, shared, why.

    Raises:
        ValueError: a wrong column or a cell that is not made of the letters crud, "-" or "n/a".
    """
    with file.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames != ["model", "role", "own", "other", "shared", "why"]:
            raise ValueError(f"{file.name}: columns {reader.fieldnames}")
        found = list(reader)
    for number, row in enumerate(found, 2):
        for column in ("own", "other", "shared"):
            if row[column] not in _WHOLE and (not row[column] or set(row[column]) - set("crud")):
                raise ValueError(f"{file}:{number}: {column} is {row[column]!r}")
    return found


def spell(cell: str) -> str:
    """Return "cr" as "create, read"."""
    return _WHOLE.get(cell) or ", ".join(_WORDS[letter] for letter in cell)


def page() -> str:
    """Return the text of the page."""
    parts = [_HEAD]
    for file in sorted(ADDONS.glob("*/security/access_matrix.csv")):
        found = rows(file)
        if not found:
            continue
        parts.append(f"\n## {file.parent.parent.name}\n")
        for model, group in groupby(sorted(found, key=lambda r: r["model"]), lambda r: r["model"]):
            parts.append(
                f"\n### {model}\n\n| role | own | other | shared | why |\n"
                "| --- | --- | --- | --- | --- |\n"
            )
            for row in group:
                cells = [
                    row["role"],
                    *(spell(row[c]) for c in ("own", "other", "shared")),
                    row["why"].replace("|", "\\|"),
                ]
                parts.append(f"| {' | '.join(cells)} |\n")
    return "".join(parts)
