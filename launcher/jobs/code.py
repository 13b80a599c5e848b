"""Print the code that the authenticator app of a demo login would show now.

Only for the invented people of the demo data, in a database where they still have their first
second factor.
"""

import time

from .. import database, environment, postgres, second_factor
from ..console import Fault, say

SUMMARY = "the present login code of a demo person"
EXAMPLE = "./embassy code coordinator.one@example.org"


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("login", help="a login that ./embassy up prints")
    parser.add_argument("--db", default="embassy", metavar="NAME", help="database (embassy)")
    parser.add_argument("--db-url", metavar="URL", help="another server, as for ./embassy up")


def run(options):
    """Print the code."""
    environment.enter()
    with postgres.running(options.db_url) as server:
        if not database.exists(server, options.db):
            raise Fault(f"There is no database {options.db}: ./embassy up makes it.")
        known = database.demo_second_factors(server, options.db)
    if options.login not in known:
        raise Fault(
            f"{options.login} has no second factor of the demo data in this database. Who logs in"
            " without one is led to a page that sets it up."
        )
    secret, used = known[options.login]
    now = int(time.time() // second_factor.STEP)
    say(second_factor.code(secret, max(now, min(used, now) + 1)))
