"""Open PostgreSQL's own client on the embassy's database."""

import os

from .. import environment, odoo_process, postgres

SUMMARY = "a database shell"
EXAMPLE = """./embassy psql
  ./embassy psql -c "SELECT name FROM res_company\""""


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("--db", default="embassy", metavar="NAME", help="database (embassy)")
    parser.add_argument("-c", dest="command", metavar="SQL", help="run this and end")


def run(options):
    """Open psql and return its exit code."""
    environment.enter()
    with postgres.running() as server:
        server.connect(options.db).close()
        words = [server.program("psql"), "-d", options.db]
        if options.command:
            words += ["-c", options.command]
        return odoo_process.foreground(words, {**os.environ, **server.environment()})
