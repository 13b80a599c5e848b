"""People in a CSV as spreadsheets, Google and Outlook write it. Plain Python, no Odoo.

First the table is read, then its columns are given a meaning: guessed from their heads in
English, Belarusian, Russian, Polish and German, and changed by a person where that is wrong.
"""

import csv
import io
import re
from dataclasses import dataclass, field

from ..tools import names
from . import contacts, parliament
from .contacts import Contact, Contacts
from .parliament import Remark, UnreadableFile, text

DELIMITERS = ",;\t|"
MAX_COLUMNS = 200
_SEPARATOR_LINE = re.compile(r"\s*sep=(.)\s*", re.IGNORECASE)

# Heads as ``names.fold`` leaves them, numbers and the word "value" taken off.
_HEADS = {
    "name": "name|full name|fn|display name|file as|person|імя і прозвішча|прозвішча і імя|піб|"
    "прозвішча імя|поўнае імя|фио|полное имя|имя и фамилия|фамилия имя отчество|фамилия имя|"
    "ф и о|imię i nazwisko|imie nazwisko|nazwisko i imię|pełna nazwa|vollständiger name|"
    "vor und nachname|anzeigename|voller name",
    "first_name": "first name|given name|firstname|forename|імя|уласнае імя|имя|imię|imiona|"
    "vorname|rufname",
    "middle_name": "middle name|additional name|second name|patronymic|імя па бацьку|отчество|"
    "drugie imię|zweiter vorname",
    "last_name": "last name|family name|surname|lastname|прозвішча|фамилия|nazwisko|nachname|"
    "familienname",
    "other_names": "other names|nickname|alias|aka|іншыя імёны|мянушка|псеўданім|другие имена|"
    "псевдоним|inne nazwy|pseudonim|andere namen|spitzname",
    "email": "email|e mail|mail|e mail address|email address|электронная пошта|эл пошта|адрас "
    "электроннай пошты|пошта|электронная почта|эл почта|почта|адрес электронной почты|adres e mail|"
    "adres email|poczta|e mail adresse|email adresse|mail adresse|work email|business email",
    "phone": "phone|telephone|tel|phone number|business phone|work phone|office phone|тэлефон|"
    "працоўны тэлефон|нумар тэлефона|телефон|рабочий телефон|номер телефона|telefon|telefon "
    "służbowy|numer telefonu|telefonnummer|telefon geschäftlich",
    "website": "website|web page|web|url|homepage|site|сайт|вэб сайт|старонка|веб сайт|страница|"
    "strona|strona www|strona internetowa|www|webseite|internetseite",
    "organization": "organization|organisation|organization name|company|company name|institution|"
    "employer|арганізацыя|установа|месца працы|организация|учреждение|компания|место работы|"
    "organizacja|instytucja|firma|miejsce pracy|einrichtung|unternehmen|behörde|arbeitgeber",
    "title": "title|job title|position|role|organization title|post|пасада|роля|должность|роль|"
    "stanowisko|funkcja|rola|position|funktion|amt|berufsbezeichnung",
    "wikidata": "wikidata|wikidata id|qid",
}
FIELDS = tuple(_HEADS)
_BY_HEAD = {
    names.fold(head): meaning for meaning, heads in _HEADS.items() for head in heads.split("|")
}


@dataclass
class Table:
    """What stands in a file: heads, and rows as (line from 1, values)."""

    columns: list
    rows: list = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""


def read_table(content, encoding=""):
    """
    :param bytes content: a file
    :param str encoding: what a person chose, else it is found out
    :rtype: Table
    :raise parliament.UnreadableFile: when the file is broken; its place is the line
    """
    source, encoding = contacts.decode(content, encoding)
    skipped = 0
    delimiter = ""
    first = source.partition("\n")[0]
    if chosen := _SEPARATOR_LINE.fullmatch(first):
        delimiter, skipped = chosen[1], 1
        source = source.partition("\n")[2]
    delimiter = delimiter or _delimiter(source)
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=delimiter, strict=True)
    table = Table([], encoding=encoding, delimiter=delimiter)
    line = 1 + skipped
    try:
        for row in reader:
            _add_row(table, line, [text(value) for value in row])
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise UnreadableFile("not_csv", str(line)) from error
    if not table.rows:
        raise UnreadableFile("no_people")
    return table


def _delimiter(source):
    """The sign that parts the heads, quoted ones aside."""
    first = re.sub(r'"[^"]*"', "", source.lstrip().partition("\n")[0])
    return max(DELIMITERS, key=first.count)


def _add_row(table, line, row):
    while row and not row[-1]:
        row.pop()
    if not row:
        return
    if not table.columns:
        if len(row) > MAX_COLUMNS:
            raise UnreadableFile("not_csv", str(line))
        table.columns = row
        return
    if len(row) > len(table.columns):
        raise UnreadableFile("columns", str(line))
    if len(table.rows) >= contacts.MAX_PEOPLE:
        raise UnreadableFile("too_many", str(line))
    table.rows.append((line, row))


def guess(columns):
    """What the columns mean: a name of ``FIELDS`` or nothing each, no meaning twice.

    :param list columns: heads of a table
    :rtype: list[str]
    """
    found = []
    for column in columns:
        head = names.fold(re.sub(r"[\d_*:()]|\bvalue\b", " ", column.lower()))
        meaning = _BY_HEAD.get(head, "")
        # "Name" beside "Vorname" is the family name in German, and "Імя" alone is all of it.
        found.append("" if meaning in found else meaning)
    if "name" not in found and "last_name" not in found and "first_name" in found:
        found[found.index("first_name")] = "name"
    if "name" in found and "first_name" in found and "last_name" not in found:
        found[found.index("name")] = "last_name"
    return found


def read(table, meanings):
    """
    :param Table table:
    :param list meanings: one of ``FIELDS`` or nothing, a column
    :rtype: contacts.Contacts
    :raise parliament.UnreadableFile: ``no_name_column``
    """
    if not {"name", "first_name", "last_name"} & set(meanings):
        raise UnreadableFile("no_name_column")
    result = Contacts()
    for line, row in table.rows:
        values = dict.fromkeys(FIELDS, "")
        for meaning, value in zip(meanings, row, strict=False):
            if meaning and not values[meaning]:
                # Google joins several values so; the first is the one that counts.
                values[meaning] = value.partition(" ::: ")[0]
        _take(result, line, values)
    if not result.people:
        raise UnreadableFile("no_people")
    return result


def _take(result, line, values):
    built = " ".join(
        filter(None, (values["first_name"], values["middle_name"], values["last_name"]))
    )
    name = values["name"] or built
    if not name:
        result.remarks.append(Remark(str(line), values["organization"], "no_name"))
        return
    left_out = []
    cleaned = {
        "email": parliament.email,
        "phone": contacts.phone,
        "website": contacts.website,
        "wikidata": parliament.wikidata,
    }
    for key, clean in cleaned.items():
        value = clean(values[key])
        if values[key] and not value:
            left_out.append(f"bad_{key}")
        cleaned[key] = value
    result.add(
        Contact(
            line,
            name,
            contacts.other_names(name, [built, *re.split(r"[;|]", values["other_names"])]),
            organization=values["organization"],
            title=values["title"],
            left_out=left_out,
            **cleaned,
        )
    )
