"""Write docs/permissions.md: what each role may do, from the addons' access matrices."""

from .. import permissions
from ..console import Fault, say
from ..paths import ROOT

SUMMARY = "write docs/permissions.md"
EXAMPLE = "./embassy permissions"


def arguments(parser):
    """Add the options of this job."""


def run(_options):
    """Write the page."""
    try:
        text = permissions.page()
    except ValueError as error:
        raise Fault(f"An access matrix is wrong: {error}") from None
    permissions.PAGE.parent.mkdir(exist_ok=True)
    permissions.PAGE.write_text(text, encoding="utf-8")
    say(f"{permissions.PAGE.relative_to(ROOT)}: {text.count(chr(10))} lines")
