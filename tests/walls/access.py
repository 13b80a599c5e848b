"""Who may do what to whose rows: asked of the registry, compared with a declared table.

Letters are those of the addons' matrices: c(reate) r(ead) u(pdate) d(elete). Rows of the own
chapter, of the other one, and those that belong to nobody stand apart; of each kind the letters
that hold for any row count. A refusal is tried out: what is done all the same counts as allowed.
A second table holds what the rows of access rights give on each model, dialogs too, whatever the
rules of its rows say: one row too wide changes it.
"""

import contextlib
import csv
from collections import defaultdict

import boot
from hits import HERE
from plant import BANDS, WIDTH

from launcher.paths import ADDONS

TABLE = HERE / "access.csv"
RIGHTS = HERE / "rights.csv"
KINDS = {"own": BANDS["B"], "other": BANDS["A"], "shared": 0}
OPERATIONS = {"c": "create", "r": "read", "u": "write", "d": "unlink"}
SOME = 15  # rows looked at of each kind
TRIED = 2  # rows of each kind on which a refusal is tried out


def declared_by_addons() -> set[str]:
    """Models whose access stands in a matrix of an addon, which its own tests hold to."""
    found = set()
    for file in ADDONS.glob("*/security/access_matrix.csv"):
        with file.open(newline="", encoding="utf-8") as rows:
            found |= {row["model"] for row in csv.DictReader(rows)}
    return found


def allowed(world, roles) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return (model, role) -> letters for own, other, shared, where a role may do anything."""
    found = {}
    for role in roles:
        uid = world.b.people[role]
        with boot.environment(world.registry, uid, [world.b.company.id]) as env:
            for name in sorted(env.registry):
                model = env[name]
                if model._abstract or model._transient or "leaky" in name:
                    continue
                cells = tuple(letters(env, name, start) for start in KINDS.values())
                if any(cells):
                    found[name, role] = cells
    return found


def rights(env, name: str) -> str:
    """The operations that rows of access rights give a person on a model."""
    return "".join(letter for letter, right in OPERATIONS.items() if env[name].has_access(right))


def given(world) -> dict[tuple[str, str], tuple[str]]:
    """Return (model, role) -> the rights on a model, where a role has any."""
    found = {}
    for role, uid in world.b.people.items():
        with boot.environment(world.registry, uid, [world.b.company.id]) as env:
            for name in sorted(env.registry):
                if not env[name]._abstract and "leaky" not in name and rights(env, name):
                    found[name, role] = (rights(env, name),)
    return found


def letters(env, name: str, start: int) -> str:
    """The operations that a person may do on any of the rows in a band of ids."""
    model = env[name].with_context(active_test=False)
    from odoo.exceptions import AccessError

    # As the system, so that a row one does not find is asked for, too.
    domain = [("id", ">", start), ("id", "<", start + WIDTH)]
    rows = model.browse(model.sudo().search(domain, limit=SOME, order="id").ids)
    found = ""
    for letter, operation in OPERATIONS.items():
        env.transaction.clear()
        # Core asks some rows with the rights of who has none at all.
        with contextlib.suppress(AccessError):
            if model.has_access(operation) and any(row.has_access(operation) for row in rows):
                found += letter
        if letter not in found and any(done(row, operation) for row in rows[:TRIED]):
            found += letter
    return found


def done(row, operation: str) -> bool:
    """Say whether an operation that is refused is done all the same; nothing of it stays."""
    work = {"create": _create, "write": _write, "unlink": _unlink}.get(operation)
    if work is None:  # reading is what the scan does
        return False
    row.env.transaction.clear()
    with contextlib.suppress(Exception), row.env.cr.savepoint() as savepoint:
        happened = work(row)
        savepoint.rollback()
        row.env.transaction.clear()
        return happened
    row.env.transaction.clear()
    return False


def _create(row) -> bool:
    """Make a row like this one; like one of others it must be theirs, not the maker's own."""
    copy = row.create(row.sudo().copy_data())
    row.env.flush_all()
    of_others = KINDS["other"] < row.id < KINDS["other"] + WIDTH
    return bool(copy.sudo().exists()) and not (of_others and copy.has_access("read"))


def _write(row) -> bool:
    """Change the first value that can be changed, and look whether it is another one."""
    change = {"char": "{}x", "text": "{}x", "boolean": None, "integer": None}
    for name, field in sorted(row._fields.items()):
        if field.type not in change or name == "id" or not field.store or field.compute:
            continue
        old = row.sudo()[name]
        new = change[field.type].format(old) if change[field.type] else not old
        row.env.transaction.clear()
        row.write({name: new})
        row.env.flush_all()
        row.env.transaction.clear()
        return row.sudo()[name] != old
    return False


def _unlink(row) -> bool:
    row.unlink()
    row.env.flush_all()
    return not row.sudo().exists()


def compact(found: dict, columns) -> list[dict]:
    """Join the roles that may do the same."""
    alike = defaultdict(list)
    for (model, role), cells in found.items():
        alike[model, cells].append(role)
    return [
        {"model": model, "roles": " ".join(roles)}
        | {column: cell or "-" for column, cell in zip(columns, cells, strict=True)}
        for (model, cells), roles in sorted(alike.items())
    ]


def read(table=TABLE, columns=tuple(KINDS)) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return a declared table in the form of `allowed`."""
    with table.open(newline="", encoding="utf-8") as file:
        return {
            (row["model"], role): tuple(row[column].replace("-", "") for column in columns)
            for row in csv.DictReader(file)
            for role in row["roles"].split()
        }


def write(found: dict, table=TABLE, columns=tuple(KINDS)) -> None:
    """Declare what the registry allows; to be reviewed by eye."""
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, ["model", "roles", *columns], lineterminator="\n")
        rows.writeheader()
        rows.writerows(compact(found, columns))
