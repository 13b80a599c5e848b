"""Check the whole tree by linters; --fix repairs what they can repair.

ruff, pylint-odoo with Odoo's own checkers, the OCA checks, prettier and eslint, translations
(complete, i18nspector, hunspell), Odoo's module test_lint over our addons, and tests/static.
"""

import json
import os
import subprocess

from .. import database, debian, environment, odoo_process, postgres, results, translations, tree
from ..console import Fault, say
from ..downloads import lock
from ..paths import ADDONS, OURS, ROOT, STATE, VENV, state
from . import test

SUMMARY = "check the tree by linters"
EXAMPLE = "./embassy lint --fix"
DEBIAN = ("nodejs", "npm", "gettext", "i18nspector", "hunspell", "hunspell-be", "hunspell-ru")

# Against house rules or known to be wrong for us.
PYLINT_OFF = {
    "manifest-required-author": "the author is not the OCA",
    "missing-readme": "the README is made from readme/ fragments",
    "super-method-mismatch": "a helper of an override may call what the override calls",
    "prefer-env-translation": "it does not know `_ = self.env._`; tests/static forbids the import",
    "missing-return": "it takes such a helper for an override",
    "method-required-super": "a method that refuses calls nothing",
    "consider-merging-classes-inherited": "what a model of others refuses stands apart in walls/",
}
OCA_OFF = {
    "file-not-used": "matrices and logins are read by the launcher; Odoo's own test_lint refuses "
    "the key that would name them",
    "xml-duplicate-record-id": "a second record in one file adds what needs the first: demo data",
}
# Odoo's own pylint run (test_lint, test_pylint.py), which cannot be limited to some addons.
ODOO_PYLINT = (
    "used-before-assignment",
    "undefined-variable",
    "eval-used",
    "unreachable",
    "function-redefined",
    "missing-gettext",
    "gettext-variable",
    "gettext-placeholders",
    "gettext-repr",
    "raise-unlink-override",
)


def arguments(parser):
    """Add the options of this job."""
    parser.add_argument("--fix", action="store_true", help="repair what can be repaired")
    parser.add_argument(
        "only", nargs="*", metavar="STEP", help=f"some steps only: {', '.join(STEPS)}"
    )


def run(options):
    """Run every step and return 1 when one finds something."""
    environment.enter(develop=True)
    if unknown := set(options.only) - set(STEPS):
        raise Fault(f"There is no step {unknown.pop()}: {', '.join(STEPS)}")
    line = debian.install(DEBIAN)
    if line and os.environ.get("CI") == "true":
        raise Fault(f"lint needs Debian packages: {line}")
    bad = 0
    for name, step in STEPS.items():
        if options.only and name not in options.only:
            continue
        if line and name in ("prettier", "eslint", "po"):
            say(f"skipped  {name}: {line}")
            continue
        findings = step(options.fix)
        say(f"{'FOUND' if findings else 'ok   '}    {name}")
        for finding in findings:
            say(f"    {finding}")
        bad += bool(findings)
    say(f"lint: {bad} steps found something." if bad else "lint: nothing found.")
    return 1 if bad else 0


