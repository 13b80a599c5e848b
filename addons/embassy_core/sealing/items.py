"""What is told in a case: texts and files, sealed piece by piece under the key of the case.

An item is what it says about itself (its name, its type, its time) and its content, filled up with
zeros to one of few sizes, and cut into pieces of at most 1 MiB. A piece is

    1, 1 (XChaCha20-Poly1305), id of the key (8), nonce (24), ciphertext and tag (16)

and is bound to its place: chapter, case, item, kind, revision, number of the piece and of pieces.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nacl import exceptions, utils
from nacl.secret import Aead

from .errors import SealError

PIECE = 1 << 20  # bytes of plaintext
# What a thief learns of a size.
SIZES = tuple(kib << 10 for kib in (1, 4, 16, 64, 256, 1024, 4096, 16384, 24576))
LARGEST = SIZES[-1]
_HEAD = b"\x01\x01"
_KEY_ID = 8
_NONCE = 24
_TAG = 16
_FRAME = struct.Struct(">IQ")  # bytes of the description, bytes of the content


class Place(NamedTuple):
    """Where an item stands; it opens nowhere else.

    chapter, case and item are identifiers that never change, kind says what it is ("story",
    "file", …), revision counts from 0.
    """

    chapter: str
    case: str
    item: str
    kind: str
    revision: int = 0


def seal_item(key: bytes, place: Place, about: dict, content: bytes) -> Iterator[bytes]:
    """Seal an item.

    Args:
        key: of the case, 32 bytes
        place: where it stands
        about: what it says about itself; anything that JSON can hold
        content: the text in UTF-8, or the bytes of a file

    Yields:
        its pieces, of at most 1 MiB and 50 bytes

    Raises:
        ValueError: it is larger than 24 MiB
    """
    start = _start(about, content)
    size = padded(len(start) + len(content))
    count = -(-size // PIECE)
    view = memoryview(content)
    for number in range(count):
        begin, end = number * PIECE, min((number + 1) * PIECE, size)
        piece = bytearray(start[begin:end])
        piece += view[max(begin - len(start), 0) : max(end - len(start), 0)]
        piece += bytes(end - begin - len(piece))
        head, nonce = _HEAD + key_id(key), utils.random(_NONCE)
        aad = head + _bound(place, number, count)
        yield head + bytes(Aead(key).encrypt(bytes(piece), aad, nonce))


def sealed_size(about: dict, content: bytes) -> int:
    """Return how many bytes an item has before it is sealed, once it is filled up.

    Args:
        about: as for `seal_item`
        content: as for `seal_item`

    Raises:
        ValueError: it is larger than 24 MiB
    """
    return padded(len(_start(about, content)) + len(content))


def open_item(key: bytes, place: Place, pieces: Iterable[bytes], count: int) -> tuple[dict, bytes]:
    """Open an item.

    Args:
        key: of the case, 32 bytes
        place: where it stands
        pieces: in their order
        count: how many there are

    Returns:
        what it says about itself, its content

    Raises:
        SealError: another key or place, or pieces that are missing, moved or changed
    """
    plain, number = bytearray(), -1
    for number, piece in enumerate(pieces):
        head = _HEAD + key_id(key)
        if number >= count or not piece.startswith(head):
            raise SealError
        try:
            plain += Aead(key).decrypt(piece[len(head) :], head + _bound(place, number, count))
        except (exceptions.CryptoError, TypeError, ValueError):
            raise SealError from None
    if number + 1 != count or len(plain) < _FRAME.size:
        raise SealError
    described, length = _FRAME.unpack_from(plain)
    begin = _FRAME.size + described
    if begin + length > len(plain):
        raise SealError
    return json.loads(plain[_FRAME.size : begin]), bytes(memoryview(plain)[begin : begin + length])


def padded(size: int) -> int:
    """Return the size in bytes that something of `size` bytes is filled up to.

    Raises:
        ValueError: it is larger than all of `SIZES`
    """
    for bucket in SIZES:
        if size <= bucket:
            return bucket
    raise ValueError("larger than an item may be")


def key_id(key: bytes) -> bytes:
    """Return 8 bytes that tell keys apart and nothing about them."""
    return hashlib.blake2b(key, digest_size=_KEY_ID, person=b"key id").digest()


def _start(about, content):
    """What stands before the content."""
    description = json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()
    return _FRAME.pack(len(description), len(content)) + description


def _bound(place, number, count):
    """A place as bytes in which no two places look alike."""
    names = [name.encode() for name in (place.chapter, place.case, place.item, place.kind)]
    return b"".join(struct.pack(">I", len(name)) + name for name in names) + struct.pack(
        ">III", place.revision, number, count
    )
