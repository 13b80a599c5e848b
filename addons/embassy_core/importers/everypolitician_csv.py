"""The CSV of one term of a parliament, as EveryPolitician publishes it. Plain Python, no Odoo.

Columns: id, name, sort_name, email, twitter, facebook, group, group_id, area_id, area, chamber,
term, start_date, end_date, image, gender, wikidata … Only ``name`` must be there; read are id,
name, email, group, group_id, area, chamber, term, the two dates and wikidata.
"""

import csv
import io

from ..tools import names
from . import parliament
from .parliament import Body, Legislature, Membership, Person, RefusedRow, Remark, text
from .popolo import read_dates


def read(content, parliament_name):
    """
    :param bytes content: a file
    :param str parliament_name: the body of rows that name no chamber
    :rtype: parliament.Parliament
    :raise parliament.UnreadableFile: when nothing of it can be taken
    """
    source = parliament.decode(content)
    first = source.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(source, newline=""), delimiter=delimiter)
    result = parliament.Parliament()
    try:
        columns = [text(column).lower() for column in reader.fieldnames or ()]
        if "name" not in columns:
            raise parliament.UnreadableFile("no_columns")
        reader.fieldnames = columns
        for row in reader:
            _read_row(result, row, str(reader.line_num), parliament_name)
    except csv.Error as error:
        raise parliament.UnreadableFile("not_csv", str(reader.line_num)) from error
    if not result.people:
        raise parliament.UnreadableFile("no_people")
    return result


def _read_row(result, row, line, parliament_name):
    extra = row.pop(None, None)
    row = {column: text(value) for column, value in row.items()}
    try:
        if extra:
            raise RefusedRow("columns")
        if not row["name"]:
            raise RefusedRow("no_name")
        start, end = read_dates(row.get("start_date"), row.get("end_date"))
    except RefusedRow as refused:
        result.remarks.append(Remark(line, row.get("name", ""), refused.code, refused.value))
        return
    body = _body(result, line, row.get("chamber") or parliament_name)
    result.memberships.append(
        Membership(
            line,
            _person(result, line, row),
            body,
            faction=_faction(result, line, row),
            constituency=row.get("area", ""),
            legislature=_legislature(result, line, body, row.get("term")),
            start=start,
            end=end,
        )
    )


def _person(result, line, row):
    key = row.get("id") or f"name:{names.fold(row['name'])}"
    result.people.setdefault(
        key,
        Person(
            line,
            key,
            row["name"],
            email=parliament.email(row.get("email")),
            wikidata=parliament.wikidata(row.get("wikidata")),
        ),
    )
    return key


def _body(result, line, name):
    key = f"chamber:{names.fold(name)}"
    result.bodies.setdefault(key, Body(line, key, name, kind="parliament", by_name=True))
    return key


def _faction(result, line, row):
    name = row.get("group")
    key = row.get("group_id") or (f"group:{names.fold(name)}" if name else "")
    if key:
        result.bodies.setdefault(key, Body(line, key, name or key, kind="party"))
    return key


def _legislature(result, line, body, term):
    if not term:
        return ""
    key = term if term.startswith("term/") else f"term/{term}"
    result.legislatures.setdefault((body, key), Legislature(line, body, key, term))
    return key
