"""How a run of Odoo's own suites is judged."""

from launcher import core_suites
from launcher.results import Result


def test_what_is_red_with_us_alone_and_has_no_reason_is_a_failure():
    without = [
        Result("m.T.test_both", "failed"),
        *(Result(f"m.T.test_{n}", "passed") for n in "abc"),
    ]
    ours = [
        Result("m.T.test_both", "failed"),
        Result("m.T.test_a", "failed"),
        Result("m.T.test_b", "failed"),
        Result("m.T.test_c", "passed"),
    ]
    judged = core_suites.compare("core", without, ours, {r"test_b$": "on purpose"})
    assert [(r.id, r.outcome) for r in judged] == [
        ("core: m.T.test_a", "failed"),
        ("core: m.T.test_c", "passed"),
    ]


def test_tests_that_did_not_run_are_a_failure():
    """Also where a class has its reason for not being set up."""
    without = [Result("m.T.test_a", "passed"), Result("setUpClass (m.U)", "failed")]
    judged = core_suites.compare(
        "core", without, [Result("setUpClass (m.T)", "failed")], {"setUp": "x"}
    )
    assert [(r.id, r.text) for r in judged] == [("core: tests that did not run", "m.T.test_a")]


def test_a_reason_that_nothing_needs_is_a_failure():
    reasons = {r"test_a$|test_b$": "one", r"test_gone$": "two"}
    assert [r.id for r in core_suites.unused(reasons, {"m.T.test_b"})] == [
        "core_red.txt: test_gone$"
    ]
