"""People as the address books of phones and mail programs hold them. Plain Python, no Odoo.

Only what can be public about a person in office is read: names, one address, one phone, one
website, organisation and title. Notes, photos, birthdays and private addresses are not.
"""

import re
from dataclasses import dataclass, field

from . import parliament
from .parliament import text

MAX_PEOPLE = 2000
_CODE_PAGES = ("cp1250", "cp1251", "cp1252")
_WORD_1250 = re.compile(rb"[A-Za-z][\xb3\xb9\xbf\x9c\x9f]|[\xb3\xb9\xbf\x9c\x9f][a-z]")
_WEBSITE = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass
class Contact:
    """One person; ``line`` is where the file begins to tell of the person, from 1.

    ``left_out`` holds codes of what stands there and is not taken.
    """

    line: int
    name: str
    other_names: list = field(default_factory=list)
    email: str = ""
    phone: str = ""
    website: str = ""
    wikidata: str = ""
    organization: str = ""
    title: str = ""
    left_out: list = field(default_factory=list)


@dataclass
class Contacts:
    """All people of a file in its order, and remarks on entries that are no people."""

    people: list[Contact] = field(default_factory=list)
    remarks: list[parliament.Remark] = field(default_factory=list)

    def add(self, contact):
        """
        :raise parliament.UnreadableFile: ``too_many``
        """
        if len(self.people) >= MAX_PEOPLE:
            raise parliament.UnreadableFile("too_many", str(contact.line))
        self.people.append(contact)


def website(value):
    """One link to the web, or nothing."""
    value = text(value)
    if value.lower().startswith("www."):
        value = f"https://{value}"
    return value if _WEBSITE.fullmatch(value) else ""


def phone(value):
    """One number as written, without the letters of its scheme, or nothing."""
    value = re.sub(r"^tel:", "", text(value), flags=re.IGNORECASE).partition(";")[0]
    return value if re.search(r"\d{3}", re.sub(r"\W", "", value)) and len(value) <= 40 else ""


def other_names(name, candidates):
    """The candidates that say another name than ``name``, each once.

    Another order of the words is no other name; another script is.
    """
    seen = {words(name)}
    found = []
    for candidate in map(text, candidates):
        key = words(candidate)
        if key and key not in seen:
            seen.add(key)
            found.append(candidate)
    return found


def words(name):
    """What two writings of one name in one script have in common (tuple of str)."""
    return tuple(sorted(re.findall(r"[^\W_]+", name.lower())))


def code_page(content):
    """The code page of bytes that are not UTF-8.

    Cyrillic words are high bytes throughout, in Western ones they stand alone; Polish letters
    are signs, not letters, when read as Western.

    :param bytes content:
    :rtype: str
    """
    high = len(re.findall(rb"[\x80-\xff]", content))
    in_words = sum(map(len, re.findall(rb"[\xa8\xb8\xc0-\xff\xa1\xa2\xb2\xb3]{3,}", content)))
    if high and in_words / high > 0.5:
        return "cp1251"
    return "cp1250" if _WORD_1250.search(content) else "cp1252"


def decode(content, encoding=""):
    """The text of a file, and what it is encoded in.

    :param bytes content:
    :param str encoding: what a person chose, else it is found out
    :rtype: tuple[str, str]
    :raise parliament.UnreadableFile: ``empty``, or ``bad_text`` with the line
    """
    if not content.strip():
        raise parliament.UnreadableFile("empty")
    if not encoding:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            encoding = "utf-16"
        elif _is_utf8(content):
            encoding = "utf-8-sig"
        else:
            encoding = code_page(content)
    try:
        found = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise parliament.UnreadableFile("bad_text", str(line)) from error
    if "\0" in found:
        raise parliament.UnreadableFile("bad_text", str(found[: found.index("\0")].count("\n") + 1))
    return found, encoding


def _is_utf8(content):
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
