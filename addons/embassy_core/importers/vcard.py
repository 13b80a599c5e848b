"""vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as phones and Outlook write them.

Plain Python, no Odoo. A reader of our own: in version 2.1 each line may have a character set
of its own, so the file must be read as bytes, and whoever is refused wants to know the line.
"""

import binascii
import codecs
import re
from dataclasses import dataclass, field

from . import contacts, parliament
from .contacts import Contact, Contacts
from .parliament import Remark, UnreadableFile, text

VERSIONS = ("2.1", "3.0", "4.0")
_PROPERTY = re.compile(r"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)", re.ASCII)
_PARAMETER = re.compile(r';([^=;:"]+)(?:=((?:"[^"]*"|[^";:])*))?')
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_BROKEN_QUOTED = re.compile(r"=(?![0-9A-Fa-f]{2})")
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"}
_PARTS = re.compile(r"((?:\\.|[^\\;])*)(;|$)", re.DOTALL)
_ITEMS = re.compile(r"((?:\\.|[^\\,])*)(,|$)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")


def is_vcard(content):
    """Whether a file begins as one of vCards (bytes in, bool out)."""
    begin = _as_utf8(content[:400]).removeprefix(codecs.BOM_UTF8).lstrip()
    return begin[:11].upper() == b"BEGIN:VCARD"


def read(content):
    """
    :param bytes content: a file with one card or many
    :rtype: contacts.Contacts
    :raise parliament.UnreadableFile: when the file is broken; its place is the line
    """
    if not content.strip():
        raise UnreadableFile("empty")
    result = Contacts()
    found = False
    content = _as_utf8(content).removeprefix(codecs.BOM_UTF8)
    for card in _cards(content, contacts.code_page(content)):
        found = True
        _take(result, card)
    if not found:
        raise UnreadableFile("no_cards")
    return result


def _as_utf8(content):
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").encode()
    return content


@dataclass
class _Line:
    """A property; ``value`` holds its bytes as Latin-1, until its parts are told apart."""

    number: int
    group: str
    name: str
    value: str
    types: set = field(default_factory=set)
    encoding: str = ""
    charset: str = ""
    pref: int = 0


@dataclass
class _Card:
    number: int
    code_page: str
    version: str = ""
    lines: list = field(default_factory=list)


def _cards(content, code_page):
    card, agents = None, 0
    for line in _Lines(content, code_page):
        mark = (line.name, line.value.strip().upper())
        if mark == ("BEGIN", "VCARD"):
            if card and card.lines and card.lines[-1].name == "AGENT":
                agents += 1
            elif card:
                raise UnreadableFile("no_end", str(card.number))
            else:
                card = _Card(line.number, code_page)
        elif not card:
            raise UnreadableFile("outside", str(line.number))
        elif mark == ("END", "VCARD"):
            if agents:
                agents -= 1
                continue
            if card.version not in VERSIONS:
                raise UnreadableFile("no_version", str(card.number))
            yield card
            card = None
        elif line.name == "VERSION" and not agents:
            card.version = _version(line)
        elif not agents:
            card.lines.append(line)
    if card:
        raise UnreadableFile("no_end", str(card.number))


def _version(line):
    version = line.value.strip()
    if version not in VERSIONS:
        raise UnreadableFile("bad_version", str(line.number))
    return version


class _Lines:
    """The properties of a file, each put together from the lines it was folded into."""

    def __init__(self, content, code_page):
        self.raw = re.split(r"\r\n|\n|\r", content.decode("latin-1"))
        self.code_page = code_page
        self.position = 0
        self.version = ""

    def __iter__(self):
        while self.position < len(self.raw):
            start = self._next()
            if not start.strip():
                continue
            number = self.position
            line = self._property(number, start + "".join(self._folded(start)))
            if line.encoding == "QUOTED-PRINTABLE":
                self._add_soft_lines(line)
            elif line.encoding in ("BASE64", "B"):
                self._skip_base64()
            if line.name == "VERSION":
                self.version = line.value.strip()
            yield line

    def _next(self):
        self.position += 1
        return self.raw[self.position - 1]

    def _folded(self, start):
        """Lines that begin with a blank go on with the one above: 2.1 keeps the blank."""
        if "QUOTED-PRINTABLE" in start.upper() and start.rstrip().endswith("="):
            return
        while self.position < len(self.raw) and self.raw[self.position][:1] in (" ", "\t"):
            line = self._next()
            yield line if self.version == "2.1" and line.strip() else line[1:]

    def _add_soft_lines(self, line):
        value = line.value
        while value.rstrip(" \t").endswith("="):
            if self.position >= len(self.raw):
                raise UnreadableFile("no_end", str(line.number))
            value = value.rstrip(" \t")[:-1] + self._next()
        if _BROKEN_QUOTED.search(value):
            raise UnreadableFile("bad_quoted", str(line.number))
        line.value = value

    def _skip_base64(self):
        """Old phones do not indent the lines of a photo."""
        while self.position < len(self.raw) and _BASE64.fullmatch(
            self.raw[self.position].strip()
        ):
            self.position += 1

    def _property(self, number, raw):
        head = _PROPERTY.match(raw)
        if not head:
            raise UnreadableFile("not_property", str(number))
        line = _Line(number, (head[1] or "").upper(), head[2].upper(), "")
        position = head.end()
        while parameter := _PARAMETER.match(raw, position):
            self._read_parameter(line, parameter[1].strip().upper(), parameter[2])
            position = parameter.end()
        if raw[position : position + 1] != ":":
            raise UnreadableFile("not_property", str(number))
        line.value = raw[position + 1 :]
        return line

    @staticmethod
    def _read_parameter(line, name, value):
        if value is None:
            # Version 2.1 leaves out the name where the value says it all.
            name, value = ("ENCODING" if name in _ENCODINGS else "TYPE"), name
        values = {part.strip().upper() for part in value.replace('"', "").split(",")}
        if name == "TYPE":
            line.types |= values
            line.pref = line.pref or ("PREF" in values and 1)
        elif name == "ENCODING":
            line.encoding = values.pop()
        elif name == "CHARSET":
            line.charset = values.pop()
        elif name == "PREF":
            line.pref = 1


