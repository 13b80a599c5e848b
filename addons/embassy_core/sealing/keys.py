"""Keys of people, of intakes and of cases, and how one is kept under another.

Formats, after the byte `1`:

- a key sealed to somebody: sealed box of (16 bytes of context, key);
- a key under a passphrase: t, log2 of KiB, salt (16), nonce (24), ciphertext and tag;
- a key split between two places: nonce (24), ciphertext and tag.

Sources: libsodium's documentation of `crypto_box_seal`, `crypto_aead_xchacha20poly1305_ietf` and
`crypto_pwhash`; RFC 9106 for the cost of Argon2id.
"""

import hashlib
import unicodedata
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from nacl import exceptions, pwhash, utils
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead

from .errors import SealError

VERSION = b"\x01"
KEY_SIZE = 32  # bytes, of every key here
PEPPER_SIZE = 32  # bytes, at least
_NONCE = 24
_CONTEXT = 16
_SALT = 16
_OVERHEAD = 16  # bytes of a tag
# What somebody who writes into the database may make us spend on one try.
_MOST = (16, 18)  # passes, log2 of KiB


class Cost(NamedTuple):
    """Cost of Argon2id: passes over the memory, and log2 of its KiB."""

    passes: int
    memory: int


# 128 MiB and 0.3 to 0.6 s; what a person types once a working session.
PERSON = Cost(4, 17)


class KeyPair(NamedTuple):
    """An X25519 pair, 32 bytes each."""

    public: bytes
    private: bytes


def new_pair() -> KeyPair:
    """Return a new pair of keys."""
    return pair_of(utils.random(KEY_SIZE))


def pair_of(private: bytes) -> KeyPair:
    """Return the pair that a private key (32 bytes) belongs to.

    Raises:
        SealError: it has another length
    """
    _expect(len(private) == KEY_SIZE)
    return KeyPair(bytes(PrivateKey(private).public_key), bytes(private))


def new_key() -> bytes:
    """Return a new symmetric key (32 bytes), for a case."""
    return utils.random(KEY_SIZE)


def seal_key(key: bytes, public: bytes, context: str) -> bytes:
    """Seal a key to whoever holds the private half of `public`.

    Args:
        key: 32 bytes
        public: 32 bytes
        context: what the key is for; a key that was moved to another place does not open there

    Returns:
        97 bytes
    """
    _expect(len(key) == KEY_SIZE and len(public) == KEY_SIZE)
    return VERSION + SealedBox(PublicKey(public)).encrypt(_digest(context) + key)


def open_key(sealed: bytes, private: bytes, context: str) -> bytes:
    """Return the key (32 bytes) that `seal_key` sealed.

    Raises:
        SealError: another key, another context, or other bytes
    """
    _expect(len(private) == KEY_SIZE and sealed[:1] == VERSION)
    try:
        plain = SealedBox(PrivateKey(private)).decrypt(sealed[1:])
    except (exceptions.CryptoError, TypeError, ValueError):
        raise SealError from None
    _expect(len(plain) == _CONTEXT + KEY_SIZE and plain[:_CONTEXT] == _digest(context))
    return plain[_CONTEXT:]


def wrap_key(
    key: bytes,
    secret: str,
    pepper: bytes,
    context: str,
    cost: Cost = PERSON,
    slot: AbstractContextManager | None = None,
) -> bytes:
    """Keep a key under a passphrase or a recovery code.

    Args:
        key: 32 bytes
        secret: what a person types; case, spaces and hyphens do not matter
        pepper: 32 bytes or more that the server keeps outside its database
        context: whose key it is
        cost: of Argon2id
        slot: held while Argon2id runs (see `pool`)

    Returns:
        91 bytes
    """
    _expect(len(key) == KEY_SIZE)
    salt = utils.random(_SALT)
    head = VERSION + bytes(cost) + salt
    with slot or nullcontext():
        kek = _stretched(secret, pepper, salt, cost)
    return head + bytes(Aead(kek).encrypt(key, head + context.encode()))


def unwrap_key(
    wrapped: bytes,
    secret: str,
    pepper: bytes,
    context: str,
    slot: AbstractContextManager | None = None,
) -> bytes:
    """Return the key (32 bytes) that `wrap_key` kept.

    Raises:
        SealError: another passphrase, pepper or context, or other bytes
        Busy: no slot was free in time
    """
    _expect(len(wrapped) == 3 + _SALT + _NONCE + KEY_SIZE + _OVERHEAD and wrapped[:1] == VERSION)
    cost = Cost(*wrapped[1:3])
    _expect(1 <= cost.passes <= _MOST[0] and 10 <= cost.memory <= _MOST[1])
    head = wrapped[: 3 + _SALT]
    with slot or nullcontext():
        kek = _stretched(secret, pepper, head[3:], cost)
    return _decrypted(kek, wrapped[len(head) :], head + context.encode())


def split_key(key: bytes, context: str) -> tuple[bytes, bytes]:
    """Split a key between two places, neither of which opens anything alone.

    Args:
        key: 32 bytes
        context: what both places must agree on, such as the session

    Returns:
        the part of the browser (32 bytes), the part of the server (73 bytes)
    """
    _expect(len(key) == KEY_SIZE)
    other = new_key()
    return other, VERSION + bytes(Aead(other).encrypt(key, context.encode()))


def join_key(browser: bytes, server: bytes, context: str) -> bytes:
    """Return the key (32 bytes) that `split_key` split.

    Raises:
        SealError: the parts do not belong together, or not to this context
    """
    _expect(len(browser) == KEY_SIZE and server[:1] == VERSION)
    return _decrypted(browser, server[1:], context.encode())


def normalized(secret: str) -> str:
    """Return what a person typed the way it is stretched.

    Small letters, NFKC, one space between words, whatever stood there: a passphrase is read from
    paper and typed on the keyboard at hand.
    """
    text = unicodedata.normalize("NFKC", secret).casefold()
    return " ".join("".join(" " if c in "-‐‑‒–—_" else c for c in text).split())


def _stretched(secret, pepper, salt, cost):
    _expect(len(pepper) >= PEPPER_SIZE)
    raw = pwhash.argon2id.kdf(
        KEY_SIZE,
        normalized(secret).encode(),
        salt,
        opslimit=cost.passes,
        memlimit=1024 << cost.memory,
    )
    return hashlib.blake2b(raw, digest_size=KEY_SIZE, key=_short(pepper), person=b"wrap").digest()


def _short(pepper):
    """A pepper of any length as a key of BLAKE2b (at most 64 bytes)."""
    return hashlib.blake2b(pepper, digest_size=64).digest()


def _digest(context):
    return hashlib.blake2b(context.encode(), digest_size=_CONTEXT, person=b"context").digest()


def _decrypted(key, sealed, aad):
    try:
        return Aead(key).decrypt(sealed, aad)
    except (exceptions.CryptoError, TypeError, ValueError):
        raise SealError from None


def _expect(fine):
    if not fine:
        raise SealError
