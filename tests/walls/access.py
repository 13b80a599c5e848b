"""Who may do what to whose rows: asked of the registry, compared with a declared table.

Letters are those of the addons' matrices: c(reate) r(ead) u(pdate) d(elete). Rows of the own
chapter, of the other one, and those that belong to nobody stand apart; of each kind the letters
that hold for any row count.
"""

import contextlib
import csv
from collections import defaultdict

import boot
from hits import HERE
from plant import BANDS, WIDTH

from launcher.paths import ADDONS

TABLE = HERE / "access.csv"
KINDS = {"own": BANDS["B"], "other": BANDS["A"], "shared": 0}
OPERATIONS = {"c": "create", "r": "read", "u": "write", "d": "unlink"}
SOME = 15  # rows looked at of each kind


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


def letters(env, name: str, start: int) -> str:
    """The operations that a person may do on any of the rows in a band of ids."""
    model = env[name].with_context(active_test=False)
    from odoo.exceptions import AccessError

    # As the system, so that a row one does not find is asked for, too.
    domain = [("id", ">", start), ("id", "<", start + WIDTH)]
    ids = model.sudo().search(domain, limit=SOME, order="id").ids
    found = ""
    for letter, operation in OPERATIONS.items():
        env.transaction.clear()
        # Core asks some rows with the rights of who has none at all.
        with contextlib.suppress(AccessError):
            rows = model.browse(ids)
            if model.has_access(operation) and any(row.has_access(operation) for row in rows):
                found += letter
    return found


def compact(found: dict) -> list[dict]:
    """Join the roles that may do the same."""
    alike = defaultdict(list)
    for (model, role), cells in found.items():
        alike[model, cells].append(role)
    return [
        {"model": model, "roles": " ".join(roles)}
        | {kind: cell or "-" for kind, cell in zip(KINDS, cells, strict=True)}
        for (model, cells), roles in sorted(alike.items())
    ]


def read() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the declared table in the form of `allowed`."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {
            (row["model"], role): tuple(row[kind].replace("-", "") for kind in KINDS)
            for row in csv.DictReader(file)
            for role in row["roles"].split()
        }


def write(found: dict) -> None:
    """Declare what the registry allows; to be reviewed by eye."""
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, ["model", "roles", *KINDS], lineterminator="\n")
        rows.writeheader()
        rows.writerows(compact(found))
