"""Starts Odoo as `odoo_bin.py` does, and notes each test and each complaint in the log.

The results go as JSON lines to the file in EMBASSY_RESULTS (see `results.py`). A record of level
WARNING or above counts as a failure of its own, unless a test expects it (`assertLogs`,
`mute_logger`) or `tests/log_allowed.txt` names it.
"""

import logging
import os
import re
import sys
import time

from launcher import dropped, odoo_bin, odoo_mutants, results


class Complaints(logging.Handler):
    """Turns each different warning or error of the log into one failed result."""

    reporting = False

    def __init__(self):
        super().__init__(logging.WARNING)
        self.seen = set()

    def emit(self, record):
        """Note a record, unless Odoo's test result is reporting what is counted already."""
        if self.reporting or record.name == "odoo.tests.result":
            return
        text = f"{record.name}: {record.getMessage()}"
        # Numbers differ from one time to the next.
        short = re.sub(r"\d+", "#", text)[:150]
        if short in self.seen or results.is_allowed(text):
            return
        self.seen.add(short)
        if record.exc_info:
            text += "\n" + logging.Formatter().formatException(record.exc_info)
        results.note(f"log {record.levelname} {short}", "failed", text)


def hook() -> None:
    """Make Odoo's result object note the outcome of each test."""
    from odoo.tests import result

    class Noting(result.OdooTestResult):
        """Notes one outcome a test; a subtest's failure is its test's."""

        def startTest(self, test):
            self.embassy = ["passed", ""]
            self.embassy_started = time.monotonic()
            super().startTest(test)

        def stopTest(self, test):
            super().stopTest(test)
            results.note(test.id(), *self.embassy, time.monotonic() - self.embassy_started)

        def log(self, *args, **kwargs):
            Complaints.reporting = True
            try:
                super().log(*args, **kwargs)
            finally:
                Complaints.reporting = False

        def _fail(self, test, err):
            if self._soft_fail:
                return
            text = self._exc_info_to_string(err, test)
            if hasattr(test, "test_case"):
                text = f"subtest {test._subDescription()}:\n{text}"
            if hasattr(test, "_testMethodName") or hasattr(test, "test_case"):
                self.embassy = ["failed", f"{self.embassy[1]}{text}"]
            else:  # setUpClass, tearDownClass
                results.note(str(test), "failed", text)

        def addError(self, test, err):
            self._fail(test, err)
            super().addError(test, err)

        def addFailure(self, test, err):
            self._fail(test, err)
            super().addFailure(test, err)

        def addSkip(self, test, reason):
            if hasattr(test, "_testMethodName"):
                self.embassy = ["skipped", reason]
            else:
                results.note(str(test), "skipped", reason)
            super().addSkip(test, reason)

    result.OdooTestResult = Noting
    from odoo.tests import loader

    loader.OdooTestResult = Noting


def run_all_after_loading() -> None:
    """Run also the tests that Odoo runs while it installs a module, and none with a browser."""
    import unittest

    from odoo.tests import common, loader

    make_suite = loader.make_suite

    def both(module_names, position="at_install"):
        if position == "at_install":  # asked while modules load
            return make_suite([], position)
        suite = make_suite(module_names, "post_install")
        for test in make_suite(module_names, "at_install"):
            suite.addTest(test)
        return suite

    def no_browser(self, *args, **kwargs):
        raise unittest.SkipTest("drives a browser, which this run leaves out")

    loader.make_suite = both
    common.HttpCase.browser_js = no_browser


def look_only_at(names: list[str]) -> None:
    """Make Odoo's module test_lint see some addons only: it means all that it can find."""
    from odoo.modules import Manifest
    from odoo.tests import loader

    class Some:
        for_addon = Manifest.for_addon

        @staticmethod
        def all_addon_manifests():
            return [Manifest.for_addon(name) for name in names]

    def narrowed(module):
        found = original(module)
        for each in list(sys.modules.values()):
            if getattr(each, "__name__", "").startswith("odoo.addons.test_lint."):
                for name, value in (("Manifest", Some), ("get_modules", lambda: list(names))):
                    if hasattr(each, name):
                        setattr(each, name, value)
        return found

    original, loader.get_test_modules = loader.get_test_modules, narrowed


def main() -> None:
    """Run Odoo with the hooks."""
    sys.path[0] = os.environ["EMBASSY_ODOO"]
    core = "EMBASSY_CORE_SUITE" in os.environ
    mutants = "EMBASSY_MUTANTS" in os.environ
    if not core and not mutants:
        logging.getLogger().addHandler(Complaints())
    import odoo.cli  # noqa: F401 - sets up the package before its tests are touched

    if not mutants:
        hook()
    if core:
        run_all_after_loading()
    if "EMBASSY_DROP" in os.environ:
        dropped.drop_when_loaded()
    if mutants:
        odoo_mutants.instead_of_the_suite()
    if "EMBASSY_LINT" in os.environ:
        look_only_at(os.environ["EMBASSY_LINT"].split(",") if os.environ["EMBASSY_LINT"] else [])
    odoo_bin.main()


if __name__ == "__main__":
    main()
