"""Rows of no chapter: whether somebody of chapter B sees a row of A that has lost its company.

Plain Odoo shows a row without a company to all. Here such a row is shared on purpose or nobody's.
Shared are lists whose model says so by `embassy.shared.mixin`, which lets the federation alone
make such a row, and what visible.csv names. All happens in one transaction that is rolled back.
"""

import contextlib

import boot
import scan
from hits import Book, Hit
from plant import BANDS, WIDTH

PEOPLE = ("everything", "employee", "volunteer", "portal", "public")


def columns(env, rows) -> list[tuple[str, str]]:
    """Return (model, column) of all companies that the database does not demand."""
    env.cr.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND is_nullable = 'YES'"
    )
    nullable = set(env.cr.fetchall())
    return [
        (name, field.name)
        for name in sorted(rows.keys() & env.registry.keys())
        for field in env[name]._fields.values()
        if field.type == "many2one"
        and field.comodel_name == "res.company"
        and name != "res.company"
        and (env[name]._table, field.name) in nullable
    ]


def look(world, some, book: Book) -> None:
    """Take the company from all rows of A, a column at a time, and look as people of B."""
    from psycopg2.errors import CheckViolation

    from odoo.api import Environment

    context = {"allowed_company_ids": world.b.company.ids, "lang": "en_US", "tz": "UTC"}
    with boot.environment(world.registry, 1, [1], su=True) as env:
        for model, column in some:
            with env.cr.savepoint() as savepoint:
                table, band = env[model]._table, [BANDS["A"], BANDS["A"] + WIDTH]
                query = f'UPDATE "{table}" SET "{column}" = NULL WHERE id BETWEEN %s AND %s'  # noqa: S608
                # What the database does not take cannot be.
                with contextlib.suppress(CheckViolation), env.cr.savepoint(flush=False):
                    env.cr.execute(query, band)
                    book.asked["company-less"] += 1
                for role in PEOPLE:
                    env.transaction.clear()
                    found = Book(visible=[])
                    person = Environment(env.cr, world.b.people[role], context)
                    scan.Scan(person, role, world.a.marks, found).rows_only([model])
                    for hit in found.hits | found.planted:
                        place = f"{model} without {column}"
                        if issubclass(env.registry[model], env.registry["embassy.shared.mixin"]):
                            book.meant.add(Hit("company-less", role, place, hit.what))
                        else:
                            book.hit("company-less", role, place, hit.what)
                savepoint.rollback()
            env.transaction.clear()
