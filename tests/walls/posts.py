"""Hostile posts to the pages of those who ask for help, from a grammar and a seed.

Run as a program it sends them to Odoo's WSGI application in its own process, and prints what it
saw as JSON: `posts.py DATABASE SEED COUNT`.
"""

import contextlib
import io
import json
import os
import random
import resource
import sys
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import boot
from lxml import html
from traces import Words

from launcher import environment, postgres

FORM, RECEIPT = "/embassy/is/help?l=be", "/embassy/receipt?l=ru"
PATHS = (FORM, FORM, FORM, FORM, RECEIPT, "/embassy/mt/help", "/embassy/nowhere/help")
CHECKED = 500  # posts between two looks at the rows
LOST = ("Traceback", "psycopg2", "odoo.exceptions", "werkzeug.exceptions")
NAMES = (
    "form", "need", "urgency", "language", "nickname", "reach", "story", "purpose", "as_is",
    "receipt", "act", "answer", "token", "shown", "sure", "files", "self", "code", "l", "kwargs",
    "csrf_token", "context", "company_id", "partner_id", "__class__", "jsonrpc", "params",
)  # fmt: skip
ACTS = ("", "answer", "read", "consent", "erase", "None", "__init__")
ODD = (
    "",
    "\0", "\u202e", "\u200f\u202b", "\ufeff", "\ud7ff", "%s %(x)s {{7*7}}", "'; DROP TABLE x;--",
    "<script>alert(1)</script>", "<!--", "]]>", "../../etc/passwd", "\r\nSet-Cookie: a=b", "🙂" * 9,
    "a\u0301" * 300, "\x1b[31m", "0x1p3", "-1", "9" * 400, "[]", "null", "\\", "{}", "\x85\u2028",
)  # fmt: skip
CHARSETS = ("utf-8", "utf-16", "utf-7", "koi8-r", "latin-1", "nonsense", "")


class Post(NamedTuple):
    """A post: path with its query, headers, body; and the length that it claims."""

    path: str
    headers: dict
    body: bytes
    length: int


def bombs() -> list[tuple[str, bytes]]:
    """Return files that are small and want to be large, or want to be taken for others."""
    found = []
    for inner in ("word/document.xml", "content.xml"):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "wordprocessingml.document.main+xml")
            archive.writestr(inner, bytes(110 << 20))
        found.append(("bomb.docx", target.getvalue()))
    wide = (60_000).to_bytes(4, "big")
    head = b"IHDR" + wide + wide + b"\x08\x02\0\0\0"
    found.append(
        (
            "wide.png",
            b"\x89PNG\r\n\x1a\n\0\0\0\r" + head + zlib.crc32(head).to_bytes(4, "big"),
        )
    )
    starts = (
        b"%PDF-1.7\n1 0 obj<</JS(x)>>%%EOF",
        b"PK\x03\x04",
        b"\xff\xd8\xff",
        b"GIF89a/*",
        b"MZ",
    )
    return found + [("a.pdf", start + b"\0\xff" * 50) for start in starts] + [("empty.txt", b"")]


