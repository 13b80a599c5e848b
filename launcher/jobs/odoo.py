"""Run a command of Odoo itself on this clone's configuration: all words are passed on."""

from .. import environment, odoo_process, postgres

SUMMARY = "any command of Odoo"
EXAMPLE = """./embassy odoo -d embassy -u embassy_core --stop-after-init
  ./embassy odoo -d embassy --dev all
  ./embassy odoo module --help"""
PASS_THROUGH = True


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("words", nargs="*", metavar="WORD", help="Odoo's command and options")


def run(words):
    """Run Odoo and return its exit code."""
    environment.enter()
    odoo = environment.odoo(None)
    with postgres.running() as server:
        return odoo_process.interactive(odoo, server, words)
