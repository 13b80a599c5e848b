"""Words that were told, and how to find them in whatever a thief may copy.

All words of one alphabet begin alike, so that few patterns find them all, however they are written
down: in any encoding, escaped, in hexadecimal digits, in base64.
"""

import base64
import mmap
import os
import random
import urllib.parse
from pathlib import Path

STEMS = {"latin": "Zq7xWvKj", "cyrillic": "Жщыцхюэъ"}
_ENDS = {"latin": "0123456789abcdef", "cyrillic": "абвгдежзиклмнопрстуфхцчшы"}
SLICE = 32  # bytes of a file that tell it


class Words:
    """Makes words of which no two are alike."""

    def __init__(self, seed: int):
        self._chance = random.Random(seed)  # noqa: S311 - invented words
        self.made = 0

    def new(self, alphabet: str = "latin") -> str:
        """Return a word that was not there before."""
        self.made += 1
        return STEMS[alphabet] + "".join(self._chance.choices(_ENDS[alphabet], k=12))

    def told(self, language: str) -> str:
        """Return a sentence with a word in the alphabet of a language, and a Latin one."""
        start = {
            "be": f"Мы ўдваіх, нас шукаюць, {self.new('cyrillic')}: дапамажыце",
            "ru": f"Нас двое, нас ищут, {self.new('cyrillic')}: помогите",
            "en": f"There are two of us, they look for us, {self.new()}: please help",
        }[language]
        return f"{start} {self.new()}."


def forms(text: str) -> set[bytes]:
    """Return how a text may stand somewhere (set of bytes)."""
    found = set()
    for word in {text, text.lower(), text.upper()}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r"):
            raw = word.encode(encoding, "ignore")
            found |= {raw, raw.hex().encode(), raw.hex().upper().encode(), *_base64(raw)}
        raw = word.encode()
        if word.isascii():
            continue
        percent = urllib.parse.quote(word)
        escaped = word.encode("unicode_escape").decode()
        found |= {
            text.encode()
            for text in (
                percent,
                percent.lower(),
                percent.replace("%", "="),
                escaped,
                escaped.upper().replace("\\U", "\\u"),
                word.encode("ascii", "xmlcharrefreplace").decode(),
                "".join(f"&#x{ord(letter):x};" for letter in word),
                "".join(f"\\{byte:o}" for byte in raw),
                "".join(f"\\x{byte:x}" for byte in raw),
            )
        }
    return found


def raw_forms(raw: bytes) -> set[bytes]:
    """Return how some bytes of a file or a key may stand somewhere."""
    return {raw, raw.hex().encode(), raw.hex().upper().encode(), *_base64(raw)}


def _base64(raw):
    """The letters of base64 that some bytes always give, by where they begin."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        start = -(-shift * 8 // 6)
        end = len(coded) - (1 if (shift + len(raw)) % 3 else 0)
        yield coded[start:end]


class Traces:
    """What must stand nowhere: a pattern, and what it tells."""

    def __init__(self):
        self.patterns: dict[bytes, str] = {}

    def add(self, what: str, patterns) -> None:
        """Look for these bytes, too."""
        self.patterns |= dict.fromkeys(filter(None, patterns), what)

    def add_words(self) -> None:
        """Look for all words that `Words` makes."""
        for alphabet, stem in STEMS.items():
            self.add(f"{alphabet} word", forms(stem))

    def add_file(self, name: str, content: bytes) -> None:
        """Look for some bytes out of the middle of a file, which may be packed."""
        middle = max(len(content) // 2 - SLICE // 2, 0)
        self.add(f"file {name}", raw_forms(content[middle : middle + SLICE]))

    def in_bytes(self, data) -> set[str]:
        """Return what stands in some bytes."""
        return {what for pattern, what in self.patterns.items() if data.find(pattern) >= 0}

    def in_path(self, path: Path) -> dict[str, set[str]]:
        """Return what stands in a file or in all files of a folder, and in their names."""
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        found = {}
        for file in files:
            told = self.in_bytes(os.fsencode(file.name))
            if file.is_file() and file.stat().st_size:
                with (
                    file.open("rb") as opened,
                    mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data,
                ):
                    told |= self.in_bytes(data)
            if told:
                found[str(file)] = told
        return found
