"""Run the tests: everything, a group, an addon, a folder, a file, or one test of an addon.

Groups: static (the tree and the launcher), addons (Odoo's tests of our addons), peers (OCA's own
tests with ours loaded), and each folder of tests/ (browser, compose …). By name only: core, mutants
and bench. The last line adds up all
runners. A warning or an error in Odoo's log is a failure, so is a skip without a reason.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from .. import (
    addons,
    core_suites,
    database,
    debian,
    environment,
    mutants,
    odoo_process,
    postgres,
    results,
)
from ..console import Fault, say
from ..paths import OURS, ROOT, STATE, state

SUMMARY = "run the tests"
EXAMPLE = """./embassy test
  ./embassy test --quick
  ./embassy test embassy_core
  ./embassy test addons/embassy_core/tests/test_chapter.py
  ./embassy test embassy_core:TestChapter.test_code_is_unique
  ./embassy test static browser
  ./embassy test walls --plain"""

# What a group needs from Debian beyond the environment.
DEBIAN = {
    "addons": ("chromium", "wkhtmltopdf"),
    "peers": ("chromium", "wkhtmltopdf"),
    "browser": ("chromium", "fonts-dejavu-core"),
    "walls": ("chromium",),
    "compose": ("age", "buildah", "debootstrap", "nginx-light", "openssl"),
}
ODOO_GROUPS = ("addons", "peers")
STATIC = ("tests/static", "tests/launcher")
SLOW = ("browser", "peers", "compose")  # not in --quick
HEAVY = ("bench",)  # by name only
BY_NAME = {"core": core_suites, "mutants": mutants}
WALLS_REPORT = STATE / "walls-report.txt"
LIMIT = 2400  # seconds for one runner


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("what", nargs="*", metavar="WHAT", help="group, addon, folder or file")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="without browser, peers and compose, and without what is marked or tagged slow",
    )
    parser.add_argument(
        "--plain",
        action="store_true",
        help="walls: on Odoo and OCA without our addons, where the probes must find leaks",
    )
    parser.add_argument(
        "--declare", action="store_true", help="walls: write tests/walls/access.csv anew"
    )
    parser.add_argument("--keep", action="store_true", help="keep the test database and name it")
    parser.add_argument("--odoo", metavar="PATH", help="an Odoo 19 of your own")
    parser.add_argument("--db-url", metavar="URL", help="another database server")


def run(options):
    """Run what is asked for and return the exit code."""
    environment.enter(develop=True)
    # The fixtures of pytest's runs read them there.
    os.environ.update(
        {
            name: value
            for name, value in {
                "EMBASSY_ODOO_PATH": options.odoo,
                "EMBASSY_DB_URL": options.db_url,
                "EMBASSY_PLAIN": options.plain and "1",
                "EMBASSY_DECLARE": options.declare and "1",
            }.items()
            if value
        }
    )
    pytest_groups, tags = select(options.what, options.quick)
    found = []
    for group, paths in pytest_groups.items():
        if group in BY_NAME:
            found += _group(group, lambda g=group: BY_NAME[g].run(options))
        else:
            found += _group(group, lambda p=paths, g=group: run_pytest(g, p, options.quick))
    if tags:
        group = "peers" if list(tags) == ["peers"] else "addons"
        found += _group(group, lambda: run_odoo(tags, options))
    strict = os.environ.get("CI") == "true"
    return results.report(results.judge(found, results.known_red(), strict))


def select(what: list[str], quick: bool) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return what to run: pytest's groups with their paths, and Odoo's tags with their addons.

    Raises:
        Fault: a word names nothing.
    """
    folders = {
        p.name: [f"tests/{p.name}"]
        for p in sorted((ROOT / "tests").iterdir())
        if p.is_dir() and any(p.rglob("test_*.py")) and f"tests/{p.name}" not in STATIC
    }
    groups = {"static": [p for p in STATIC if (ROOT / p).exists()], **folders}
    everything = ["static", *ODOO_GROUPS, *(g for g in folders if g not in HEAVY)]
    chosen: dict[str, list[str]] = {}
    tags: dict[str, str] = {}
    for word in what or [group for group in everything if not (quick and group in SLOW)]:
        path = Path(os.path.relpath(Path(word).absolute(), ROOT)) if os.path.exists(word) else None
        if word in groups:
            chosen.setdefault(word, []).extend(groups[word])
        elif word == "addons":
            tags |= {f"/{name}": name for name in OURS}
        elif word == "peers":
            tags["peers"] = "embassy_assistance"
        elif word in BY_NAME:
            chosen[word] = []
        elif match := re.fullmatch(r"(\w+)(?::([\w.]+))?", word):
            if match[1] not in OURS:
                raise Fault(
                    f"There is nothing to test named {word}: give one of "
                    f"{', '.join([*everything, *OURS])}, or a path."
                )
            tags["/" + word] = match[1]
        elif path and path.parts[0] == "addons" and len(path.parts) > 1:
            file = "/".join(path.parts[1:]) if path.suffix == ".py" else path.parts[1]
            tags["/" + file] = path.parts[1]
        elif path and path.parts[0] == "tests":
            chosen.setdefault(path.parts[1], []).append(word)
        else:
            raise Fault(f"There is nothing to test at {word}.")
    return chosen, tags


