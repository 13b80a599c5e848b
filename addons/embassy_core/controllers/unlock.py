"""How long and where the key of a person is open.

The private half lies encrypted in the session on the server, and what decrypts it in a cookie of
the browser that goes to no page but those of sealed content. Neither a copy of the server's disk
nor a stolen session id opens anything. Fifteen minutes after the last use by the server's clock
it is gone.
"""

import hashlib
import hmac
import time
from pathlib import Path

from odoo.http import STORED_SESSION_BYTES, request
from odoo.tools import config

from ..sealing import SealError, keys
from ..sealing.pool import Pool

PATH = "/sealed"
COOKIE = "embassy_sealed"
IDLE = 15 * 60  # seconds
# A session is written to disk when it changes: not at every page.
_SLIDE = 30  # seconds
_SESSION = "embassy_sealed"
_ASKED = "embassy_asked"


def slot():
    """A slot for one slow derivation of somebody who unlocks; intake has others."""
    return Pool(Path(config["data_dir"]) / "slots", "unlock", 2, seconds=20).slot()


def unlock(private: bytes) -> None:
    """Keep a person's key (32 bytes) open in this session and this browser."""
    browser, server = keys.split_key(private, _context())
    request.session[_SESSION] = {"half": server.hex(), "used": time.time()}
    _set_cookie(browser.hex())


def private_key(is_use: bool = True) -> bytes | None:
    """Return the open key (32 bytes), None where it is locked.

    Args:
        is_use: whether this counts as use; a page that only shows the padlock does not
    """
    kept = request.session.get(_SESSION)
    if not kept:
        return None
    if time.time() - kept["used"] > IDLE:
        lock()
        return None
    try:
        browser = bytes.fromhex(request.httprequest.cookies.get(COOKIE, ""))
        private = keys.join_key(browser, bytes.fromhex(kept["half"]), _context())
    except (SealError, ValueError):
        return None
    if is_use and time.time() - kept["used"] > _SLIDE:
        request.session[_SESSION] = {**kept, "used": time.time()}
    return private


def lock() -> None:
    """Forget the open key, here and in the browser."""
    request.session.pop(_SESSION, None)
    request.session.pop(_ASKED, None)
    _set_cookie("", max_age=0)


def ask_back(code: str, numbers: list[int], about: dict) -> None:
    """Remember which groups of a code are asked back, so that nobody but this browser can answer.

    Args:
        code: groups with spaces between
        numbers: of the groups, the first being 0
        about: what to know again when they come back; plain values
    """
    secret = keys.new_key()
    groups = code.split()
    request.session[_ASKED] = {
        **about,
        "numbers": numbers,
        "digests": [_digest(secret, groups[number]) for number in numbers],
    }
    _set_cookie(secret.hex())


def asked() -> dict | None:
    """Return what `ask_back` remembered."""
    return request.session.get(_ASKED)


def answered(typed: list[str]) -> bool:
    """Say whether these are the groups that were asked; they can be tried again if not."""
    kept = asked()
    try:
        secret = bytes.fromhex(request.httprequest.cookies.get(COOKIE, ""))
    except ValueError:
        return False
    if not kept or len(secret) != keys.KEY_SIZE or len(typed) != len(kept["digests"]):
        return False
    digests = [_digest(secret, "".join(filter(str.isdigit, text))) for text in typed]
    return all(map(hmac.compare_digest, digests, kept["digests"]))


def _digest(secret, group):
    return hashlib.blake2b(group.encode(), key=secret, digest_size=32).hexdigest()


def _context():
    """The session, by the part of its id that stays when Odoo renews it."""
    return f"session {request.session.sid[:STORED_SESSION_BYTES]} {request.session.uid}"


def _set_cookie(value, max_age=None):
    request.future_response.set_cookie(
        COOKIE,
        value,
        max_age=max_age,
        expires=None,
        path=PATH,
        secure=request.httprequest.scheme == "https",
        httponly=True,
        samesite="Strict",
    )
