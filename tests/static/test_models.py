"""House rules 1, 2 and 21: what every model of ours has, and what no code of ours does."""

import ast
import re

from source import classes, findings, nothing, python_files, text


def check(source):
    """Yield models named embassy.* that lack `_description`, or an `_order` ending in id."""
    for node, attributes in classes(ast.parse(source)):
        name = text(attributes.get("_name"))
        if (
            not name.startswith("embassy.")
            or "_inherit" in attributes
            and name == text(attributes["_inherit"])
        ):
            continue
        kinds = {base.attr for base in node.bases}
        if "_description" not in attributes:
            yield node.lineno, f"{name} has no _description"
        if "Model" in kinds and not re.search(r"\bid( desc)?$", text(attributes.get("_order"))):
            yield node.lineno, f"the _order of {name} does not end in id"
        if "wizard" in name:
            yield node.lineno, f"{name}: no word wizard in names"
        if node.name != "".join(part.capitalize() for part in re.split(r"[._]", name)):
            yield node.lineno, f"the class of {name} is named {node.name}"


def check_forbidden(source):
    """Yield what the house rules forbid outright."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "commit":
            yield node.lineno, "commit(): a cron uses _commit_progress"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("odoo.orm"):
            yield node.lineno, "odoo.orm is not for addons"
        if isinstance(node, ast.ImportFrom) and any(name.name == "_" for name in node.names):
            yield node.lineno, "texts are translated by self.env._"
        if isinstance(node, ast.Name) and node.id == "_sql_constraints":
            yield node.lineno, "_sql_constraints is ignored by Odoo 19"


def test_models_describe_and_order_themselves():
    """A list without a total order shows records twice or never over its pages."""
    nothing(findings(check, python_files()))


def test_file_is_named_after_its_model():
    """One model a file, found by guessing its path."""
    wrong = []
    for path in python_files():
        names = [
            text(attributes.get("_name")) or text(attributes.get("_inherit"))
            for _, attributes in classes(ast.parse(path.read_text(encoding="utf-8")))
        ]
        if len(names) > 1:
            wrong.append(f"{path}: {', '.join(names)} in one file")
        elif names and names[0] and path.parent.name in ("models", "wizards", "walls"):
            if path.stem != names[0].replace(".", "_"):
                wrong.append(f"{path}: holds {names[0]}")
    nothing(wrong)


def test_nothing_forbidden():
    """No commit, no odoo.orm, no ignored constraints."""
    nothing(findings(check_forbidden, python_files()))


def test_the_checks_can_fail():
    """A bare model and a commit are found."""
    bare = "class EmbassyX(models.Model):\n _name = 'embassy.x'"
    assert len(list(check(bare))) == 2
    assert not list(check(bare + "\n _description = 'X'\n _order = 'name, id'"))
    assert list(check_forbidden("self.env.cr.commit()"))
    assert list(check_forbidden("from odoo import _, api"))
