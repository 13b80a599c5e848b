"""What documents say about who made them, when and where: taken out of what we keep.

Of pictures that are taken alone nothing stays but pixels (see `files`). In a document the pictures
keep their bytes, without the parts that tell of the camera. Plain Python: nothing here imports
Odoo.
"""

import io
import re
import struct
import zipfile

from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, IndirectObject, NullObject, StreamObject

# Of PDF: what an object says about itself besides its content.
_PDF_SAYS = ("/Metadata", "/PieceInfo", "/LastModified")
_JPEG = ("/DCTDecode", ["/DCTDecode"])
# Attributes that name people, times or a machine's sessions, in DOCX and ODT.
_SAYS = re.compile(r"(author|initials|date|rsid\w*|creator|editor|userId|providerId)", re.I)
_ELEMENTS = {"creator", "date", "date-string", "creator-initials", "sender-initials"}
_XML = {".xml", ".rels"}
_PROPERTIES = re.compile(r"^(docProps/.*\.xml|meta\.xml)$")
_STAMP = (1980, 1, 1, 0, 0, 0)


def bare_pdf(content: bytes) -> bytes:
    """Return a PDF without its properties, and without what was deleted in it before."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.metadata = writer._ID = None
    for value in list(writer._objects):
        if not isinstance(value, DictionaryObject):
            continue
        for name in _PDF_SAYS:
            said = dict.pop(value, name, None)
            if isinstance(said, IndirectObject):
                # Nothing points at it any more, and it would be written all the same.
                writer._objects[said.idnum - 1] = NullObject()
        if isinstance(value, StreamObject) and value.get("/Filter") in _JPEG:
            value._data = bare_jpeg(value._data)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def bare_archive(content: bytes) -> bytes:
    """Return a DOCX or ODT without its properties, and without names and times in its text."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            if member.is_dir():
                continue
            info = zipfile.ZipInfo(member.filename, _STAMP)
            info.compress_type = (
                zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
            )
            new.writestr(info, _bare_member(member.filename, old.read(member)))
    return target.getvalue()


def _bare_member(name, data):
    ending = "." + name.rpartition(".")[2].lower()
    if ending in _XML:
        return _bare_xml(data, empty=bool(_PROPERTIES.match(name)))
    if data.startswith(b"\xff\xd8\xff"):
        return bare_jpeg(data)
    if data.startswith(b"\x89PNG"):
        return bare_png(data)
    return data


def _bare_xml(data, empty):
    """XML without what names people and times; `empty` leaves but its outermost element."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return data
    if empty:
        for child in list(root):
            root.remove(child)
    for element in root.iter(etree.Element):
        for name in list(element.attrib):
            if _SAYS.fullmatch(etree.QName(name).localname):
                del element.attrib[name]
        if etree.QName(element).localname in _ELEMENTS and not len(element):
            element.text = None
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def bare_jpeg(data: bytes) -> bytes:
    """Return a JPEG with its picture, its colours (APP0, APP14) and nothing else."""
    kept, place = bytearray(data[:2]), 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xDA:
            break
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            kept += data[place:end]
        place = end
    return bytes(kept) + data[place:]


def bare_png(data: bytes) -> bytes:
    """Return a PNG without words, times and what a camera wrote."""
    kept, place = bytearray(data[:8]), 8
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if kind not in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf", b"iCCP"):
            kept += data[place:end]
        place = end
    return bytes(kept)
