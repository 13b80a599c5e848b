"""The number that a form is given out with: nothing of it is kept before the form comes back."""

import base64
import hmac
import secrets
import struct
import time
from typing import NamedTuple

LIFETIME = 6 * 60 * 60  # seconds
_NONCE = 32
_MAC = 32
_TIME = struct.Struct(">Q")


class Number(NamedTuple):
    """A number of ours: 32 random bytes, and whether its time is over."""

    nonce: bytes
    is_old: bool


def new_number(server_key: bytes, scope: str) -> str:
    """Return a number (URL-safe text) for a form.

    Args:
        server_key: what the server keeps outside its database
        scope: which form it is; the number counts for no other
    """
    body = secrets.token_bytes(_NONCE) + _TIME.pack(int(time.time()))
    return base64.urlsafe_b64encode(body + _mac(server_key, scope, body)).decode()


def read_number(server_key: bytes, scope: str, text: str) -> Number | None:
    """Return the number that `new_number` gave out, None for any other text."""
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if len(body) != _NONCE + _TIME.size or not hmac.compare_digest(
        mac, _mac(server_key, scope, body)
    ):
        return None
    (made,) = _TIME.unpack(body[_NONCE:])
    return Number(body[:_NONCE], made + LIFETIME < time.time())


def _mac(server_key, scope, body):
    return hmac.digest(server_key, b"form number " + scope.encode() + b"\0" + body, "sha256")
