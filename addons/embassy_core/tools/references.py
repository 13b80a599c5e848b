"""Which rows of the database point at given records, in whatever addon they are."""

import collections

from odoo.tools import SQL


def rows_pointing_at(env, records, parts=None):
    """Rows that point at the records: foreign keys, and pairs of model and id.

    What passes by itself (rows of transient models) does not count. Asked is the database, past
    all rules: whether something is in use does not depend on who sees it.

    :param env: any environment
    :param records: iterable of single records, of several models
    :param dict parts: sets of tables by model whose rows belong to a record and do not count
    :return: sets of (table, id) by (table, id) of the record; the id is None in tables that
        join two others
    :rtype: dict[tuple, set[tuple]]
    """
    by_model = collections.defaultdict(list)
    for record in records:
        by_model[record._name].append(record.id)
    found = collections.defaultdict(set)
    env.flush_all()
    for model, ids in by_model.items():
        table = env[model]._table
        for query in _queries(env, model, tuple(ids), (parts or {}).get(model, set())):
            for target, other_table, other_id in env.execute_query(query):
                if (other_table, other_id) != (table, target):
                    found[table, target].add((other_table, other_id))
    return found


def _queries(env, model, ids, parts):
    """Selects of (id that is pointed at, table, id or nothing of the row that points)."""
    left_out = _passing_tables(env) | parts
    for table, column, has_id in _foreign_keys(env, env[model]._table):
        if table not in left_out:
            # SQL: tables that join two others are no models
            yield SQL(
                "SELECT %(column)s, %(name)s, %(id)s FROM %(table)s WHERE %(column)s IN %(ids)s",
                column=SQL.identifier(column),
                name=table,
                id=SQL.identifier("id") if has_id else SQL("NULL"),
                table=SQL.identifier(table),
                ids=ids,
            )
    for Model in env.values():
        if Model._abstract or Model._transient or not Model._auto:
            continue
        for field in Model._fields.values():
            if field.type == "many2one_reference" and field.store and field.model_field:
                yield SQL(
                    """SELECT %(column)s, %(name)s, id FROM %(table)s
                       WHERE %(model_field)s = %(model)s AND %(column)s IN %(ids)s""",
                    column=SQL.identifier(field.name),
                    name=Model._table,
                    table=SQL.identifier(Model._table),
                    model_field=SQL.identifier(field.model_field),
                    model=model,
                    ids=ids,
                )
            elif field.type == "reference" and field.store:
                yield SQL(
                    """SELECT split_part(%(column)s, ',', 2)::int, %(name)s, id FROM %(table)s
                       WHERE %(column)s IN %(values)s""",
                    column=SQL.identifier(field.name),
                    name=Model._table,
                    table=SQL.identifier(Model._table),
                    values=tuple(f"{model},{id_}" for id_ in ids),
                )


def _passing_tables(env):
    """Tables of transient models, and those that join them to others."""
    tables = set()
    for Model in env.values():
        if Model._transient:
            tables.add(Model._table)
            tables.update(
                field.relation
                for field in Model._fields.values()
                if field.type == "many2many" and field.store
            )
    return tables


def _foreign_keys(env, table):
    """(table, column, whether it has an id) of what the database knows to point at a table."""
    # SQL: the catalogue is no model
    return env.execute_query(
        SQL(
            """SELECT con.conrelid::regclass::text, att.attname, EXISTS (
                   SELECT FROM pg_attribute WHERE attrelid = con.conrelid AND attname = 'id')
               FROM pg_constraint con JOIN pg_attribute att
                 ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
               WHERE con.contype = 'f' AND con.confrelid = %s::regclass""",
            table,
        )
    )
