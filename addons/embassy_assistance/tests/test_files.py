import io
import zipfile

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from odoo.tests import BaseCase, tagged

from ..tools import files

WORD = (
    '<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType='
    f'"{files.DOCX}.main+xml"/></Types>'
)


def pdf(change=lambda writer: None, tail=b""):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue() + tail


def action(kind):
    def change(writer):
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject(kind), NameObject("/X"): TextStringObject("x")}
        )

    return change


def archive(members, links=()):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name in links:
                info.external_attr = 0o120777 << 16
            file.writestr(info, data)
    return target.getvalue()


def docx(links=(), **members):
    return archive(
        {"[Content_Types].xml": WORD, "word/document.xml": "<w/>", **members}, links
    )


def odt(manifest="<m/>", **members):
    first = {"mimetype": files.ODT, "content.xml": "<o/>", "META-INF/manifest.xml": manifest}
    return archive({**first, **members})


def picture(kind="JPEG", size=(30, 20), mode="RGB", **options):
    target = io.BytesIO()
    Image.new(mode, size).save(target, kind, **options)
    return target.getvalue()


@tagged("post_install", "-at_install")
class TestFiles(BaseCase):
    def refused(self, content, name="a.pdf"):
        try:
            files.take(name, content)
        except files.Refused as refused:
            return refused.reason
        return None

    def test_taken(self):
        for kind, content in (
            (files.PDF, pdf()),
            (files.JPEG, picture()),
            (files.JPEG, picture(mode="CMYK")),
            (files.PNG, picture("PNG")),
            (files.PNG, picture("PNG", mode="P")),
            (files.PNG, picture("PNG", mode="I;16")),
            (files.DOCX, docx()),
            (files.ODT, odt()),
            (files.TEXT, "Прывітанне, свет".encode()),
            (files.TEXT, "Прывітанне, свет".encode("cp1251")),
        ):
            with self.subTest(kind=kind):
                self.assertEqual(files.take("any.name", content).type, kind)

    def test_refused(self):
        encrypted = pdf(lambda writer: writer.encrypt("x"))
        flagged = bytearray(docx())
        flagged[flagged.rfind(b"PK\x01\x02") + 8] |= 1
        for reason, content in (
            ("empty", b""),
            ("kind", b"\x7fELF" + bytes(100)),
            ("kind", b"MZ" + bytes(100)),
            ("kind", b"\x01\x02 text"),
            ("kind", b"{\\rtf1 text}"),
            ("kind", b"<html><script>x</script></html>"),
            ("kind", b"  <svg onload='x'/>"),
            ("kind", b"#!/bin/sh\nx"),
            ("kind", b"text\0text"),
            ("kind", picture("GIF") + b";%PDF-1.7"),
            ("kind", picture("BMP")),
            ("kind", picture()[:200]),
            ("kind", picture("PNG")[:40]),
            ("kind", b"%PDF-1.7\ngarbage"),
            ("kind", archive({"a.txt": "x"})),
            ("kind", docx()[:-30]),
            ("closed", encrypted),
            ("closed", bytes(flagged)),
            ("closed", odt("<encryption-data/>")),
            ("traps", pdf(tail=b"<html>")),
            ("traps", pdf(action("/JavaScript"))),
            ("traps", pdf(action("/Launch"))),
            ("traps", pdf(lambda writer: writer.add_attachment("x", b"x"))),
            ("traps", docx(**{"word/vbaProject.bin": "x"})),
            ("traps", docx(**{"word/embeddings/a.docx": "x"})),
            ("traps", docx(**{"word/_rels/settings.xml.rels": "attachedTemplate"})),
            ("traps", docx(links=["link"], link="/etc/passwd")),
            ("traps", docx(**{"word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><w/>"})),
            ("traps", odt(**{"Basic/script.xml": "x"})),
            ("large", docx(bomb="0" * (101 << 20))),
            ("large", docx(**{f"m{number}": "" for number in range(2001)})),
            ("large", picture("PNG", (8000, 6000), "1")),
        ):
            with self.subTest(reason=reason, content=content[:20]):
                self.assertEqual(self.refused(content), reason)

    def test_pictures_say_nothing_of_the_camera(self):
        exif = Image.Exif()
        exif[0x010E] = "CNRY"
        for content in (
            picture(exif=exif, comment=b"CNRY"),
            picture("PNG", exif=exif, icc_profile=b"CNRY"),
        ):
            self.assertIn(b"CNRY", content)
            taken = files.take("a", content)
            self.assertNotIn(b"CNRY", taken.content)
            self.assertFalse(Image.open(io.BytesIO(taken.content)).getexif())

    def test_turned_picture_stays_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        taken = files.take("a", picture(exif=exif))
        self.assertEqual(Image.open(io.BytesIO(taken.content)).size, (20, 30))

    def test_names(self):
        for name, wanted in (
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\scan.pdf", "scan.pdf"),
            ("ann\u202efdp.exe", "annfdp.exe"),
            ("<img onerror=x>.txt", "img onerror=x.txt"),
            ("\0\n", "file"),
            ("a" * 255 + ".pdf", "a" * 110 + ".pdf"),
        ):
            self.assertEqual(files.take(name, b"text").name, wanted)
