"""Say what is there, what is missing, and what to do about it. Nothing is changed."""

import os
import shutil
import sys

from .. import debian, odoo_process, postgres
from ..console import say
from ..paths import CACHE, STATE, VENV_PYTHON
from .lint import DEBIAN as LINT
from .test import DEBIAN as TEST

SUMMARY = "what is there, what is missing, what to do"
EXAMPLE = "./embassy doctor"


def arguments(parser):
    """Add the options of this job."""


def run(_options):
    """Print one line a finding; return 1 where `up` could not work."""
    good = True
    for text, well, advice in _findings():
        say(f"{'ok ' if well else 'NO '} {text}" + ("" if well else f" - {advice}"))
        good &= well or advice.startswith("later")
    return 0 if good else 1


def _findings():
    """Yield (what, whether it is well, what to do)."""
    yield (
        f"Python {sys.version.split()[0]}",
        (3, 10) <= sys.version_info[:2] <= (3, 13),
        "use Python 3.10 to 3.13",
    )
    yield "virtual environment", VENV_PYTHON.exists(), "later: ./embassy up makes it"
    unpacked = sorted((CACHE / "odoo").glob("[0-9]*"))
    yield (
        "Odoo " + (unpacked[-1].name if unpacked else "19"),
        bool(unpacked) or (STATE / "odoo.json").exists(),
        "later: ./embassy up fetches it",
    )
    yield (
        "apt-get and dpkg-deb, to fetch Odoo",
        bool(unpacked) or all(map(shutil.which, ("apt-get", "dpkg-deb"))),
        "give an Odoo 19 with ./embassy up --odoo PATH",
    )
    yield "database server", (STATE / "pg" / "data").exists(), "later: ./embassy up makes it"
    if VENV_PYTHON.exists() and (STATE / "pg" / "data").exists():
        yield (
            (
                "database server runs"
                if postgres.Cluster().answers()
                else "database server is at rest"
            ),
            True,
            "",
        )
    yield "port 8069 is free", odoo_process.port_is_free(8069), "later: ./embassy up --port 8070"
    free = shutil.disk_usage(STATE.parent).free / 1e9
    yield f"{free:.0f} GB of disk free", free > 5, "free some: set-up and tests need 5 GB"
    yield (
        (
            "root: PostgreSQL runs as the user " + postgres.SYSTEM_USER
            if os.geteuid() == 0
            else "ordinary user"
        ),
        True,
        "",
    )
    wanted = tuple(dict.fromkeys([*LINT, *(name for names in TEST.values() for name in names)]))
    missing = debian.missing_packages(wanted)
    yield (
        "Debian packages for tests and lint",
        not missing,
        f"later, for tests only: sudo apt-get install --yes {' '.join(missing)}",
    )