def _lines(words, env=None):
    """Run a linter in the project's folder; return its lines where it ends badly."""
    done = subprocess.run(
        [str(w) for w in words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.STDOUT,
        check=False,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
    )
    lines = [x.replace(f"{ROOT}/", "") for x in done.stdout.splitlines() if x.strip()]
    return (lines or ["ended badly without a word"]) if done.returncode else []


def ruff(fix):
    """Python: style, bugs, complexity, security."""
    return _lines(
        [
            VENV / "bin/ruff",
            "check",
            "--quiet",
            "--output-format",
            "concise",
            *(["--fix"] if fix else []),
            ".",
        ]
    )


def pylint(_fix):
    """Python of the addons: pylint-odoo, and what Odoo's own test of it checks."""
    odoo = environment.odoo(None)
    checkers = next(f for f in odoo.addons if (f / "test_lint").exists()) / "test_lint" / "tests"
    common = [
        VENV / "bin/pylint",
        "--rcfile",
        os.devnull,
        "--score=n",
        "--reports=n",
        "--disable=all",
        "--msg-template={path}:{line}: {msg} ({symbol})",
    ]
    env = {"PYTHONPATH": os.pathsep.join([str(checkers), str(odoo.root)])}
    paths = [ADDONS / name for name in OURS]
    wanted = f"--enable=odoolint,{','.join(ODOO_PYLINT[:5])}"
    findings = _lines(
        [
            *common,
            "--load-plugins=pylint_odoo",
            wanted,
            f"--disable={','.join(PYLINT_OFF)}",
            "--valid-odoo-versions=19.0",
            *paths,
        ],
        env=env,
    )
    # Odoo's checkers use message numbers that pylint-odoo uses too: a run of their own.
    own = "_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override"
    findings += _lines(
        [
            *common,
            f"--load-plugins=_pylint_path_setup,{own}",
            f"--enable=sql-injection,{','.join(ODOO_PYLINT[5:])}",
            *paths,
        ],
        env=env,
    )
    return [x for x in findings if not x.startswith("****")]


def oca(fix):
    """XML, CSV and README of the addons: the OCA's checks."""
    return _lines(
        [
            VENV / "bin/oca-checks-odoo-module",
            "--no-verbose",
            *(["--fix"] if fix else []),
            f"--disable={','.join(OCA_OFF)}",
            *(ADDONS / name / "__manifest__.py" for name in OURS),
        ]
    )


def javascript_tools():
    """Bring the JavaScript tools of the lock file into node_modules, once a state of it."""
    stamp = ROOT / "node_modules" / ".package-lock.done"
    key = (ROOT / "package-lock.json").read_text()
    if stamp.exists() and stamp.read_text() == key:
        return
    with lock("npm", STATE):
        say("Installing JavaScript tools …")
        done = subprocess.run(
            ["npm", "ci", "--silent", "--no-fund", "--no-audit"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Fault(
                "The JavaScript tools could not be installed: check the network and run "
                f"again ({(done.stderr.strip().splitlines() or ['npm said nothing'])[0]})."
            )
        stamp.write_text(key)


def prettier(fix):
    """XML and JavaScript: one layout."""
    files = tree.files(".xml", ".js", ".mjs")
    if not files:
        return []
    javascript_tools()
    return _lines(
        [
            "node_modules/.bin/prettier",
            "--log-level",
            "warn",
            "--write" if fix else "--check",
            *files,
        ]
    )


def eslint(fix):
    """JavaScript: mistakes."""
    files = tree.files(".js", below="addons")
    if not files:
        return []
    javascript_tools()
    return _lines(
        ["node_modules/.bin/eslint", "--no-warn-ignored", *(["--fix"] if fix else []), *files]
    )


def po(_fix):
    """Translations: complete, well-formed, spelled."""
    findings = []
    for file in tree.files(".po", ".pot", below="addons"):
        findings += translations.problems(file)
        if file.suffix == ".po":
            findings += _lines(["i18nspector", file])
            findings += _lines(["msgfmt", "--check-format", "-o", os.devnull, file])
    return findings + translations.misspelled(tree.files(".po", below="addons"))


def odoo_lint(_fix):
    """Odoo's own module test_lint, its eyes on our addons.

    Some of its tests look at all that is installed; what they say without our addons is not ours.
    """
    odoo = environment.odoo(None)
    with postgres.running() as server:
        template = test.dependencies_template(odoo, server)
        others = state(f"lint-{template}.json")
        if not others.exists():
            found = _run_test_lint(odoo, server, template, ())
            others.write_text(json.dumps([x for r in found for x in r.text.splitlines()]))
        found = _run_test_lint(odoo, server, template, OURS)
    if not any(result.outcome == "passed" for result in found):
        return ["no test of test_lint ran"]
    theirs = set(json.loads(others.read_text()))
    ours = [
        (r.id, [x for x in r.text.splitlines() if x not in theirs])
        for r in found
        if r.outcome == "failed"
    ]
    return [line for name, lines in ours if lines for line in (f"{name}:", *lines)]


def _run_test_lint(odoo, server, template, names):
    """Return the results of test_lint with some of our addons installed."""
    database_name = f"embassy_test_{os.getpid()}"
    test.remove_leftovers(server)
    database.create(server, database_name, template)
    try:
        words = odoo_process.command(
            "-d",
            database_name,
            "-i",
            ",".join(("test_lint", *names)),
            "--stop-after-init",
            "--test-tags",
            "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint",
            "--http-port",
            str(odoo_process.free_port()),
            "--max-cron-threads=0",
            script=ROOT / "launcher" / "odoo_tests.py",
        )
        env = {
            **odoo_process.environment(odoo, server),
            "PYTHONPATH": str(ROOT),
            "EMBASSY_LINT": ",".join(names),
        }
        return test.follow("lint", words, env, quiet=True)
    finally:
        database.drop(server, database_name)


def static(_fix):
    """tests/static by pytest."""
    found = test.run_pytest("static", ["tests/static"], quiet=True)
    judged = results.judge(found, results.known_red(), strict=True)
    return [f"{r.id}: {r.text.strip()}" for r in judged if r.outcome == "failed"]


STEPS = {
    "ruff": ruff,
    "pylint": pylint,
    "oca": oca,
    "prettier": prettier,
    "eslint": eslint,
    "po": po,
    "test_lint": odoo_lint,
    "static": static,
}
