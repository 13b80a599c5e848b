"""Which files are taken from strangers: known by their content, parsed whole, without traps.

Pictures are made anew from their pixels, so that nothing of the camera, the place or the time
stays in them; documents lose what they say about who made them. Plain Python: nothing here
imports Odoo.
"""

import io
import re
import stat
import subprocess
import sys
import unicodedata
import warnings
import zipfile
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from .apart import REASONS
from .metadata import bare_archive, bare_pdf

COUNT = 10
TOTAL = 20 * 1024 * 1024  # bytes, of all files together
PIXELS = 40_000_000
UNPACKED = 100 * 1024 * 1024  # bytes
MEMBERS = 2_000
OBJECTS = 100_000
NAME = 120  # characters
APART = 1 << 20  # bytes, from which a PDF is looked at in a process of its own

PDF, JPEG, PNG, TEXT = "application/pdf", "image/jpeg", "image/png", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"

_ENDINGS = {
    PDF: (".pdf",),
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    TEXT: (".txt",),
    DOCX: (".docx",),
    ODT: (".odt",),
}
_PICTURES = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
_HEIC = re.compile(rb".{4}ftyp(heic|heix|heim|heis|mif1|msf1)", re.DOTALL)
_PDF_TRAPS = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/RichMedia", "/XFA"}
_ZIP_TRAPS = re.compile(
    r"vbaproject|activex|/embeddings/|oleobject|^basic/|^scripts/|^object \d"
    r"|\.(bin|exe|js|jar|dll)$",
    re.IGNORECASE,
)
_REFERENCE_TRAPS = re.compile(rb"attachedTemplate|oleObject|frame\"[^>]*External", re.IGNORECASE)


class Refused(Exception):
    """A file that is not taken; `reason` is "kind", "empty", "closed", "traps" or "large"."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Taken(NamedTuple):
    """A file that is taken: its name and type, and its bytes, which may be new ones."""

    name: str
    type: str
    content: bytes


def take(name: str, content: bytes) -> Taken:
    """Return a file as it may be kept.

    Args:
        name: as the browser sent it
        content: its bytes

    Raises:
        Refused: it is none of pdf, jpg, heic, png, docx, odt and txt, or is broken, closed by a
            password, larger than it may be once unpacked, or holds programs or other files
    """
    if not content:
        raise Refused("empty")
    try:
        kind, content = _parsed(content)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("large") from None
    except Exception:  # noqa: BLE001 - parsers of four formats fail in all ways
        raise Refused("kind") from None
    return Taken(_safe_name(name, kind), kind, content)


def _parsed(content):
    if content.startswith(b"PK\x03\x04"):
        return _document(content), bare_archive(content)
    if content.startswith(b"%PDF-"):
        return PDF, _apart(content, "pdf") if len(content) > APART else checked_pdf(content)
    if _HEIC.match(content):
        return JPEG, _repainted(_apart(content, "heic"), JPEG)
    for begin, kind in _PICTURES.items():
        if content.startswith(begin):
            return kind, _repainted(content, kind)
    _check_text(content)
    return TEXT, content


def _apart(content, kind):
    """A file as it may be kept, looked at by a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own script, and what is asked of it is ours too
        [sys.executable, "-I", Path(__file__).with_name("apart.py"), kind],
        input=content,
        capture_output=True,
        check=False,
        env={},
        cwd="/",
        timeout=30,
    )
    if done.returncode:
        raise Refused(REASONS.get(done.returncode, "kind"))
    return done.stdout


def _repainted(content, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(content), formats=[kind.removeprefix("image/").upper()])
        if image.width * image.height > PIXELS:
            raise Refused("large")
        image = ImageOps.exif_transpose(image)
    if kind == JPEG:
        image = image if image.mode in ("L", "RGB") else image.convert("RGB")
    elif image.mode not in ("L", "LA", "RGB", "RGBA"):
        image = image.convert("RGBA")
    image.info.clear()
    target = io.BytesIO()
    image.save(target, kind.removeprefix("image/").upper(), quality=90)
    return target.getvalue()


def checked_pdf(content: bytes) -> bytes:
    """Return a PDF as it may be kept.

    Raises:
        Refused: see `take`
    """
    _check_pdf(content)
    return bare_pdf(content)


def _check_pdf(content):
    _body, end, tail = content.rpartition(b"%%EOF")
    if not end:
        raise Refused("kind")
    if tail.strip(b"\0\r\n\t "):
        raise Refused("traps")
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise Refused("closed")
    if int(reader.trailer["/Size"]) > OBJECTS or not len(reader.pages):
        raise Refused("large")
    numbers = {number for numbers in reader.xref.values() for number in numbers}
    for number in numbers | set(reader.xref_objStm):
        if _is_trap(reader.get_object(IndirectObject(number, 0, reader))):
            raise Refused("traps")


def _is_trap(value):
    """Whether a PDF object, without those it points to, names a program or another file."""
    if isinstance(value, DictionaryObject):
        return any(
            key in _PDF_TRAPS or dict.get(value, key) in ("/JavaScript", "/Launch", "/EmbeddedFile")
            if not isinstance(dict.get(value, key), (DictionaryObject, ArrayObject))
            else key in _PDF_TRAPS or _is_trap(dict.get(value, key))
            for key in value
        )
    return isinstance(value, ArrayObject) and any(_is_trap(one) for one in list.__iter__(value))


def _document(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED:
            raise Refused("large")
        if any(member.flag_bits & 1 for member in members):
            raise Refused("closed")
        if any(
            _ZIP_TRAPS.search(member.filename) or stat.S_ISLNK(member.external_attr >> 16)
            for member in members
        ):
            raise Refused("traps")
        names = {member.filename for member in members}
        if len(names) != len(members):
            raise Refused("traps")
        for member in members:
            # Reads no more than the size it names, and compares the sum of its bytes.
            data = archive.read(member)
            if member.filename.endswith(".rels") and _REFERENCE_TRAPS.search(data):
                raise Refused("traps")
        if "mimetype" in names and archive.read("mimetype").decode() == ODT:
            _check_xml(archive.read("content.xml"))
            if b"ENCRYPTED" in content or b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise Refused("closed")
            return ODT
        if b"wordprocessingml.document.main+xml" in archive.read("[Content_Types].xml"):
            _check_xml(archive.read("word/document.xml"))
            return DOCX
    raise Refused("kind")


def _check_xml(content):
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("traps")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    etree.fromstring(content, parser)


def _check_text(content):
    """Refuse what is no text in any encoding of one byte or of UTF-8, or text of a program."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", content):
        raise Refused("kind")
    if re.match(rb"\s*(\xef\xbb\xbf)?\s*(<|%PDF|%!|#!|\{\\rtf)", content[:1024]):
        raise Refused("kind")


def _safe_name(name, kind):
    """The last part of a name without characters that are not seen or turn the reading round.

    It ends as its kind does: whoever saves it starts nothing by it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>"&')
    stem, dot, ending = seen.rpartition(".")
    short = (stem[: NAME - 10] + dot + ending[:9]).strip() or "file"
    if short.lower().endswith(_ENDINGS[kind]):
        return short
    return re.sub(r"\.hei[cf]$", "", short, flags=re.IGNORECASE) + _ENDINGS[kind][0]
