"""Remove this clone's databases and files, so that the next `up` begins anew.

The Python environment stays, unless --all is given; downloads stay in your cache folder.
"""

import shutil
import sys

from .. import postgres
from ..console import Fault, say
from ..paths import DATA, STATE
from . import stop

SUMMARY = "remove the databases and begin anew"
EXAMPLE = """./embassy backup before-reset.tar && ./embassy reset --yes"""


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--all", action="store_true", help="the whole of .embassy/")


def run(options):
    """Stop what runs, and remove."""
    if not STATE.exists():
        say("There is nothing to remove.")
        return
    if not options.yes:
        if not sys.stdin.isatty():
            raise Fault("reset removes all databases of this clone: say --yes if you mean it.")
        if input("All databases of this clone will be removed. Type yes: ").strip() != "yes":
            raise Fault("Nothing was removed.")
    stop.run(options)
    shutil.rmtree(postgres.home(), ignore_errors=True)
    (STATE / "pg").unlink(missing_ok=True)
    shutil.rmtree(STATE if options.all else DATA, ignore_errors=True)
    say("Removed. ./embassy up begins anew.")
