"""Somebody who asks for help, and the staff who answer: by HTTP alone, as browsers do it."""

import re

import client
import requests
from client import Client
from lxml import html

from launcher import second_factor

PATH = "/embassy/is/help?l=en"
RECEIPT = "/embassy/receipt?l=en"
DIGITS = re.compile(r"\d{4}( \d{4}){4}")


def session() -> requests.Session:
    """Return a browser without settings of the machine."""
    made = requests.Session()
    made.trust_env = False
    return made


class Asker:
    """A visitor without an account; no cookie is kept, as there is none."""

    def __init__(self, address: str, language: str = "en"):
        self.address, self.http = address, session()
        self.path = PATH.replace("l=en", f"l={language}")

    def number(self) -> str:
        """Open the form and return its number."""
        page = self.http.get(self.address + self.path, timeout=60)
        return html.fromstring(page.content).xpath("//input[@name='form']/@value")[0]

    def fields(self, **values) -> dict:
        """Return what somebody fills in."""
        return {
            "form": values.pop("form", None) or self.number(),
            "need": ["rent", "medical"],
            "urgency": "urgent",
            "purpose": ["handle"],
            "as_is": "1",
            **values,
        }

    def send(self, fields: dict, files=(), path: str | None = None) -> requests.Response:
        """Send the form with files (pairs of name and bytes)."""
        files = [("files", file) for file in files] or [("none", ("", b""))]
        return self.http.post(
            self.address + (path or self.path), data=fields, files=files, timeout=120
        )

    def receipt(self, receipt: str, act: str = "", files=(), **values) -> requests.Response:
        """Show a receipt, and do something with it."""
        fields = {"receipt": receipt, "act": act, **values}
        return self.send(fields, files, RECEIPT)


def digits(response: requests.Response) -> str:
    """Return the receipt that a page shows, an empty text where it shows none."""
    if response.status_code != 200:
        return ""
    found = html.fromstring(response.content).xpath("//p[@class='digits']/span/text()")
    return " ".join(text.strip() for text in found)


class Staff:
    """A demo person with a second factor; makes keys and opens what was told."""

    def __init__(self, address: str, database: str, role: str):
        person = next(p for p in second_factor.people() if (p.role, p.chapter) == (role, "IS"))
        client.SECRETS[person.login] = person.totp_secret
        self.client = Client(address, database, role, person.login, person.password)
        self.address, self.http = address, self.client.http
        self.phrase, self.code = "", []

    def page(self):
        return html.fromstring(self.http.get(f"{self.address}/sealed", timeout=60).content)

    def post(self, path: str, **values):
        """Send a form of the pages of keys and return the page that comes back."""
        token = self.page().xpath("//input[@name='csrf_token']/@value")[0]
        response = self.http.post(
            self.address + path, data={"csrf_token": token, **values}, timeout=60
        )
        return html.fromstring(response.content)

    @staticmethod
    def groups(page) -> list[str]:
        """Return the groups of a code that is shown once."""
        return [
            "".join(span.xpath("text()")).strip()
            for span in page.xpath("//p[@class='secret']/span")
        ]

    @staticmethod
    def asked(page, groups) -> dict:
        """Return the groups that are asked back."""
        names = page.xpath("//input[starts-with(@name, 'group_')]/@name")
        return {name: groups[int(name.removeprefix("group_"))] for name in names}

    def make_key(self) -> "Staff":
        """Make a key of one's own."""
        page = self.post("/sealed/new")
        self.phrase = page.xpath("//p[@class='secret' and not(span)]/text()")[0].strip()
        self.code = self.groups(page)
        self.post("/sealed/confirm", passphrase=self.phrase, **self.asked(page, self.code))
        return self

    def make_chapter_key(self) -> list[str]:
        """Make the key of the chapter and return its code."""
        page = self.post("/sealed/chapter/new")
        groups = self.groups(page)
        self.post("/sealed/chapter/confirm", **self.asked(page, groups))
        return groups

    def sealed(self, what: str, **values):
        """Call the door to what was told and return the answer (dict)."""
        path = "/sealed/case" + (f"/{what}" if what else "")
        return self.client.rpc(path, values).json()

    def file(self, case_id: int, item_id: int) -> requests.Response:
        """Save a file of a case."""
        return self.http.post(
            f"{self.address}/sealed/case/file",
            data={"csrf_token": self.client.csrf, "case_id": case_id, "item_id": item_id},
            timeout=60,
        )


def open_intake(address: str, database: str) -> tuple[Staff, Staff, list[str]]:
    """Make the keys of two coordinators and of their chapter; return them and the code."""
    second = Staff(address, database, "second_coordinator").make_key()
    first = Staff(address, database, "coordinator").make_key()
    return first, second, first.make_chapter_key()
