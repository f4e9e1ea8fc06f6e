"""Runs an instructor's unittest file, in a process of its own, with the student's modules as proxies."""

from __future__ import annotations

import importlib
import sys
import unittest
from pathlib import Path
from typing import Any

from autograder.checks.testing.record import OFF, PASSED, SKIPPED, Recorder, bound_names
from autograder.sandbox.proxies import Tests


def run(
    state: dict[str, Any], file: str, modules: list[str], trust_operators: bool
) -> dict[str, Any]:
    """Run every test of a file in the job's folder; `done` holds the report."""
    tests = Tests(modules, trust_operators=trust_operators, reserved=bound_names(file))
    recorder = Recorder(tests, file)
    sys.path.insert(0, str(Path.cwd()))
    loaded = _load(file, recorder)
    tests.loading = tests.crossed = False
    result = _Result(recorder)
    # The suite forgets its tests as it runs them.
    unittest.TestSuite(loaded).run(result)
    result.settle(loaded)
    return {"done": recorder.report()}


def _load(file: str, recorder: Recorder) -> list[unittest.TestCase]:
    """The tests of the file; none, with the problem recorded, where it cannot be imported."""
    try:
        module = importlib.import_module(file.removesuffix(".py"))
    except BaseException as error:
        recorder.problem = recorder.cause(error)
        return []
    return _flat(unittest.defaultTestLoader.loadTestsFromModule(module))


def _flat(suite: Any) -> list[unittest.TestCase]:
    if isinstance(suite, unittest.TestSuite):
        return [case for part in suite for case in _flat(part)]
    return [suite]


class _Result(unittest.TestResult):
    """Records each test once, with the first thing that went wrong in it."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder
        self._outcome: dict[str, Any] = {}
        self._seen: set[str] = set()
        self._groups: dict[str, dict[str, Any]] = {}

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802 - unittest's name
        """A test begins."""
        super().startTest(test)
        self._outcome = {"status": PASSED}
        self.recorder.begin()

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        """A test has ended."""
        super().stopTest(test)
        self._add(test, self._outcome)

    def addError(self, test: Any, err: Any) -> None:  # noqa: N802
        """An exception in a test, or in the preparation of a whole class or module."""
        cause = self.recorder.cause(err[1])
        if isinstance(test, unittest.TestCase):
            self._note(cause)
        else:
            # `setUpClass (test_ex09.TestF)`
            self._groups[str(test).partition("(")[2].rstrip(")")] = cause

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        """A failed assertion."""
        self._note(self.recorder.cause(err[1]))

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: N802
        """A part of a test, which fails the whole."""
        if err is not None:
            cause = self.recorder.cause(err[1])
            self._note({**cause, "message": f"{subtest._subDescription()}: {cause['message']}"})

    def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802
        """A test that is switched off by its author, or skipped itself while it ran."""
        function = getattr(test, getattr(test, "_testMethodName", ""), None)
        off = getattr(type(test), "__unittest_skip__", False) or getattr(
            function, "__unittest_skip__", False
        )
        if isinstance(test, unittest.TestCase):
            self._note({"status": OFF if off else SKIPPED, "message": reason[:300]})
        else:
            self._groups[str(test).partition("(")[2].rstrip(")")] = {
                "status": OFF, "message": reason[:300],
            }  # fmt: skip

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        """A test that was expected to fail did not."""
        self._note({"status": "wrong", "message": "it was expected to fail"})

    def _note(self, cause: dict[str, Any]) -> None:
        if self._outcome.get("status") == PASSED:
            self._outcome = cause

    def _add(self, test: unittest.TestCase, outcome: dict[str, Any]) -> None:
        self._seen.add(test.id())
        name = getattr(test, "_testMethodName", str(test))
        function = getattr(test, name)
        function = getattr(function, "__func__", function)
        self.recorder.add(
            f"{type(test).__name__}.{name}",
            function,
            outcome,
            score=vars(function).pop("__score__", None),
            value=vars(function).pop("__leaderboard_value__", None),
        )

    def settle(self, tests: list[unittest.TestCase]) -> None:
        """Record the tests that never began, because their class or module could not be prepared."""
        for test in tests:
            if test.id() not in self._seen:
                self._add(test, self._cause_of(test))

    def _cause_of(self, test: unittest.TestCase) -> dict[str, Any]:
        kind = type(test)
        for name in (f"{kind.__module__}.{kind.__qualname__}", kind.__module__):
            if name in self._groups:
                return self._groups[name]
        return {"status": "broken", "message": "the test did not run"}
