"""Text for pages that everybody reads: words, lists and links, and nothing that loads or runs."""

from lxml import etree, html
from markupsafe import Markup

KEPT = frozenset(
    "p br strong b em i ul ol li h2 h3 h4 blockquote a sup sub hr "
    "table tbody thead tr td th".split()
)
RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4"}
# Their words are none for readers.
DROPPED = frozenset("script style head title template noscript iframe object svg".split())
SCHEMES = ("http://", "https://", "mailto:")


def public_html(text: str | None) -> Markup:
    """Return a text with its plain marks alone: no style, picture, script, form or event.

    Args:
        text: HTML as an editor writes it, or nothing

    Returns:
        HTML; empty when there is nothing to read in it
    """
    if not (text and text.strip()):
        return Markup()
    root = html.fragment_fromstring(str(text), create_parent="div")
    for element in list(root.iter()):
        if element is root:
            continue
        if not isinstance(element.tag, str) or element.tag in DROPPED:
            _drop(element)
            continue
        element.tag = RENAMED.get(element.tag, element.tag)
        address = element.get("href", "").strip() if element.tag == "a" else ""
        element.attrib.clear()
        if element.tag not in KEPT or (element.tag == "a" and not _leads_out(address)):
            element.drop_tag()
        elif address:
            element.set("href", address)
            element.set("rel", "noreferrer noopener")
    if not root.text_content().strip():
        return Markup()
    # Made of what stands in KEPT alone; the writer of HTML escapes the words in it.
    whole = etree.tostring(root, method="html", encoding="unicode")
    return Markup(whole.removeprefix("<div>").removesuffix("</div>"))  # noqa: S704


def _leads_out(address):
    return address.lower().startswith(SCHEMES)


def _drop(element):
    """Take an element out and leave the words behind it."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if previous is None:
            parent.text = (parent.text or "") + element.tail
        else:
            previous.tail = (previous.tail or "") + element.tail
    parent.remove(element)