class Grammar:
    """Makes posts; of one seed always the same, but for the numbers of forms."""

    def __init__(self, seed: int, number, receipts: list[str]):
        self.chance, self.words = random.Random(seed), Words(seed)  # noqa: S311 - no secrets
        self.number, self.receipts, self.bombs = number, receipts, bombs()
        self.small = [file for file in self.bombs if len(file[1]) < 10_000]

    def text(self) -> str:
        """Return what somebody may put into a field."""
        chance = self.chance
        kind = chance.random()
        if kind < 0.004:
            return chance.choice(["a", "\u202e", "\0", "щ"]) * 1_000_000
        if kind < 0.5:
            return self.words.told(chance.choice(["be", "ru", "en"]))
        return chance.choice(ODD) * chance.choice([1, 1, 1, 30])

    def parts(self, path) -> list:
        """Return fields (pairs) and files (triples) as they come."""
        chance, found = self.chance, []
        good = {
            "form": self.number(),
            "need": chance.choice(["rent", "medical", "evac", "recruit"]),
            "urgency": chance.choice(["urgent", "normal", "emergency"]),
            "language": "be_BY",
            "purpose": "handle",
            "story": self.text(),
            "as_is": "1",
        }
        if path == RECEIPT:
            good = {
                "receipt": self.text() if chance.random() < 0.7 else chance.choice(self.receipts),
                "act": chance.choice(ACTS),
                "answer": self.text(),
                "token": self.text(),
                "shown": self.text(),
            }
        for name, value in good.items():
            kind = chance.random()
            if kind < 0.82:
                found.append((name, value))
            elif kind < 0.9:
                found += [(name, value), (name, self.text())]
            elif kind < 0.96:
                found.append((name, self.text()))
        for _ in range(chance.choice([0, 0, 1, 3])):
            found.append((chance.choice(NAMES), self.text()))
        if chance.random() < 0.01:
            found += [(f"field{n}", "x") for n in range(1200)]
        if chance.random() < 0.3:
            many = 50 if chance.random() < 0.05 else chance.choice([1, 1, 2])
            some = self.bombs if many == 1 and chance.random() < 0.1 else self.small
            names = ["a.txt", "", "a\0.pdf", "\u202efdp.exe", "<img onerror=x>.png", "n" * 255]
            for _ in range(many):
                name, content = chance.choice(some)
                content = chance.choice([content, self.text().encode("utf-8", "replace")])
                name = chance.choice([name, *names])
                found.append((chance.choice(["files", "files", "story"]), content, name))
        chance.shuffle(found)
        return found

    def post(self) -> Post:
        """Return the next post."""
        chance = self.chance
        path = chance.choice(PATHS)
        parts = self.parts(path)
        edge = chance.choice(["x", "-" * 30, "b" * 70])
        body = b"".join(self._part(edge, *part) for part in parts) + f"--{edge}--\r\n".encode()
        kind = f"multipart/form-data; boundary={edge}"
        turn = chance.random()
        if turn < 0.06:
            body = body[: chance.randrange(len(body))]
        elif turn < 0.09:
            at = chance.randrange(len(body))
            body = body[:at] + chance.randbytes(40) + body[at:]
        elif turn < 0.11:
            inner = body
            for depth in range(30):
                inner = (
                    f"--d{depth}\r\nContent-Type: multipart/mixed; boundary=d{depth + 1}\r\n"
                    'Content-Disposition: form-data; name="story"\r\n\r\n'
                ).encode() + inner
            body, kind = inner, "multipart/form-data; boundary=d0"
        elif turn < 0.16:
            body = chance.randbytes(chance.choice([0, 1, 3000]))
        elif turn < 0.24:
            pairs = [f"{part[0]}={part[1]}" for part in parts if len(part) == 2]
            body, kind = (
                "&".join(pairs).encode("utf-8", "replace"),
                "application/x-www-form-urlencoded",
            )
        elif turn < 0.28:
            kind = chance.choice(
                [
                    "text/plain",
                    "multipart/form-data",
                    "",
                    "application/json",
                    "a/b; boundary=\0",
                    "x",
                ]
            )
        if chance.random() < 0.1:
            kind += f"; charset={chance.choice(CHARSETS)}"
        headers = {"Content-Type": kind.replace("\0", "")}
        if chance.random() < 0.05:
            headers["Content-Encoding"] = chance.choice(["gzip", "deflate", "nonsense"])
        if chance.random() < 0.03:
            headers["Accept-Language"] = chance.choice(["be", "*;q=x", "x" * 200])
        length = len(body)
        if chance.random() < 0.03:
            length += chance.choice([1, 5000, -1, -length // 2])
        return Post(path, headers, body, max(length, 0))

    @staticmethod
    def _part(edge, name, value, file=None):
        name = name.replace('"', "")
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"'
        if file is not None:
            head += f'; filename="{file}"\r\nContent-Type: application/octet-stream'
        value = value if isinstance(value, bytes) else value.encode("utf-8", "replace")
        return head.encode("utf-8", "replace") + b"\r\n\r\n" + value + b"\r\n"


# What is half a case: each of these finds nothing.
HALVES = {
    "case without a seal": "SELECT t.id FROM helpdesk_ticket t WHERE t.is_case AND t.id > %(first)s"
    " AND NOT EXISTS (SELECT FROM embassy_case_seal s WHERE s.case_id = t.id)"
    " AND t.close_reason IS DISTINCT FROM 'declined'",
    "case without a story": "SELECT s.id FROM embassy_case_seal s WHERE NOT EXISTS"
    " (SELECT FROM embassy_case_item i WHERE i.case_id = s.case_id AND i.kind = 'story')",
    "case without a consent": "SELECT s.id FROM embassy_case_seal s WHERE NOT EXISTS"
    " (SELECT FROM embassy_case_consent c WHERE c.case_id = s.case_id AND c.purpose = 'handle')",
    "case without a need": "SELECT s.id FROM embassy_case_seal s WHERE NOT EXISTS"
    " (SELECT FROM embassy_case_need n WHERE n.case_id = s.case_id)",
    "case without a step": "SELECT s.id FROM embassy_case_seal s WHERE NOT EXISTS"
    " (SELECT FROM embassy_case_transition h WHERE h.case_id = s.case_id)",
    "case without a promise": "SELECT s.id FROM embassy_case_seal s WHERE NOT EXISTS"
    " (SELECT FROM helpdesk_ticket_sla p WHERE p.ticket_id = s.case_id)",
    "item without all pieces": "SELECT i.id FROM embassy_case_item i WHERE i.piece_count <>"
    " (SELECT count(*) FROM embassy_case_item_piece p WHERE p.item_id = i.id)",
    "two cases of one number": "SELECT nonce_hash FROM embassy_case_seal GROUP BY 1"
    " HAVING count(*) > 1",
}


def halves(cursor, first: int) -> list[str]:
    """Return what stands half in the database (list of str).

    Args:
        first: the last id of a case that was there before
    """
    found = []
    for name, query in HALVES.items():
        cursor.execute(query, {"first": first})
        found += [f"{name}: {row[0]}" for row in cursor.fetchall()]
    return found


def main(name: str, seed: int, count: int) -> None:
    """Send posts to the application in this process."""
    odoo = environment.odoo(os.environ.get("EMBASSY_ODOO_PATH"))
    with postgres.running(os.environ.get("EMBASSY_DB_URL")) as server:
        boot.registry(odoo, server, name)
        from werkzeug.test import Client

        import odoo.http

        client = Client(odoo.http.root)
        with contextlib.closing(server.connect(name)) as connection:
            print(json.dumps(send(client, connection.cursor(), seed, count)))


def send(client, cursor, seed, count):
    def number():
        page = client.get(FORM).get_data()
        return html.fromstring(page).xpath("//input[@name='form']/@value")[0]

    cursor.execute("SELECT coalesce(max(id), 0) FROM helpdesk_ticket")
    first = cursor.fetchone()[0]
    numbers = [number() for _ in range(120)]
    receipts = os.environ["EMBASSY_RECEIPTS"].split(",")
    grammar = Grammar(seed, lambda: grammar.chance.choice(numbers), receipts)
    seen, wrong, sizes, started = Counter(), [], [], time.monotonic()
    for turn in range(count):
        post = grammar.post()
        response = client.open(
            post.path,
            method="POST",
            headers=post.headers,
            input_stream=io.BytesIO(post.body),
            content_length=post.length,
        )
        text = response.get_data(as_text=True)
        seen[response.status_code] += 1
        seen["receipt shown"] += 'class="digits"' in text
        if response.status_code >= 500 or any(word in text for word in LOST):
            wrong.append(f"{turn}: {response.status_code} {post.headers} {post.body[:300]!r}")
        if turn % CHECKED == CHECKED - 1:
            wrong += [f"{turn}: {half}" for half in halves(cursor, first)]
            sizes.append(
                int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
            )
    return {
        "seen": {str(key): value for key, value in seen.items()},
        "wrong": wrong[:20],
        "sizes": sizes,
        "seconds": time.monotonic() - started,
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
