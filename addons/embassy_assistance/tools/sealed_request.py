"""A request for help between what was typed and what is kept: here it is sealed."""

import base64
import hashlib
import secrets
import uuid
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from odoo.addons.embassy_core.sealing import codes, items, keys

NAMESPACE = uuid.UUID("5b0f8d0e-6a3c-4f2e-9f7a-0d5f2f7c1a44")


class Content(NamedTuple):
    """Something told: its kind, what it says about itself (for JSON), its bytes."""

    kind: str
    about: dict
    content: bytes


class SealedItem(NamedTuple):
    """An item as it is kept: nothing of it is in clear but its kind and its rounded size.

    A piece is sealed when it is asked for, so that a large file is not in memory twice.
    """

    uuid: str
    kind: str
    revision: int
    size: int
    piece_count: int
    pieces: Iterator[bytes]


class Facts(NamedTuple):
    """What of a request is kept in clear: ids of our own lists, and nothing typed."""

    company_id: int
    chapter_key_id: int
    urgency: str
    language_id: int
    need_ids: list[int]
    purposes: list[str]
    is_guarded: bool = False


class SealedRequest(NamedTuple):
    """All of a request. Codes are bytes, keys are the way a binary field keeps them.

    It is sealed to the chapter, or to people alone: ids of their keys, and the key of the case
    for each.
    """

    facts: Facts
    uuid: str
    nonce_hash: bytes
    locator: bytes
    asker_public_key: bytes
    chapter_sealed_key: bytes | None
    person_sealed_keys: dict[int, bytes]
    asker_sealed_key: bytes
    items: list[SealedItem]


def nonce_hash(nonce: bytes) -> bytes:
    """Return what is kept (32 bytes) of the number of a form, from which no receipt follows."""
    return hashlib.sha256(nonce).digest()


def context(case_uuid: str) -> str:
    """Return what a case key is sealed for."""
    return f"case {case_uuid}"


def seal_request(
    facts: Facts,
    chapter_public: bytes,
    nonce: bytes,
    opened: codes.Opened,
    contents: Iterable[Content],
    people: dict[int, bytes] | None = None,
) -> SealedRequest:
    """Seal a request to a chapter, or to people of it alone, and to who holds its receipt.

    Args:
        facts: what is kept in clear
        chapter_public: 32 bytes
        nonce: of the form, 32 bytes
        opened: what the receipt opens
        contents: what was told; the first is the story
        people: ids of keys and their public halves (32 bytes each), where nobody else of the
            chapter may open it

    Raises:
        ValueError: something is larger than an item may be
    """
    case_key, name = keys.new_key(), str(uuid.uuid4())

    def sealed_to(public):
        return base64.b64encode(keys.seal_key(case_key, public, context(name)))

    return SealedRequest(
        facts,
        name,
        nonce_hash(nonce),
        opened.locator,
        base64.b64encode(opened.pair.public),
        None if people else sealed_to(chapter_public),
        {key_id: sealed_to(public) for key_id, public in (people or {}).items()},
        sealed_to(opened.pair.public),
        [
            seal_content(case_key, str(facts.company_id), name, str(uuid.uuid4()), content)
            for content in contents
        ],
    )


def seal_content(
    case_key: bytes,
    chapter: str,
    case_uuid: str,
    item_uuid: str,
    content: Content,
    revision: int = 0,
) -> SealedItem:
    """Seal one item of a case; what tells where it stands is that of its `items.Place`."""
    place = items.Place(chapter, case_uuid, item_uuid, content.kind, revision)
    size = items.sealed_size(content.about, content.content)
    pieces = items.seal_item(case_key, place, content.about, content.content)
    count = -(-size // items.PIECE)
    return SealedItem(item_uuid, content.kind, place.revision, size, count, pieces)


def new_token() -> str:
    """Return what a form of a case is told apart by, when it is sent twice."""
    return secrets.token_hex(16)


def item_uuid(case_uuid: str, token: str) -> str:
    """Return the name of an item that a form of a case sends, the same each time it is sent."""
    return str(uuid.uuid5(NAMESPACE, f"{case_uuid} {token}"))


def new_item_uuid() -> str:
    """Return the name of an item that staff add."""
    return str(uuid.uuid4())
