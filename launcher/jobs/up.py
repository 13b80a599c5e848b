"""Set up everything that is missing and serve the embassy on this machine.

Gets Odoo 19, the Python packages and a PostgreSQL, makes the database with the three addons, and
serves on 127.0.0.1. Ctrl-C stops what it started. Downloads lie in your cache folder, the state
of this clone in .embassy/.
"""

import csv
import os

from .. import database, environment, odoo_process, postgres
from ..console import Fault, say
from ..paths import ADDONS, state

SUMMARY = "set up what is missing, and serve"
EXAMPLE = "./embassy up --port 8070"


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("--no-demo", action="store_true", help="without invented example data")
    parser.add_argument("--port", type=int, default=8069, help="port on 127.0.0.1 (8069)")
    parser.add_argument("--db", default="embassy", metavar="NAME", help="database (embassy)")
    parser.add_argument("--odoo", metavar="PATH", help="an Odoo 19 of your own")
    parser.add_argument(
        "--db-url",
        metavar="URL",
        help="another server: postgresql://user:password@host:port; the variables "
        "PGHOST, PGPORT, PGUSER, PGPASSWORD are read too",
    )


def run(options):
    """Serve until Ctrl-C."""
    if not odoo_process.port_is_free(options.port):
        raise Fault(
            f"Port {options.port} is taken, perhaps by another embassy: stop that one "
            f"(./embassy stop) or choose a port, for example --port {options.port + 1}."
        )
    environment.enter()
    odoo = environment.odoo(options.odoo)
    with postgres.running(options.db_url) as server:
        password = None
        if database.exists(server, options.db):
            database.update(odoo, server, options.db)
        else:
            database.install(odoo, server, options.db, demo=not options.no_demo)
            if options.no_demo:
                password = database.set_random_password(server, options.db, "admin")
        pid = state("up", str(os.getpid()))
        with odoo_process.serving(odoo, server, options.db, options.port) as process:
            pid.touch()
            try:
                _greet(options, password)
                process.wait()
            finally:
                pid.unlink(missing_ok=True)
    raise Fault("Odoo ended by itself: see .embassy/log/odoo.log")


def _greet(options, password):
    say(f"\nThe embassy is open: http://127.0.0.1:{options.port}/web/login")
    logins = ADDONS / "embassy_core" / "demo" / "logins.csv"
    if password:
        say(f"Log in as admin with the password {password} (shown only now).")
    elif not options.no_demo and logins.exists():
        with logins.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            say("  " + "  ".join(cells))
    say("Ctrl-C stops it.")
