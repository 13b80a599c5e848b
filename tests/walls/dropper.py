"""Takes one wall away at a time and asks whether the probes see it.

A wall here is a global record rule, which the marker scan must miss, or a row of access rights,
which the table of access must miss. Methods in the folders `walls/` are taken away by
`./embassy test mutants`. All happens in transactions that are rolled back.
"""

from collections import defaultdict

import access
import boot
import scan
from hits import Book, Hit

PEOPLE = ("everything", "employee", "portal")


def rules(env) -> dict[str, list[str]]:
    """Global rules that tell chapters or people apart: external id -> those beside it."""
    names = env["ir.rule"].search([("global", "=", True)]).get_external_id()
    of_model, found = defaultdict(list), {}
    for id_, name in names.items():
        of_model[env["ir.rule"].browse(id_).model_id].append(name)
    for id_, name in sorted(names.items(), key=lambda item: item[1]):
        rule = env["ir.rule"].browse(id_)
        ours = name.startswith("embassy_") and not name.startswith("embassy_leaky")
        walls = "company_id" in (rule.domain_force or "")
        if (ours or walls) and not env[rule.model_id.model]._transient and "leaky" not in name:
            found[name] = [other for other in of_model[rule.model_id] if other not in (name, "")]
    return found


class Dropper:
    """Looks as people of chapter B while a wall is down."""

    def __init__(self, world):
        self.world = world

    def seen_without(self, *rules: str) -> set[Hit]:
        """What the scan finds when some rules are off, and not before."""
        world, found = self.world, set[Hit]()
        with boot.environment(world.registry, 1, [1], su=True) as env:
            records = env["ir.rule"].union(*map(env.ref, rules))
            models = sorted(set(records.model_id.mapped("model")))
            for down in (False, True):
                records.active = not down
                env.flush_all()
                world.registry.clear_cache()
                book = Book()
                for role in PEOPLE:
                    if role not in world.b.people:
                        continue
                    person = _person(world, env, role)
                    scan.Scan(person, role, world.a.marks, book).rows_only(models)
                found = book.hits - found if down else set(book.hits)
        world.registry.clear_cache()
        return found


RIGHTS = ("perm_read", "perm_write", "perm_create", "perm_unlink")
ALL = dict.fromkeys(RIGHTS, True)
# How a row of access rights is mistaken: what is written to it.
MISTAKES = {
    "dropped": lambda env: {"active": False},
    "all rights": lambda env: ALL,
    "for internal users": lambda env: {"group_id": env.ref("base.group_user").id, **ALL},
    "for the portal": lambda env: {"group_id": env.ref("base.group_portal").id, **ALL},
}


def access_rows(env) -> list[str]:
    """Return the external ids of the rows of access rights of our addons and on what they wall."""
    walled = set(env["ir.rule"].browse(map(lambda name: env.ref(name).id, rules(env))).model_id.ids)
    rows = env["ir.model.access"].search([])
    return sorted(
        name
        for id_, name in rows.get_external_id().items()
        if (name.startswith("embassy_") and not name.startswith("embassy_leaky"))
        or rows.browse(id_).model_id.id in walled
    )


def mistaken(world, names) -> dict[str, bool]:
    """Say of each mistake in each row of access rights whether the declared table misses it."""
    declared = access.read(access.RIGHTS, ["rights"])
    found = {}
    with boot.environment(world.registry, 1, [1], su=True) as env:
        people = {role: _person(world, env, role) for role in world.b.people}
        for name in names:
            row = env.ref(name)
            for title, values in MISTAKES.items():
                with env.cr.savepoint() as savepoint:
                    row.write(values(env))
                    env.flush_all()
                    found[f"{name}, {title}"] = any(
                        access.rights(person, row.model_id.model)
                        != declared.get((row.model_id.model, role), ("",))[0]
                        for role, person in people.items()
                    )
                    savepoint.rollback()
                env.transaction.clear()
                world.registry.clear_cache()
    return found


def _person(world, env, role):
    from odoo.api import Environment

    context = {"allowed_company_ids": world.b.company.ids, "lang": "en_US", "tz": "UTC"}
    return Environment(env.cr, world.b.people[role], context)
