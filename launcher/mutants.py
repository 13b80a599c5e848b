"""Takes each wall that is a method away once; one of Odoo's tests of our addons must turn red.

A wall here is a method in a folder `walls/` that overrides one of Odoo or checks a constraint.
Record rules and access rights are taken away by `tests/walls/dropper.py`. By name, as it takes half
an hour; EMBASSY_MUTANTS narrows it to the walls that match patterns, as `*mail_thread*,*gate*`, and
EMBASSY_MUTANTS_TESTS to the tests of some of Odoo's tags.
"""

import csv
import os

from . import database, environment, odoo_process, postgres, results
from .paths import OURS, ROOT

SPARE = ROOT / "tests" / "walls" / "spare.csv"
HOURS = 3


def run(options) -> list[results.Result]:
    """Return one result a wall."""
    from .jobs.test import dependencies_template, follow

    odoo = environment.odoo(options.odoo)
    with postgres.running(options.db_url) as server:
        name = f"embassy_test_{os.getpid()}"
        database.create(server, name, dependencies_template(odoo, server))
        try:
            odoo_process.install(odoo, server, name, ["-i", ",".join(OURS)], "Installing ours")
            command = odoo_process.command(
                "-d",
                name,
                "--stop-after-init",
                "--test-tags",
                os.environ.get("EMBASSY_MUTANTS_TESTS") or ",".join(f"/{addon}" for addon in OURS),
                "--max-cron-threads=0",
                "--http-port",
                str(odoo_process.free_port()),
                script=ROOT / "launcher" / "odoo_tests.py",
            )
            env = {
                **odoo_process.environment(odoo, server),
                "PYTHONPATH": str(ROOT),
                "EMBASSY_MUTANTS": os.environ.get("EMBASSY_MUTANTS", "*"),
            }
            return judge(follow("mutants", command, env, limit=HOURS * 3600), spare())
        finally:
            database.drop(server, name)


def spare() -> dict[str, str]:
    """Return the methods that no test can miss: name -> reason."""
    with SPARE.open(newline="", encoding="utf-8") as file:
        return {row["wall"]: row["reason"] for row in csv.DictReader(file) if ":" in row["wall"]}


def judge(found: list[results.Result], reasons: dict[str, str]) -> list[results.Result]:
    """Count a wall that nothing misses as spare where it is listed, and as a failure elsewhere."""
    judged = []
    for result in found:
        if result.id in reasons:
            held = result.outcome == "passed"
            text = "holds something now: take it out of spare.csv" if held else ""
            result = result._replace(outcome="failed" if held else "passed", text=text)
        judged.append(result)
    return judged
