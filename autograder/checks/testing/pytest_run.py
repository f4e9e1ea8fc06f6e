"""Runs an instructor's pytest file, in a process of its own, with the student's modules as proxies."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
from pathlib import Path
from typing import Any, Final

from autograder.checks.testing.record import (
    BROKEN,
    OFF,
    PASSED,
    SKIPPED,
    WRONG,
    Recorder,
    bound_names,
)
from autograder.sandbox import preload
from autograder.sandbox.proxies import Tests, is_of_student

_MARKS: Final = (
    "weight(points): what the test is worth",
    "number(text): its number",
    "visibility(when): visible, hidden, after_due_date or after_published",
    "tags(*names): its tags",
    "hide_errors(message): what is shown in place of its errors",
)


def warm() -> None:
    """Import what cannot be imported later, where a job's root holds no Python."""
    if preload.needed:
        import _pytest

        preload.everything_in(_pytest)
        importlib.import_module("pytest")
        importlib.import_module("gradescope_utils.autograder_utils.decorators")


def run(
    state: dict[str, Any], file: str, modules: list[str], trust_operators: bool
) -> dict[str, Any]:
    """Run every test of a file in the job's folder; `done` holds the report."""
    import pytest

    tests = Tests(modules, trust_operators=trust_operators, reserved=bound_names(file))
    recorder = Recorder(tests, file)
    folder = Path.cwd()
    sys.path.insert(0, str(folder))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--tb=short"]
    arguments += [
        "-c",
        str(folder / "pytest.ini"),
        f"--rootdir={folder}",
        f"--confcutdir={folder}",
        "--import-mode=importlib",
    ]
    if not Path(os.devnull).exists():
        arguments += ["-p", "no:logging"]  # it opens the null device, which no changed root has
    said, plugin = io.StringIO(), _Plugin(recorder)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            pytest.main([*arguments, str(folder / file)], plugins=[plugin])
    except BaseException as error:
        recorder.problem = recorder.cause(error)
    plugin.settle()
    if not recorder.records and recorder.problem is None:
        message = f"pytest ran no test: {said.getvalue().strip()[-1_000:]}"
        recorder.problem = {"status": BROKEN, "message": message}
    return {"done": recorder.report()}


class _Plugin:
    """Records each item once, with the first thing that went wrong in it."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._outcome: dict[str, Any] = {}
        self._waiting: list[Any] = []

    def pytest_pycollect_makeitem(self, collector: Any, name: str, obj: Any) -> Any:
        """Nothing of the student's is a test, whatever it is called."""
        return [] if is_of_student(obj) else None

    def pytest_configure(self, config: Any) -> None:
        """Make the marks known."""
        for mark in _MARKS:
            config.addinivalue_line("markers", mark)

    def pytest_collection_finish(self, session: Any) -> None:
        """The file has been imported: names are asked for strictly from now on."""
        self.recorder.tests.loading = self.recorder.tests.crossed = False
        self._waiting = list(session.items)

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        """A file that cannot be imported."""
        if getattr(report, "when", None) is None and self.recorder.problem is None:
            error = call.excinfo.value
            self.recorder.problem = self.recorder.cause(error.__cause__ or error)

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        """A test begins."""
        self._outcome = {"status": PASSED}
        self.recorder.begin()

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        """A part of a test (setup, call, teardown) has ended."""
        if call.excinfo is None or self._outcome.get("status") != PASSED:
            return
        error = call.excinfo.value
        if type(error).__name__ == "Skipped":
            off = call.when == "setup"
            self._outcome = {"status": OFF if off else SKIPPED, "message": str(error)[:300]}
        elif item.get_closest_marker("xfail") is None:
            self._outcome = self.recorder.cause(error)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """What pytest makes of it; only it knows that a test passed which had to fail."""
        if report.when == "call" and report.failed and self._outcome.get("status") == PASSED:
            message = str(report.longrepr)[:300] if report.longrepr else "it was expected to fail"
            self._outcome = {"status": WRONG, "message": message}

    def pytest_runtest_teardown(self, item: Any) -> None:
        """Keep the item for its record."""
        self._item = item

    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> None:
        """A test has ended."""
        self._waiting = [item for item in self._waiting if item is not self._item]
        self._add(self._item)

    def settle(self) -> None:
        """Record the tests that were collected and never ran."""
        for item in self._waiting:
            self._outcome = {"status": BROKEN, "message": "the test did not run"}
            self._add(item)

    def _add(self, item: Any) -> None:
        function = getattr(item, "function", None)
        marks = {
            name: mark.args
            for name in ("weight", "number", "visibility", "tags", "hide_errors")
            if (mark := item.get_closest_marker(name)) is not None
            and (mark.args or name == "hide_errors")
        }
        more: dict[str, Any] = {
            name: str(marks[name][0]) for name in ("number", "visibility") if name in marks
        }
        if "weight" in marks:
            more["weight"] = marks["weight"][0]
        if "tags" in marks:
            more["tags"] = [str(tag) for tag in marks["tags"]]
        if "hide_errors" in marks:
            more["hide"] = str((*marks["hide_errors"], "Test failed")[0])
        stored = vars(function) if hasattr(function, "__dict__") else {}
        self.recorder.add(
            item.name[:200],
            function,
            self._outcome,
            score=stored.pop("__score__", None),
            value=stored.pop("__leaderboard_value__", None),
            **more,
        )
