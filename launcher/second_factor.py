"""Codes of the second factor for invented people: what the app on a phone would show.

The codes are those of RFC 6238 with SHA-1, six digits and steps of 30 seconds, as `auth_totp` in
Odoo makes them.
"""

import base64
import csv
import hashlib
import hmac
import struct
import time
from typing import NamedTuple

from .console import Fault
from .paths import ADDONS

STEP = 30  # seconds
FILE = ADDONS / "embassy_core" / "demo" / "logins.csv"


class Person(NamedTuple):
    """A login of the demo data; the secret (base32) is empty for a volunteer."""

    role: str
    login: str
    password: str
    chapter: str
    totp_secret: str


def people() -> list[Person]:
    """Return the people of the demo data."""
    with FILE.open(newline="", encoding="utf-8") as rows:
        return [Person(**row) for row in csv.DictReader(rows)]


def code(secret: str, step: int) -> str:
    """Return the code of a step.

    Args:
        secret: base32, with or without spaces.
        step: number of steps of 30 seconds since 1970.
    Raises:
        Fault: the secret is not base32.
    """
    try:
        key = base64.b32decode(secret.replace(" ", "").upper())
    except ValueError as error:
        raise Fault("This is no secret of a second factor (base32).") from error
    digest = hmac.digest(key, struct.pack(">Q", step), hashlib.sha1)
    at = digest[-1] & 0xF
    number = struct.unpack_from(">I", digest, at)[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


class Codes:
    """Codes that were not used yet: Odoo takes each of them once, and no older one after it."""

    def __init__(self):
        self.used: dict[str, int] = {}

    def fresh(self, secret: str) -> str:
        """Return the next code that Odoo takes, waiting for its time where it must."""
        # Odoo takes the step before the present one and the one after it too.
        step = max(_now(), self.used.get(secret, 0) + 1)
        while step > _now() + 1:
            time.sleep(0.5)
        self.used[secret] = step
        return code(secret, step)


def _now() -> int:
    return int(time.time() // STEP)
