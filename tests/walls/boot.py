"""Odoo inside the tests' own process, and a database with two chapters to look into."""

import contextlib
import importlib
import os
import sys
import threading
from pathlib import Path

from launcher import addons, database, odoo_process
from launcher.jobs.test import dependencies_template
from launcher.paths import OURS

LEAKY = "embassy_leaky"
FOLDER = Path(__file__).parent / "addons"


def addons_path(odoo) -> str:
    """Return Odoo's option, with the addon that leaks on purpose."""
    return f"{odoo.addons_path()},{FOLDER}"


def template(odoo, server, plain: bool) -> str:
    """Return a database with all that is probed installed, made anew when any of it changed."""
    leaks = [path.read_text() for path in sorted(FOLDER.rglob("*.*")) if path.suffix != ".pyc"]
    kind = "plain" if plain else "walled"
    state = [] if plain else map(str, database.code_state(odoo).items())
    base = dependencies_template(odoo, server)
    name = f"embassy_{kind}_{addons.key(base, *leaks, *state)}"
    if not database.exists(server, name):
        for old in database.names(server, f"embassy_{kind}_"):  # of older code
            database.drop(server, old)
        database.create(server, f"{name}_new", base)
        modules = [LEAKY] if plain else [*OURS, LEAKY]
        words = ["-i", ",".join(modules), "--addons-path", addons_path(odoo)]
        odoo_process.install(odoo, server, f"{name}_new", words, f"Installing for the {kind} run")
        database.rename(server, f"{name}_new", name)
    return name


def registry(odoo, server, name: str):
    """Load Odoo into this process and return the registry of a database."""
    os.environ.update(odoo_process.environment(odoo, server))
    # Before the OCA addons that pip put below `odoo/addons`, which would hide Odoo itself.
    if str(odoo.root) not in sys.path:
        sys.path.insert(0, str(odoo.root))
    importlib.import_module("odoo.cli")  # sets up the package
    from odoo.modules.registry import Registry
    from odoo.service.server import load_server_wide_modules
    from odoo.tools import config

    words = ["-c", os.environ["ODOO_RC"], "-d", name, "--addons-path", addons_path(odoo)]
    config.parse_config([*words, "--log-level", "critical"], setup_logging=False)
    load_server_wide_modules()
    threading.current_thread().dbname = name  # where Odoo looks for it
    return Registry(name)


def leave(name: str) -> None:
    """Let go of a database, so that it can be copied or dropped."""
    from odoo.modules.registry import Registry
    from odoo.sql_db import close_db

    Registry.delete(name)
    close_db(name)


@contextlib.contextmanager
def environment(registry, uid: int, company_ids, su: bool = False):
    """Give an environment of one person with some companies ticked; nothing of it stays."""
    from odoo.api import Environment

    with contextlib.closing(registry.cursor()) as cr:
        context = {"allowed_company_ids": list(company_ids), "lang": "en_US", "tz": "UTC"}
        yield Environment(cr, uid, context, su)
        cr.rollback()