def _decode(card, line, part):
    """One part of a value as text, its escapes undone."""
    content = part.encode("latin-1")
    if line.encoding == "QUOTED-PRINTABLE":
        content = binascii.a2b_qp(content)
    try:
        if line.charset:
            value = content.decode(line.charset)
        else:
            value = _decode_plain(card, content)
    except LookupError as error:
        raise UnreadableFile("bad_charset", str(line.number)) from error
    except ValueError as error:
        raise UnreadableFile("bad_text", str(line.number)) from error
    if "\0" in value:
        raise UnreadableFile("bad_text", str(line.number))
    return text(_ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value))


def _decode_plain(card, content):
    """UTF-8; older programs write the code page of their system and do not say so."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        if card.version == "4.0":
            raise
        return content.decode(card.code_page)


def _split(pattern, value):
    parts = []
    for part, end in pattern.findall(value):
        parts.append(part)
        if not end:
            break
    return parts


class _Reader:
    """The values of one card, read when asked for."""

    def __init__(self, card):
        self.card = card
        self.labels = {
            line.group: _APPLE_LABEL.sub(r"\1", self.value(line)).upper()
            for line in card.lines
            if line.group and line.name == "X-ABLABEL"
        }

    def lines(self, *names):
        return [line for line in self.card.lines if line.name in names]

    def value(self, line):
        return _decode(self.card, line, line.value)

    def parts(self, line, pattern=_PARTS):
        return [_decode(self.card, line, part) for part in _split(pattern, line.value)]

    def first(self, *names):
        for name in names:
            for line in self.lines(name):
                if value := self.value(line):
                    return value
        return ""

    def is_private(self, line, private):
        types = line.types | {self.labels.get(line.group, "")}
        return not types & {"WORK"} and bool(types & private)

    def best(self, clean, names, private, left_out):
        """Of several addresses the one of the office; private ones are left out.

        :param clean: function that makes a value of a text, or nothing
        :param left_out: list that gets the code of what was left out
        """
        found = []
        for order, line in enumerate(self.lines(*names)):
            value = clean(self.value(line))
            if not value:
                continue
            if self.is_private(line, private):
                code = f"private_{line.name.lower()}"
                if code not in left_out:
                    left_out.append(code)
                continue
            work = "WORK" in line.types or self.labels.get(line.group) == "WORK"
            fax = bool(line.types & {"FAX", "PAGER"})
            found.append((fax, not work, not line.pref, order, value))
        return min(found)[-1] if found else ""


def _take(result, card):
    reader = _Reader(card)
    for line in card.lines:
        # Notes and the like are not taken, but a line that nobody can read is a broken file.
        if line.encoding not in ("BASE64", "B"):
            reader.value(line)
    kind = reader.first("KIND", "X-ADDRESSBOOKSERVER-KIND").lower()
    full = [value for line in reader.lines("FN") if (value := reader.value(line))]
    built = _built_name(reader)
    nicknames = [
        nickname for line in reader.lines("NICKNAME") for nickname in reader.parts(line, _ITEMS)
    ]
    organization = next(filter(None, (reader.parts(line)[0] for line in reader.lines("ORG"))), "")
    name = next(filter(None, [*full, built, *nicknames]), "")
    pointer = str(card.number)
    company = reader.first("X-ABSHOWAS").upper() == "COMPANY" or (
        organization and not built and name in ("", organization)
    )
    if company or kind not in ("", "individual", "person"):
        result.remarks.append(Remark(pointer, name or organization, "not_person"))
        return
    if not name:
        result.remarks.append(Remark(pointer, "", "no_name"))
        return
    left_out = []
    result.add(
        Contact(
            card.number,
            name,
            contacts.other_names(name, [*full, built, *nicknames]),
            email=reader.best(parliament.email, ["EMAIL"], {"HOME"}, left_out),
            phone=reader.best(contacts.phone, ["TEL"], {"HOME", "CELL", "IPHONE"}, left_out),
            website=reader.best(contacts.website, ["URL"], {"HOME"}, left_out),
            organization=organization,
            title=reader.first("TITLE", "ROLE"),
            left_out=left_out,
        )
    )


def _built_name(reader):
    """First, middle and family name; titles before and after it are none."""
    for line in reader.lines("N"):
        family, given, middle = [*reader.parts(line), "", "", ""][:3]
        parts = (part.replace(",", " ") for part in (given, middle, family))
        if name := " ".join(" ".join(parts).split()):
            return name
    return ""
