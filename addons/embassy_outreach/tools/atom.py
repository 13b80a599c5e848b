"""A feed of texts as RFC 4287 (Atom) describes it."""

import re
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold.
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One text of a feed: times are in UTC without a zone, the content is HTML."""

    id: str
    title: str
    address: str
    updated: datetime
    topic: str
    content: str


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself; addresses are absolute."""

    id: str
    title: str
    language: str
    author: str
    address: str
    page: str
    updated: datetime


def atom(feed: Feed, entries: list[Entry]) -> bytes:
    """Return the feed as an XML document in UTF-8."""
    root = etree.Element(f"{{{ATOM}}}feed", {XML_LANG: feed.language}, nsmap={None: ATOM})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _time(feed.updated))
    _text(_text(root, "author"), "name", feed.author)
    _text(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _text(root, "link", rel="alternate", type="text/html", href=feed.page)
    for entry in entries:
        node = _text(root, "entry")
        _text(node, "id", entry.id)
        _text(node, "title", entry.title)
        _text(node, "published", _time(entry.updated))
        _text(node, "updated", _time(entry.updated))
        _text(node, "link", rel="alternate", type="text/html", href=entry.address)
        _text(node, "category", term=entry.topic)
        _text(node, "content", entry.content, type="html")
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _text(parent, name, text=None, **attributes):
    clean = {key: UNFIT.sub("", value) for key, value in attributes.items()}
    node = etree.SubElement(parent, f"{{{ATOM}}}{name}", clean)
    if text is not None:
        node.text = UNFIT.sub("", text)
    return node


def _time(moment):
    return moment.replace(microsecond=0).isoformat() + "Z"
