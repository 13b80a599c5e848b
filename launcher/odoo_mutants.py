"""Inside Odoo: takes walls away one by one and runs those tests that call them.

Each wall gets a switch. With all walls up, the tests run once and it is noted which test calls
which wall; then each wall is switched off, and the tests that called it run until one fails.
"""

import fnmatch
import functools
import importlib
import inspect
import os
import pkgutil
import time
from collections import defaultdict

from launcher import results
from launcher.paths import OURS

# They work while a module is installed, before any test.
AT_INSTALL = ("init", "_auto_init", "_init_column", "_register_hook")


def instead_of_the_suite() -> None:
    """Have Odoo try the walls where it would run its tests."""
    import unittest

    from odoo.tests import common, loader

    run = loader.run_suite

    def no_browser(self, *args, **kwargs):
        raise unittest.SkipTest("drives a browser, which this run leaves out")

    def run_suite(suite, global_report=None):
        tests = list(suite)
        if tests:
            Trial(tests).run(os.environ["EMBASSY_MUTANTS"])
        return run(type(suite)([]), global_report)

    common.HttpCase.browser_js = no_browser
    loader.run_suite = run_suite


def walls(registry):
    """Yield (name, class, method) of all that stands in the folders `walls/`."""
    for addon in OURS:
        package = importlib.import_module(f"odoo.addons.{addon}.walls")
        for file in pkgutil.iter_modules(package.__path__):
            where = f"{package.__name__}.{file.name}"
            for cls in vars(importlib.import_module(where)).values():
                if not inspect.isclass(cls) or cls.__module__ != where:
                    continue
                for method, value in vars(cls).items():
                    if method in AT_INSTALL or not inspect.isfunction(value):
                        continue
                    if hasattr(value, "_constrains") or overridden(registry, cls, method):
                        yield f"{addon}/{file.name}:{cls.__name__}.{method}", cls, method


def overridden(registry, cls, method) -> bool:
    """Say whether the method of a class takes the place of another."""
    name = getattr(cls, "_name", None) or getattr(cls, "_inherit", None)
    line = (registry[name] if isinstance(name, str) and name in registry else cls).__mro__
    return any(method in vars(other) for other in line[line.index(cls) + 1 :])


class Trial:
    """The walls with their switches, and the tests."""

    def __init__(self, tests):
        import threading

        from odoo.modules.registry import Registry

        self.registry = Registry(threading.current_thread().dbname)
        self.tests = tests
        self.down = ""
        self.callers = defaultdict(set)  # wall -> tests that call it
        self.inside = None  # the test that runs
        self.walls = [name for name, cls, method in list(self.put_switches())]
        for model in self.registry.values():  # they hold methods without switches
            for kept in ("_constraint_methods", "_ondelete_methods", "_onchange_methods"):
                if kept in vars(model):
                    delattr(model, kept)

    def put_switches(self):
        for wall in list(walls(self.registry)):
            self.put_switch(*wall)
            yield wall

    def put_switch(self, name, cls, method) -> None:
        """Let a method ask whether it is there."""
        original = vars(cls)[method]

        @functools.wraps(original)
        def switch(this, *args, **kwargs):
            self.callers[name].add(self.inside or self.current_class())
            if self.down != name:
                return original(this, *args, **kwargs)
            if hasattr(original, "_constrains"):
                return None
            return getattr(super(cls, this), method)(*args, **kwargs)

        setattr(cls, method, switch)

    def current_class(self):
        """The class of the test that is being prepared."""
        from odoo.modules import module

        return type(module.current_test)

    def run(self, pattern: str) -> None:
        """Note one result a wall."""
        seconds: dict = defaultdict(float)
        red = {test for test, failed in self.outcomes(self.tests, seconds, stop=False) if failed}
        for test in sorted(red):
            results.note(f"with all walls, {test}", "failed", "and so it misses none")
        callers, self.callers = self.callers, defaultdict(set)
        for wall in self.walls:
            if not any(fnmatch.fnmatch(wall, part) for part in pattern.split(",")):
                continue
            called = callers[wall]
            tests = [
                test
                for test in self.tests
                if (called & {test.id(), type(test)}) and test.id() not in red
            ]
            spent = defaultdict(float)
            for test in tests:
                spent[type(test)] += seconds[test.id()]
            # First those of the same addon, which know it best.
            own = f".{wall.partition('/')[0]}."
            tests.sort(
                key=lambda test: (
                    own not in type(test).__module__,
                    spent[type(test)],
                    str(type(test)),
                )
            )
            self.down, started = wall, time.monotonic()
            self.registry.clear_all_caches()
            failed = [test for test, failed in self.outcomes(tests, {}, stop=True) if failed]
            self.down = ""
            self.registry.clear_all_caches()
            text = failed[0] if failed else f"{len(tests)} tests call it and pass without it"
            outcome = "passed" if failed else "failed"
            results.note(wall, outcome, text, time.monotonic() - started)

    def outcomes(self, tests, seconds, stop: bool):
        """Run tests and return (id, whether it failed) of each, if asked up to the first red."""
        from odoo.modules import module
        from odoo.tests.result import OdooTestResult
        from odoo.tests.suite import OdooSuite

        trial, found = self, []

        class Noting(OdooTestResult):
            def startTest(self, test):
                trial.inside, self.started, self.red = test.id(), time.monotonic(), False
                super().startTest(test)

            def stopTest(self, test):
                super().stopTest(test)
                trial.inside = None
                seconds[test.id()] = time.monotonic() - self.started
                found.append((test.id(), self.red))

            def failed(self, test):
                self.red, self.shouldStop = True, self.shouldStop or stop
                if not hasattr(test, "_testMethodName"):  # the preparation of a class
                    found.append((test.id(), True))

            def addError(self, test, err):
                self.failed(test)

            def addFailure(self, test, err):
                self.failed(test)

            def addSubTest(self, test, subtest, err):
                if err is not None:
                    self.failed(test)

        module.current_test = True
        OdooSuite([type(test)(test._testMethodName) for test in tests])(Noting())
        module.current_test = False
        return found
