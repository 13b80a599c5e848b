"""Digits that people copy by hand: recovery codes of staff, receipts of those who ask for help.

A recovery code is 40 random digits (133 bits) in ten groups of four, each with a fifth digit by
which a slip of the pen, two digits the wrong way round and groups in the wrong order are noticed
(H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004).

A receipt is 20 digits (66 bits) made from the number that the form was given out with: who sends
the same form twice gets the same receipt, though no receipt is kept anywhere. What it opens comes
out of it by Argon2id.
"""

import hashlib
import hmac
import secrets
import unicodedata
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from nacl import pwhash

from .errors import SealError
from .keys import KEY_SIZE, PEPPER_SIZE, Cost, KeyPair, pair_of

GROUPS = 10
RECEIPT_DIGITS = 20
# 64 MiB and about 0.1 to 0.2 s; once a request.
RECEIPT = Cost(3, 16)
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class Opened(NamedTuple):
    """What a receipt opens: where its case is found (32 bytes), and the pair of who holds it."""

    locator: bytes
    pair: KeyPair


def new_recovery_code() -> str:
    """Return ten groups of five digits, with a space between two."""
    groups = (f"{secrets.randbelow(10_000):04}" for _ in range(GROUPS))
    return " ".join(group + _check(number, group) for number, group in enumerate(groups))


def recovery_code(typed: str) -> str:
    """Return a typed code the way `new_recovery_code` writes it.

    Raises:
        SealError: it has not fifty digits, or some digit is wrong
    """
    if wrong_groups(typed):
        raise SealError
    return " ".join(_groups(typed))


def wrong_groups(typed: str) -> list[int]:
    """Return which groups of a typed code cannot be right, the first being 0.

    All that are missing count.
    """
    groups = _groups(typed)
    return [
        number
        for number in range(max(GROUPS, len(groups)))
        if number >= min(GROUPS, len(groups))
        or len(groups[number]) != 5
        or _check(number, groups[number][:4]) != groups[number][4]
    ]


def group_fits(typed: str, code: str, number: int) -> bool:
    """Say whether one typed group is the group of that number in a code."""
    return hmac.compare_digest(_digits(typed), code.split()[number])


def receipt(server_key: bytes, nonce: bytes) -> str:
    """Return the receipt of the request whose form had this number.

    Args:
        server_key: 32 bytes or more that the server keeps outside its database
        nonce: 32 random bytes

    Returns:
        20 digits in groups of four
    """
    if len(server_key) < PEPPER_SIZE:
        raise SealError
    # 512 bits over 66: no digit comes oftener than another.
    number = int.from_bytes(hmac.digest(server_key, b"receipt" + nonce, "sha512"), "big")
    digits = f"{number % 10**RECEIPT_DIGITS:0{RECEIPT_DIGITS}}"
    return " ".join(digits[i : i + 4] for i in range(0, RECEIPT_DIGITS, 4))


def open_receipt(
    typed: str, server_key: bytes, slot: AbstractContextManager | None = None
) -> Opened:
    """Return what a receipt opens, whether or not somebody holds it.

    Args:
        typed: 20 digits, with whatever between them
        server_key: as for `receipt`
        slot: held while Argon2id runs (see `pool`)

    Raises:
        SealError: not 20 digits
        Busy: no slot was free in time
    """
    digits = _digits(typed)
    if len(digits) != RECEIPT_DIGITS or len(server_key) < PEPPER_SIZE:
        raise SealError
    # One salt for all: the case is found by what comes out.
    salt = hashlib.blake2b(server_key, digest_size=16, person=b"receipt salt").digest()
    with slot or nullcontext():
        raw = pwhash.argon2id.kdf(
            KEY_SIZE,
            digits.encode(),
            salt,
            opslimit=RECEIPT.passes,
            memlimit=1024 << RECEIPT.memory,
        )
    return Opened(_part(raw, b"locator"), pair_of(_part(raw, b"pair")))


def _part(raw, name):
    return hashlib.blake2b(raw, digest_size=KEY_SIZE, person=name).digest()


def _digits(typed):
    """The digits of any script in a text, as 0 to 9."""
    values = (unicodedata.digit(c, None) for c in typed)
    return "".join(str(value) for value in values if value is not None)


def _groups(typed):
    digits = _digits(typed)
    return [digits[i : i + 5] for i in range(0, len(digits), 5)]


def _check(number, group):
    state = str(number)
    for digit in group:
        state = _DAMM[int(state)][int(digit)]
    return state
