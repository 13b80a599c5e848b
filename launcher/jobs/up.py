"""Set up everything that is missing and serve the embassy on this machine.

Gets Odoo 19, the Python packages and a PostgreSQL, makes the database with the three addons, and
serves on 127.0.0.1. Ctrl-C stops what it started. Downloads lie in your cache folder, the state
of this clone in .embassy/.
"""

import os

from .. import database, environment, odoo_process, postgres, second_factor
from ..console import Fault, say
from ..paths import state

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
    note = state("up", str(os.getpid()))  # by which `stop` finds this run
    note.touch()
    try:
        with postgres.running(options.db_url) as server:
            password = _make_ready(odoo, server, options)
            with odoo_process.serving(odoo, server, options.db, options.port) as process:
                say(f"\nThe embassy is open: http://127.0.0.1:{options.port}/web/login")
                if password:
                    say(f"Log in as admin with the password {password} (shown only now).")
                _print_logins(
                    database.logins(server, options.db),
                    database.demo_second_factors(server, options.db),
                )
                say("Ctrl-C stops it.")
                process.wait()
    finally:
        note.unlink(missing_ok=True)
    raise Fault(f"Odoo ended by itself: see {odoo_process.log_of(options.db)}")


def _make_ready(odoo, server, options):
    """Make or update the database; return a password where one was made."""
    if database.exists(server, options.db):
        database.update(odoo, server, options.db)
        return None
    database.install(odoo, server, options.db, demo=not options.no_demo)
    return database.set_random_password(server, options.db, "admin") if options.no_demo else None


def _print_logins(known, factors):
    """Print the demo people that the database has, and how they pass the second factor."""
    people = [person for person in second_factor.people() if person.login in known]
    if not people:
        return
    rows = [person._replace(totp_secret=factors.get(person.login, ("",))[0]) for person in people]
    head = second_factor.Person("role", "login", "password", "chapter", "second factor (TOTP)")
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        say("  " + "  ".join(cells).rstrip())
    say("The code of a second factor: ./embassy code LOGIN, or add the text to an app by hand.")
