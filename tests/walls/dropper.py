"""Takes one wall away at a time and asks whether the marker scan sees it.

A wall here is a global record rule; methods in the folders `walls/` are taken away by
`mutants.py`. All happens in one transaction that is rolled back.
"""

from collections import defaultdict

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
        from odoo.api import Environment

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
                    person = Environment(
                        env.cr,
                        world.b.people[role],
                        {"allowed_company_ids": world.b.company.ids, "lang": "en_US", "tz": "UTC"},
                    )
                    scan.Scan(person, role, world.a.marks, book).rows_only(models)
                found = book.hits - found if down else set(book.hits)
        world.registry.clear_cache()
        return found
