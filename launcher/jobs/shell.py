"""Open a Python shell with `env` of the embassy's database; a file on standard input is run."""

from .. import database, environment, odoo_process, postgres
from ..console import Fault

SUMMARY = "a Python shell inside Odoo"
EXAMPLE = "./embassy shell --db embassy"


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("--db", default="embassy", metavar="NAME", help="database (embassy)")


def run(options):
    """Open the shell and return its exit code."""
    environment.enter()
    odoo = environment.odoo(None)
    with postgres.running() as server:
        if not database.exists(server, options.db):
            raise Fault(
                f"There is no database {options.db}: ./embassy up --db {options.db} makes it."
            )
        words = ["shell", "-d", options.db, "--no-http", "--log-level", "warn"]
        return odoo_process.interactive(odoo, server, words)
