import psycopg2

from odoo.exceptions import UserError
from odoo.tools import SQL


def pre_init_hook(env):
    """Have the extension that lets the database refuse overlapping mandates.

    PostgreSQL 13 and later let the owner of a database create it; where an older set-up does
    not, say so before a table is made without its guard.
    """
    try:
        with env.cr.savepoint():
            env.cr.execute(SQL("CREATE EXTENSION IF NOT EXISTS btree_gist"))
    except psycopg2.Error as error:
        raise UserError(
            env._(
                "The database needs the extension btree_gist. Ask who runs PostgreSQL to enter"
                " CREATE EXTENSION btree_gist; in this database, then install again."
            )
        ) from error
