"""House rule 11: `sudo()` stands on a variable that says so, with its reason."""

import ast

from source import findings, nothing, python_files


def check(text):
    """Yield each `sudo()` whose result is not named `…_sudo`, or that has no `# sudo:` comment."""
    lines = text.splitlines()
    source = ast.parse(text)
    named = set()
    for node in ast.walk(source):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.comprehension)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.iter if isinstance(node, (ast.For, ast.comprehension)) else node.value
            if value and all(_name(target).endswith("_sudo") for target in targets):
                named.update(id(inner) for inner in ast.walk(value))
    for node in ast.walk(source):
        if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "sudo"):
            continue
        if node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value is False:
            continue  # sudo(False) gives rights back
        if id(node) not in named:
            yield node.lineno, "the result of sudo() has no name ending in _sudo"
        near = lines[max(node.lineno - 4, 0) : node.end_lineno]
        if not any("# sudo:" in line for line in near):
            yield node.lineno, "sudo() without a comment `# sudo: why`"


def _name(target):
    return getattr(target, "id", getattr(target, "attr", ""))


def test_sudo_is_named_and_explained():
    """No sudo() hides in an expression, and each has its reason beside it."""
    nothing(findings(check, python_files()))


def test_the_check_can_fail():
    """A hidden and an unexplained sudo() are found, a good one is not."""
    assert [line for line, _ in check("x = a.sudo()")] == [1, 1]
    assert [line for line, _ in check("# sudo: why\nf(a.sudo().name)")] == [2]
    assert not list(check("# sudo: why\na_sudo = a.sudo()\nb = a_sudo.sudo(False)"))