def _group(name, runner):
    """Install what a group needs, run it, and say what it came to."""
    found = []
    if line := debian.install(DEBIAN.get(name, ())):
        found.append(
            results.Result(
                f"{name}: Debian packages", "skipped", f"some tests of {name} need: {line}"
            )
        )
    started = time.monotonic()
    say(f"\n== {name}")
    ran = runner()
    if not ran:
        ran = [results.Result(f"{name}: nothing ran", "failed", "no test was found")]
    counts = {o: sum(r.outcome == o for r in ran) for o in ("passed", "failed", "skipped")}
    say(
        f"{name}: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} "
        f"skipped, {time.monotonic() - started:.0f} s"
    )
    return found + ran


def run_pytest(
    group: str, paths: list[str], quick: bool = False, quiet: bool = False
) -> list[results.Result]:
    """Run pytest over some paths; `quick` leaves out what is marked slow."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "launcher.pytest_results", *paths]
    if quick:
        words += ["-m", "not slow"]
    found = follow(group, words, dict(os.environ), quiet)
    if group == "walls" and WALLS_REPORT.exists():
        say(WALLS_REPORT.read_text(encoding="utf-8"))
    return found


def run_odoo(tags: dict[str, str], options) -> list[results.Result]:
    """Install our addons into a copy of the template database and run Odoo's tests by tags."""
    odoo = environment.odoo(options.odoo)
    with postgres.running(options.db_url) as server:
        template = dependencies_template(odoo, server)
        name = f"embassy_test_{os.getpid()}"
        remove_leftovers(server)
        database.create(server, name, template)
        try:
            words = [*tags]
            if "peers" not in tags:
                words.append("-peers")
            if options.quick:
                words.append("-slow")
            installed = ",".join(dict.fromkeys(tags.values()))
            command = odoo_process.tests_command(name, words, "-i", installed)
            env = {**odoo_process.environment(odoo, server), "PYTHONPATH": str(ROOT)}
            return follow("addons", command, env)
        finally:
            if options.keep:
                say(f"The database {name} stays: ./embassy psql --db {name}")
            else:
                database.drop(server, name)


def dependencies_template(odoo: environment.Odoo, server: postgres.Server) -> str:
    """Return a database in which all that our addons depend on is installed; made once."""
    modules = addons.depends()
    oca = (ROOT / "requirements-oca.txt").read_text()
    name = f"embassy_tpl_{addons.key(odoo.version, oca, *modules)}"
    if not database.exists(server, name):
        for old in database.names(server, "embassy_tpl_"):
            database.drop(server, old)
        database.create(server, f"{name}_new")
        odoo_process.install(
            odoo, server, f"{name}_new", ["-i", ",".join(modules)], "Making the template database"
        )
        database.rename(server, f"{name}_new", name)
    return name


def remove_leftovers(server: postgres.Server) -> None:
    """Drop the test databases of runs that were killed; those of running ones stay."""
    for name in database.names(server, "embassy_test_"):
        pid = name.rsplit("_", 1)[1]
        if pid.isdigit() and not Path("/proc", pid).exists():
            database.drop(server, name)


def follow(
    name: str, words: list[str], env: dict[str, str], quiet: bool = False, limit: int = LIMIT
) -> list[results.Result]:
    """Run a runner, name failures as they come (unless `quiet`), and return its results."""
    file, log = state(f"results-{name}.jsonl"), state("log", f"test-{name}.log")
    file.unlink(missing_ok=True)
    deadline, seen = time.monotonic() + limit, 0
    with (
        log.open("w") as output,
        odoo_process.child(
            words,
            env={**env, "EMBASSY_RESULTS": str(file)},
            stdout=output,
            cwd=ROOT,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        while True:
            ended = process.poll() is not None
            fresh = results.read(file, seen)
            seen += len(fresh)
            for result in fresh:
                if result.outcome == "failed" and not quiet:
                    say(f"  failed: {result.id}")
            if ended or time.monotonic() > deadline:
                break
            time.sleep(0.3)
    found = results.read(file)
    bad = process.returncode != 0 and all(r.outcome != "failed" for r in found)
    # pytest ends with 5 where it found nothing, which the caller counts.
    if bad and not (process.returncode == 5 and not found):
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        found.append(
            results.Result(
                f"{name}: the runner", "failed", f"ended with {process.returncode}:\n{tail}"
            )
        )
    if not quiet:
        say(f"  log: {log}")
    return found
