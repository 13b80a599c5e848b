"""Odoo's own suites, run with our addons loaded and once without them.

What is red without us as well says nothing about us. What is red only with us is mended, or stands
in `tests/core_red.txt` with its reason. Tests of Odoo that run while a module installs are run
after loading, as they meet our code nowhere else. Tours, which drive a browser, are left out.
"""

import hashlib
import os
import re
from typing import NamedTuple

from . import addons, database, environment, odoo_process, postgres, results
from .console import say
from .paths import CACHE, OURS, ROOT, STATE

RED = ROOT / "tests" / "core_red.txt"


class Suite(NamedTuple):
    """Modules that are installed, tests that run, and walls without which they run."""

    modules: tuple[str, ...]
    tags: tuple[str, ...]
    lifted: tuple[str, ...] = ()


# Nearly all templates and mailings of Odoo's tests hold programs, which we refuse to all but the
# system: without these walls the rest of what we do to them is tried.
PROGRAMS = (
    "odoo.addons.embassy_core.walls.res_users:ResUsers.has_group",
    "odoo.addons.embassy_outreach.walls.mailing_mailing:"
    "MailingMailing._check_access_right_dynamic_template",
)

SUITES = {
    "core": Suite(
        ("test_access_rights", "test_mail"),
        (
            "/calendar",
            "/contacts",
            "/event",
            "/helpdesk_mgmt",
            "/helpdesk_mgmt_sla",
            "/mail",
            "/mass_mailing",
            "/portal",
            "/test_access_rights",
            "/test_mail",
            *(
                f"/base/tests/test_{name}.py"
                for name in (
                    "acl",
                    "base",
                    "ir_attachment",
                    "ir_default",
                    "ir_filters",
                    "res_company",
                    "res_partner",
                    "res_partner_bank",
                    "res_partner_merge",
                    "res_users",
                    "user_has_group",
                )
            ),
            # Renames a company in one transaction and waits for it in another: never ends.
            "-:TestMailMailRace",
        ),
        PROGRAMS,
    ),
    "core_full": Suite(
        ("test_event_full", "test_mass_mailing"),
        ("/test_event_full", "/test_mass_mailing"),
        PROGRAMS,
    ),
}


def run(options) -> list[results.Result]:
    """Run the suites both ways and return one result a test that is red only with us."""
    odoo = environment.odoo(options.odoo)
    found: list[results.Result] = []
    red: set[str] = set()
    with postgres.running(options.db_url) as server:
        for name, suite in SUITES.items():
            template = _template(odoo, server, name, suite.modules)
            without = _without_us(odoo, server, name, template, suite.tags)
            ours = _run(odoo, server, name, template, suite.tags, OURS, lifted=suite.lifted)
            found += compare(name, without, ours, known())
            red |= {result.id for result in ours if result.outcome == "failed"}
    return found + unused(known(), red)


def unused(reasons: dict[str, str], red: set[str]) -> list[results.Result]:
    """Return one failure a reason for which no test is red any more.

    Args:
        reasons: pattern of a test's name -> why it may be red
        red: ids of the tests that failed with our addons
    """
    return [
        results.Result(f"{RED.name}: {pattern}", "failed", "no test is red for this reason")
        for pattern in reasons
        if not any(re.search(pattern, id_) for id_ in red)
    ]


def compare(
    suite: str,
    without: list[results.Result],
    ours: list[results.Result],
    reasons: dict[str, str],
) -> list[results.Result]:
    """Judge a suite: what fails with us alone is a failure, unless it has a reason.

    Args:
        suite: its name
        without: results of the run without our addons
        ours: results of the run with them
        reasons: pattern of a test's name -> why it may be red
    """
    red_before = {result.id for result in without if result.outcome == "failed"}
    judged, listed = [], 0
    for result in ours:
        if result.outcome == "failed" and result.id in red_before:
            continue
        if result.outcome == "failed" and any(re.search(p, result.id) for p in reasons):
            listed += 1
            continue
        judged.append(result._replace(id=f"{suite}: {result.id}"))
    counts = {o: sum(r.outcome == o for r in ours) for o in ("passed", "failed", "skipped")}
    say(
        f"{suite}: {len(ours)} tests with us: {counts['passed']} passed, {counts['skipped']} "
        f"skipped, {counts['failed']} failed, of which {listed} have their reason in "
        f"{RED.relative_to(ROOT)} and {len(red_before & {r.id for r in ours})} fail without us too"
    )
    # A class that cannot be set up is one result of its own.
    gone = {r.id for r in without if "setUpClass" not in r.id} - {r.id for r in ours}
    if gone:
        judged.append(
            results.Result(f"{suite}: tests that did not run", "failed", "\n".join(sorted(gone)))
        )
    return judged


def known() -> dict[str, str]:
    """Return what is red with us on purpose: pattern of a test's name -> reason."""
    lines = RED.read_text(encoding="utf-8").splitlines() if RED.exists() else []
    rows = [line.split(" | ", 1) for line in lines if line.strip() and not line.startswith("#")]
    return {pattern.strip(): reason.strip() for pattern, reason in rows}


def _template(odoo, server, suite, modules) -> str:
    wanted = [*addons.depends(), *modules]
    name = f"embassy_{suite}_{addons.key(odoo.version, *wanted)}"
    if not database.exists(server, name):
        for old in database.names(server, f"embassy_{suite}_"):
            database.drop(server, old)
        database.create(server, f"{name}_new")
        odoo_process.install(
            odoo, server, f"{name}_new", ["-i", ",".join(wanted)], f"Installing {suite}"
        )
        database.rename(server, f"{name}_new", name)
    return name


def _without_us(odoo, server, suite, template, tags) -> list[results.Result]:
    """Results without our addons, kept: they change with Odoo and with the choice only."""
    key = hashlib.sha256(" ".join((template, *tags)).encode()).hexdigest()[:12]
    kept = CACHE / f"without-{suite}-{key}.jsonl"
    if not kept.exists():
        _run(odoo, server, suite, template, tags, (), kept)
    return results.read(kept)


def _run(odoo, server, suite, template, tags, ours, kept=None, lifted=()) -> list[results.Result]:
    from .jobs.test import follow

    name = f"embassy_test_{os.getpid()}"
    database.drop(server, name)
    database.create(server, name, template)
    try:
        if ours:
            odoo_process.install(odoo, server, name, ["-i", ",".join(ours)], "Installing ours")
        command = odoo_process.tests_command(name, tags)
        env = {
            **odoo_process.environment(odoo, server),
            "PYTHONPATH": str(ROOT),
            "EMBASSY_CORE_SUITE": suite,
            **({"EMBASSY_DROP": ",".join(lifted)} if lifted else {}),
        }
        say(f"{suite}, {'with our addons' if ours else 'without our addons'}")
        found = follow(suite, command, env, quiet=True)
        if kept:
            kept.write_bytes((STATE / f"results-{suite}.jsonl").read_bytes())
        return found
    finally:
        database.drop(server, name)
