"""What the importers read a published parliament into. Plain Python, no Odoo.

Reasons are short codes: whoever shows them has the sentences, in the reader's language.
"""

import datetime
import re
import unicodedata
from dataclasses import dataclass, field

MAX_TEXT = 500
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_WIKIDATA = re.compile(r"Q[1-9]\d*")


class UnreadableFile(Exception):
    """Nothing of the file can be taken. ``code`` says why, ``place`` where, if that is known."""

    def __init__(self, code, place=""):
        super().__init__(code)
        self.code = code
        self.place = place


class RefusedRow(Exception):
    """One row cannot be taken; the rest of the file can."""

    def __init__(self, code, value=""):
        super().__init__(code)
        self.code = code
        self.value = value


@dataclass
class Named:
    """A body or a person. ``key`` is the source's own identifier, else one made of the name.

    ``identifiers`` are further ones, as (scheme, value), that are written and not read.
    """

    pointer: str
    key: str
    name: str
    other_names: list = field(default_factory=list)
    email: str = ""
    wikidata: str = ""
    website: str = ""
    identifiers: list = field(default_factory=list)


@dataclass
class Body(Named):
    """``kind`` may be a code of our institution types; ``parent`` is a key of a body."""

    kind: str = ""
    parent: str = ""
    by_name: bool = False


@dataclass
class Person(Named):
    pass


@dataclass
class Legislature:
    """A term of one body; its dates as first and last day."""

    pointer: str
    body: str
    key: str
    name: str
    date_start: datetime.date | None = None
    date_end: datetime.date | None = None


@dataclass
class Membership:
    """Keys of what it joins; dates as texts that ``partial_dates.span`` reads, or nothing."""

    pointer: str
    person: str
    body: str
    role: str = ""
    faction: str = ""
    constituency: str = ""
    legislature: str = ""
    start: str = ""
    end: str = ""


@dataclass
class Remark:
    """What was refused, or was taken without one part (``taken``), and why."""

    pointer: str
    name: str
    code: str
    value: str = ""
    taken: bool = False


@dataclass
class Parliament:
    """All that one file says, in the order of the file, each key once."""

    bodies: dict[str, Body] = field(default_factory=dict)
    legislatures: dict[tuple[str, str], Legislature] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    memberships: list[Membership] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def text(value):
    """A value as one clean line, nothing for what is no text.

    Line ends and control characters become spaces, lone surrogates (which no database takes)
    fall away, and what is longer than ``MAX_TEXT`` is cut.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    clean = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in str(value)[: MAX_TEXT * 4]
        if unicodedata.category(char) != "Cs"
    )
    return " ".join(clean.split())[:MAX_TEXT]


def email(value):
    """One plain address, or nothing."""
    value = text(value).removeprefix("mailto:")
    return value if _EMAIL.fullmatch(value) else ""


def wikidata(value):
    value = text(value)
    return value if _WIKIDATA.fullmatch(value) else ""


def decode(content):
    """The text of a file.

    :param bytes content: UTF-8, with or without a byte order mark
    :raise UnreadableFile: ``empty`` or ``not_utf8``
    """
    if not content.strip():
        raise UnreadableFile("empty")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("not_utf8") from error
