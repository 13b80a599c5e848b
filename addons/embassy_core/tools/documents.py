"""What rows that hang on a document by its model and id have in common.

Messages, activities, followers, scheduled messages and files name their document by two columns,
so neither a foreign key nor a record rule reaches it. Here one query asks for many of them.
"""

from collections import defaultdict

from odoo.exceptions import MissingError, UserError
from odoo.tools import SQL

# What moves with a document: table, the column of its model, the column of the chapter.
HUNG = (
    ("mail_message", "model", "record_company_id"),
    ("mail_activity", "res_model", "company_id"),
    ("ir_attachment", "res_model", "company_id"),
)


def chapters_of(env, references):
    """The chapters of documents.

    :param references: iterable of pairs of model name and id
    :return: dict of such pairs to the id of a company, for the documents that have one
    """
    found = {}
    for model, ids in _by_model(env, references).items():
        name = env[model]._mail_get_company_field()
        if not name:
            continue
        # sudo: the chapter alone, of a document that other checks ask for
        documents_sudo = env[model].sudo().browse(ids)
        for id_, document_sudo in _known(documents_sudo, name):
            if document_sudo[name]:
                found[model, id_] = document_sudo[name].id
    return found


def refuse_on_shared(env, references):
    """Refuse to hang something on a record that all chapters share.

    :param references: iterable of pairs of model name and id
    :raise UserError: if one of them is shared
    """
    for model, ids in _by_model(env, references).items():
        if shared_by_chapters(env[model].browse(ids)):
            raise UserError(
                env._(
                    "All chapters share this record, so it takes no messages, activities,"
                    " followers or files."
                )
            )


def shared_by_chapters(records):
    """Those of ``records`` that one chapter keeps for all."""
    if records.env.registry["embassy.kept.mixin"] not in type(records).__mro__:
        return records.browse()
    # sudo: whether it has a chapter at all
    records_sudo = records.sudo()
    return records.browse(
        id_
        for id_, record_sudo in _known(records_sudo, "company_id")
        # Other contacts without a chapter are people who work in several.
        if not record_sudo.company_id
        and (record_sudo._name != "res.partner" or record_sudo.directory_kind)
    )


def of_chapter(partners, chapter):
    """Those of ``partners`` whom a chapter sees: its contacts and people, and what is shared."""
    # sudo: what a chapter sees does not depend on who asks
    partners_sudo = partners.sudo().with_context(active_test=False)
    kept_sudo = partners_sudo.filtered(
        lambda partner: (
            partner.company_id == chapter
            or partner.is_shared
            or (partner.directory_kind and not partner.company_id)
            or chapter in partner.user_ids.company_ids
        )
    )
    return partners.browse(kept_sudo._ids)


def hidden_by_document(rows, model_field, id_field):
    """Those of ``rows`` that hang on a document behind a wall which the user does not see.

    It costs two queries, whatever the number of rows and of models.
    """
    env = rows.env
    if env.su or not rows.ids:
        return rows.browse()
    rows.flush_recordset([model_field, id_field])
    model_column, id_column = SQL.identifier(model_field), SQL.identifier(id_field)
    found = env.execute_query(
        SQL(
            "SELECT %s, %s, array_agg(id) FROM %s WHERE id = ANY(%s) AND %s > 0 GROUP BY 1, 2",
            model_column,
            id_column,
            SQL.identifier(rows._table),
            rows.ids,
            id_column,
        )
    )
    named = defaultdict(set)
    for model, id_, _row_ids in found:
        named[model].add(id_)
    hidden = env["ir.rule"]._hidden_among(named)
    return rows.browse(
        row_id
        for model, id_, row_ids in found
        if id_ in hidden.get(model, ())
        for row_id in row_ids
    )


def put_standing_rows_in_chapters(env):
    """Give what stood before the walls the chapter of its document, else of who wrote it.

    By SQL, so that hundreds of thousands of messages are a matter of seconds. It may run again.
    """
    for table, model_field, column in HUNG:
        env.flush_all()
        table, model_field, column = map(SQL.identifier, (table, model_field, column))
        models_of_rows = env.execute_query(
            SQL("SELECT DISTINCT %s FROM %s WHERE res_id > 0", model_field, table)
        )
        for (model,) in models_of_rows:
            field = model in env and env[model]._fields.get(env[model]._mail_get_company_field())
            if not (field and field.store and field.column_type and env[model]._auto):
                continue
            for first, last in _ranges(env, table):
                env.cr.execute(
                    SQL(
                        """UPDATE %(table)s rows SET %(column)s = document.%(company)s
                           FROM %(documents)s document
                           WHERE document.id = rows.res_id AND rows.%(model_field)s = %(model)s
                           AND document.%(company)s IS NOT NULL
                           AND rows.%(column)s IS DISTINCT FROM document.%(company)s
                           AND rows.id BETWEEN %(first)s AND %(last)s""",
                        table=table,
                        column=column,
                        company=SQL.identifier(field.name),
                        documents=SQL.identifier(env[model]._table),
                        model_field=model_field,
                        model=model,
                        first=first,
                        last=last,
                    )
                )
    messages = SQL.identifier("mail_message")
    for first, last in _ranges(env, messages):
        env.cr.execute(
            SQL(
                """UPDATE mail_message m SET record_company_id = COALESCE(
                       (SELECT company_id FROM res_partner WHERE id = m.author_id),
                       (SELECT company_id FROM res_users WHERE id = m.create_uid), %s)
                   WHERE record_company_id IS NULL AND m.id BETWEEN %s AND %s""",
                env.company.id,
                first,
                last,
            )
        )
    env.invalidate_all()


def _ranges(env, table, size=100_000):
    [(first, last)] = env.execute_query(SQL("SELECT min(id), max(id) FROM %s", table))
    return [(start, start + size - 1) for start in range(first or 0, (last or -1) + 1, size)]


def _by_model(env, references):
    ids = defaultdict(set)
    for model, id_ in references:
        if model in env and id_ and not env[model]._abstract:
            ids[model].add(int(id_))
    return ids


def _known(records, name):
    """Pairs of id and record, of those that are there; no query for what was read already."""
    records.fetch([name])
    for record in records:
        try:
            record[name]  # noqa: B018
        except MissingError:
            continue
        yield record.id, record
