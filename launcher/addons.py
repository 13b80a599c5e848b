"""What the addons say of themselves, read without Odoo: manifests, versions, content hashes."""

import ast
import functools
import hashlib
import json
from pathlib import Path

from .paths import ADDONS, OURS

# Files that an installed database does not depend on.
_APART = {"tests", "readme", "__pycache__"}


def manifest(folder: Path) -> dict:
    """Return the manifest of the addon in `folder`."""
    return ast.literal_eval((folder / "__manifest__.py").read_text(encoding="utf-8"))


def version(name: str) -> tuple[int, ...]:
    """Return the version of one of our addons as numbers, such as (19, 0, 1, 0, 0)."""
    return parse(manifest(ADDONS / name)["version"])


def parse(text: str) -> tuple[int, ...]:
    """Return "19.0.1.0.0" as numbers."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def fingerprint(name: str) -> str:
    """Return a hash over the files of one of our addons that an installed database depends on."""
    folder = ADDONS / name
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not _APART.intersection(relative.parts) and path.suffix != ".pyc":
            found.update(f"{relative}\0".encode() + path.read_bytes())
    return found.hexdigest()


def depends() -> list[str]:
    """Return what our addons depend on outside this project, sorted."""
    wanted = {name for ours in OURS for name in manifest(ADDONS / ours)["depends"]}
    return sorted(wanted - set(OURS))


@functools.cache
def key(*parts: str) -> str:
    """Return a short hash of some texts, fit for the name of a database."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:10]
