"""Markers: words that stand nowhere else, one a planted value, and how to find them again.

A marker reads `ZQA7f3x12`: the letter is that of the chapter, the number that of the value. They
live through lower case, a place in an e-mail address, HTML, JSON and URLs.
"""

import base64
import contextlib
import io
import re
import zipfile
import zlib

from pypdf import PdfReader
from pypdf.errors import PyPdfError

STEM = "ZQ{}7f3"
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


class Marks:
    """The markers of one chapter, by number."""

    def __init__(self, letter: str):
        self.letter = letter
        self.stem = STEM.format(letter)
        self.places: list[str] = []  # number -> "model.field" where it was planted
        plain = re.escape(self.stem)
        self._pattern = re.compile(plain.encode() + rb"x(\d+)", re.IGNORECASE)
        # The same three places in base64, by the alignment of the first letter.
        coded = [
            re.escape(base64.b64encode(b"\0" * shift + word)[cut : -4 if shift != 2 else None])
            for word in (f"{self.stem}x".encode(), f"{self.stem}x".lower().encode())
            for shift, cut in ((0, 0), (1, 2), (2, 3))
        ]
        self._coded = re.compile(b"|".join(coded))

    def new(self, place: str) -> str:
        """Return a marker that no other value has."""
        self.places.append(place)
        return f"{self.stem}x{len(self.places) - 1}"

    def origin(self, number: int) -> str:
        """Say where the marker of this number was planted."""
        return self.places[number] if number < len(self.places) else "unknown"

    def found(self, data) -> set[str]:
        """Return where the markers in some bytes, a text or any Python value were planted."""
        data = as_bytes(data)
        found = {self.origin(number) for number in self.numbers(data)}
        if not found and self._coded.search(data):
            found.add("a value in base64")
        return found

    def numbers(self, data) -> set[int]:
        """Return the numbers of the markers that stand in clear in some bytes or any value."""
        data = as_bytes(data)
        return {int(match) for layer in layers(data) for match in self._pattern.findall(layer)}


def as_bytes(data) -> bytes:
    """Take a text or any Python value as bytes."""
    if isinstance(data, bytes):
        return data
    return (data if isinstance(data, str) else repr(data)).encode(errors="replace")


def layers(data: bytes):
    """Yield the bytes, and what is packed in them: zip and its documents, gzip, PDF, UTF-16."""
    yield data
    if data[:2] == b"PK":
        with contextlib.suppress(zipfile.BadZipFile, RuntimeError):
            archive = zipfile.ZipFile(io.BytesIO(data))
            for name in archive.namelist():
                yield name.encode()
                yield from layers(archive.read(name))
    elif data[:2] == b"\x1f\x8b":
        with contextlib.suppress(zlib.error, EOFError):
            yield from layers(zlib.decompress(data, 31))
    elif data[:5] == b"%PDF-" or b"\n\n%PDF-" in data[:10_000]:  # also behind headers
        data = data[data.index(b"%PDF-") :]
        for stream in _PDF_STREAM.findall(data):
            with contextlib.suppress(zlib.error):
                yield zlib.decompress(stream)
        yield printed(data)
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield data.decode("utf-16", errors="replace").encode()


def printed(pdf: bytes) -> bytes:
    """Return what stands on the pages of a PDF, where letters are numbers in a font."""
    with contextlib.suppress(PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).encode()
    return b""
