"""What the static tests look at: parsed Python of the addons, and where things stand in it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from launcher import tree
from launcher.paths import ROOT

# Kinds of base classes by their last name.
MODELS = {"Model", "TransientModel", "AbstractModel"}


def python_files(tests: bool = False) -> list[Path]:
    """Return the Python files of the addons, those of their tests only where asked for."""
    return [
        path for path in tree.files(".py", below="addons") if tests or "tests" not in path.parts
    ]


def classes(source: ast.AST) -> Iterator[tuple[ast.ClassDef, dict[str, ast.expr]]]:
    """Yield each Odoo model class with its simple class attributes (name -> value node)."""
    for node in ast.walk(source):
        if isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Attribute) and base.attr in MODELS for base in node.bases
        ):
            yield (
                node,
                {
                    target.id: item.value
                    for item in node.body
                    if isinstance(item, ast.Assign)
                    for target in item.targets
                    if isinstance(target, ast.Name)
                },
            )


def text(node: ast.expr | None) -> str:
    """Return the string that a node is, or nothing."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def findings(check, files: list[Path]) -> list[str]:
    """Run `check(source text)`, which yields (line, words), over files."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in files
        for line, words in check(path.read_text(encoding="utf-8"))
    ]


def nothing(found: list[str]) -> None:
    """Fail with a line a finding."""
    assert not found, "found:\n" + "\n".join(found)
