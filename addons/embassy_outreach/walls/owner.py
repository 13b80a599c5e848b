from odoo.tools import SQL


def put_where_owner_works(model, *owners):
    """Give rows that stood before the walls the chapter of who keeps them.

    For ``_init_column``, which then gives the rest the default.

    :param model: the model, whose column ``company_id`` has just been made
    :param owners: names of columns that hold a user; the first that is filled counts
    """
    table = SQL.identifier(model._table)
    columns = SQL(", ").join(SQL.identifier(model._table, owner) for owner in owners)
    model.env.cr.execute(
        SQL(
            """UPDATE %(table)s SET company_id = owner.company_id FROM res_users owner
               WHERE %(table)s.company_id IS NULL AND owner.id = COALESCE(%(columns)s)""",
            table=table,
            columns=columns,
        )
    )
