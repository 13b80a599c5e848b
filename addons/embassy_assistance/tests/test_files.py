import io
import zipfile

from PIL import Image
from pillow_heif import from_pillow
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from odoo.tests import BaseCase, tagged

from ..tools import files

# The sample that every scanner of viruses knows; in two parts, so that none finds it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"

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


def padding(data):
    def change(writer):
        stream = StreamObject()
        stream.set_data(data)
        writer.root_object[NameObject("/Own")] = writer._add_object(stream)

    return change


def named(name, key="/Own"):
    """A PDF with a name in a dictionary, as a trap has it."""

    def change(writer):
        writer.root_object[NameObject(key)] = DictionaryObject(
            {NameObject(name): TextStringObject("x")}
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
            ("kind", EICAR + b"\0"),
            ("kind", b"%!PS-Adobe-3.0\nx"),
            ("kind", b"<?xml version='1.0'?><svg/>"),
            ("kind", b"\xef\xbb\xbf<html>"),
            ("kind", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)),
            ("kind", b"\x1f\x8b\x08" + bytes(30)),
            ("kind", b"Rar!\x1a\x07\x00" + bytes(30)),
            ("kind", b"7z\xbc\xaf\x27\x1c" + bytes(30)),
            ("kind", b"\xca\xfe\xba\xbe" + bytes(30)),
            ("kind", b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(30)),
            ("kind", b"\xff\xfe" + "text".encode("utf-16-le")),
            ("kind", b"GIF89a" + bytes(20) + archive({"a.class": "x"})),
            ("kind", b"\xff\xd8\xff\xe0" + b"<script>x</script>"),
            ("kind", b"\x89PNG\r\n\x1a\n<script>x</script>"),
            ("kind", b"PK\x03\x04" + bytes(100)),
            ("kind", archive({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<Types/>"})),
            ("kind", archive({"mimetype": "application/epub+zip", "content.xml": "<o/>"})),
            ("traps", pdf(named("/JS"))),
            ("traps", pdf(named("/RichMedia"))),
            ("traps", pdf(named("/XFA"))),
            ("traps", pdf(named("/EmbeddedFile"))),
            ("traps", docx(**{"word/activeX/activeX1.bin": "x"})),
            ("traps", docx(**{"run.exe": "x"})),
            ("traps", docx(**{"word/_rels/document.xml.rels": "oleObject"})),
            ("traps", odt(**{"Scripts/python/x.py": "x"})),
            ("traps", odt(**{"Object 1/content.xml": "x"})),
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

    def test_r26_picture_of_a_phone_becomes_a_jpeg(self):
        """The decoder runs in a process of its own; what breaks there is refused here."""
        exif = Image.Exif()
        exif[0x010E] = "CNRY"
        target = io.BytesIO()
        from_pillow(Image.new("RGB", (64, 48), "red")).save(target, exif=exif.tobytes())
        content = target.getvalue()
        self.assertIn(b"CNRY", content)
        taken = files.take("IMG_1.HEIC", content)
        self.assertEqual((taken.name, taken.type), ("IMG_1.jpg", files.JPEG))
        self.assertNotIn(b"CNRY", taken.content)
        self.assertEqual(Image.open(io.BytesIO(taken.content)).size, (64, 48))
        self.assertEqual(self.refused(content[:200]), "kind")
        self.assertEqual(self.refused(content[:12] + b"x" * 3000), "kind")

    def test_r26_large_pdf_is_looked_at_apart(self):
        """The same answers, from a process of its own."""
        large = b"0" * (2 << 20)
        self.assertEqual(files.take("a.pdf", pdf(padding(large))).type, files.PDF)
        self.assertEqual(self.refused(pdf(padding(large), tail=b"<html>")), "traps")
        self.assertEqual(self.refused(b"%PDF-1.7" + large + b"%%EOF"), "kind")

        def closed(writer):
            padding(large)(writer)
            writer.encrypt("x")

        self.assertEqual(self.refused(pdf(closed)), "closed")

    def test_r27_documents_say_nothing_of_who_made_them(self):
        exif = Image.Exif()
        exif[0x010E] = "CNRY"
        photo, drawing = picture(exif=exif, comment=b"CNRY"), picture("PNG", exif=exif)

        def about(writer):
            writer.add_metadata({"/Author": "CNRY", "/Title": "CNRY"})
            writer.xmp_metadata = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">CNRY</x:xmpmeta>'

        def scan(writer):
            padding(photo)(writer)
            writer._objects[-1][NameObject("/Filter")] = NameObject("/DCTDecode")

        properties = '<p:x xmlns:p="p"><p:creator>CNRY</p:creator></p:x>'
        text = '<w xmlns:a="a"><i a:author="CNRY" a:rsidR="CNRY" a:date="CNRY">said</i></w>'
        for content in (
            pdf(about),
            pdf(scan),
            docx(**{"docProps/core.xml": properties, "word/document.xml": text}),
            docx(**{"word/media/a.jpg": photo, "word/media/b.png": drawing}),
            odt(**{"meta.xml": properties, "content.xml": text}),
            odt(**{"content.xml": '<o xmlns:d="d"><d:creator>CNRY</d:creator>said</o>'}),
        ):
            with self.subTest(begin=content[:60]):
                self.assertIn(b"CNRY", self._unpacked(content))
                kept = self._unpacked(files.take("a", content).content)
                self.assertNotIn(b"CNRY", kept)
                if b"said" in self._unpacked(content):
                    self.assertIn(b"said", kept)

    def test_what_hangs_behind_is_cut_off(self):
        """A file that is one kind from its beginning and another from its end stays the first."""
        for content in (picture() + b"CNRY", picture("PNG") + b"CNRY", docx() + b"CNRY"):
            self.assertNotIn(b"CNRY", files.take("a", content).content)

    def test_documents_stay_whole(self):
        photo = picture(size=(300, 200))
        kept = files.take("a", docx(**{"word/media/a.jpg": photo})).content
        with zipfile.ZipFile(io.BytesIO(kept)) as file:
            self.assertIsNone(file.testzip())
            self.assertIn("word/document.xml", file.namelist())
            Image.open(io.BytesIO(file.read("word/media/a.jpg"))).load()
        self.assertEqual(files.take("a", kept).type, files.DOCX)
        kept = files.take("a", odt()).content
        with zipfile.ZipFile(io.BytesIO(kept)) as file:
            self.assertEqual(file.infolist()[0].filename, "mimetype")
            self.assertEqual(file.infolist()[0].compress_type, zipfile.ZIP_STORED)
        self.assertEqual(len(PdfReader(io.BytesIO(files.take("a", pdf()).content)).pages), 1)

    @staticmethod
    def _unpacked(content):
        """The bytes of a file and of all that is packed in it."""
        if not content.startswith(b"PK"):
            return content
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return content + b"".join(file.read(name) for name in file.namelist())

    def test_turned_picture_stays_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        taken = files.take("a", picture(exif=exif))
        self.assertEqual(Image.open(io.BytesIO(taken.content)).size, (20, 30))

    def test_names(self):
        for name, wanted in (
            ("../../etc/passwd", "passwd.txt"),
            ("C:\\x\\scan.TXT", "scan.TXT"),
            ("ann\u202etxt.exe", "anntxt.exe.txt"),
            ("<img onerror=x>.txt", "img onerror=x.txt"),
            ("\0\n", "file.txt"),
            ("a" * 255 + ".txt", "a" * 110 + ".txt"),
        ):
            self.assertEqual(files.take(name, b"text").name, wanted)
        # Harmless as what it is: a text, and named so.
        self.assertEqual(files.take("eicar.com", EICAR).name, "eicar.com.txt")
        self.assertEqual(files.take("scan.exe", pdf()).name, "scan.exe.pdf")
        self.assertEqual(files.take("a.JPEG", picture()).name, "a.JPEG")
