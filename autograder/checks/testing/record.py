"""What became of each test, recorded in the process that runs the tests.

A failed assertion is the student's wrong answer; an exception of the student's code is theirs too, and
known as such. Any other exception in a test is the test's own before a value of the student's has come in
(`broken`), and afterwards may be either's (`unclear`).
"""

from __future__ import annotations

import ast
import math
import traceback
from pathlib import Path
from typing import Any, Final

from autograder.sandbox.failures import told_by_student
from autograder.sandbox.peers import Lost
from autograder.sandbox.proxies import Tests
from autograder.sandbox.values import CannotCross

PASSED, WRONG, BROKEN, UNCLEAR, SKIPPED, OFF = (
    "passed", "wrong", "broken", "unclear", "skipped", "off",
)  # fmt: skip
_MESSAGE: Final = 1_500
# Names that unittest and pytest give a meaning.
_SPECIAL: Final = ("load_tests", "setUpModule", "tearDownModule", "pytestmark", "pytest_plugins")
_NO_MEMORY: Final = "can't allocate memory"  # as torch says it


def bound_names(file: str) -> set[str]:
    """The names that a test file binds itself; a star import of student code must leave them alone."""
    found: set[str] = set(_SPECIAL)
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


class Recorder:
    """The records of a run, in order; `tests` is the line to the student's process."""

    def __init__(self, tests: Tests, file: str) -> None:
        self.tests = tests
        self.file = file
        self.records: list[dict[str, Any]] = []
        self.problem: dict[str, Any] | None = None

    def begin(self) -> None:
        """A test begins: its time for the student's code starts, and nothing has come in yet."""
        self.tests.crossed = False
        self.tests.ask({"do": "begin"})

    def add(
        self, name: str, function: Any, outcome: dict[str, Any], *, score: Any = None, **more: Any
    ) -> None:
        """Record a test; the function carries what gradescope-utils' decorators say."""
        record = {"name": name, **described(function), **outcome, **more}
        # As gradescope-utils does: a score that was set stands even where the test fails later.
        if record["partial"] and record["status"] not in (BROKEN, UNCLEAR):
            record.update(clamped(score, record["weight"]))
        self.records.append(record)

    def cause(self, error: BaseException) -> dict[str, Any]:
        """What an exception that ended a test means: whose fault, the message, the places."""
        place = self._place(error)
        if isinstance(error, Lost):
            failure = error.failure
            return {
                "status": str(failure.get("kind")), "message": str(failure.get("message")),
                "where": failure.get("where"), "line": failure.get("line"), "test_line": place,
            }  # fmt: skip
        said = told_by_student(error)
        if said is not None:
            message = f"{said['type']}: {said['message']}".removesuffix(": ")[:_MESSAGE]
            return {
                "status": _status_of(said), "message": message, "where": said["where"],
                "line": said["line"], "test_line": place,
            }  # fmt: skip
        if _is_assertion(error):
            return {"status": WRONG, "message": str(error)[:_MESSAGE], "test_line": place}
        name = "" if isinstance(error, CannotCross) else f"{type(error).__name__}: "
        message = f"{name}{error}".removesuffix(": ")[:_MESSAGE]
        status = UNCLEAR if self.tests.crossed else BROKEN
        return {"status": status, "message": message, "test_line": place}

    def report(self) -> dict[str, Any]:
        """Everything, as it is sent to the grader."""
        return {"records": self.records, "problem": self.problem}

    def _place(self, error: BaseException) -> str | None:
        """The last line of the instructor's file that an exception came through."""
        frames = traceback.extract_tb(error.__traceback__)
        mine = [frame for frame in frames if Path(frame.filename).name == self.file]
        return f"{self.file}:{mine[-1].lineno}" if mine else None


def _status_of(said: dict[str, Any]) -> str:
    if said.get("missing") is True or said["type"] == "NotImplementedError":
        return "unanswered"
    if said["type"] in ("MemoryError", "OutOfMemoryError") or _NO_MEMORY in said["message"]:
        return "memory"
    return "processes" if said.get("processes") is True else "error"


def _is_assertion(error: BaseException) -> bool:
    # pytest.fail raises an exception of its own that is no AssertionError.
    names = {base.__name__ for base in type(error).__mro__}
    return isinstance(error, AssertionError) or "Failed" in names


def described(function: Any) -> dict[str, Any]:
    """What gradescope-utils' decorators left on a test function."""
    return {
        "title": str(getattr(function, "__doc__", None) or "").strip().split("\n")[0][:200],
        "weight": getattr(function, "__weight__", None),
        "number": str(getattr(function, "__number__", ""))[:20],
        "visibility": str(getattr(function, "__visibility__", "visible")),
        "tags": [str(tag)[:100] for tag in getattr(function, "__tags__", ())],
        "hide": getattr(function, "__hide_errors__", None),
        "partial": "__wrapped__" in vars(function) and hasattr(function, "__weight__")
        if hasattr(function, "__dict__") else False,
        "column": getattr(function, "__leaderboard_column__", None),
    }  # fmt: skip


def clamped(score: Any, weight: Any) -> dict[str, Any]:
    """A score that a test set, within what the test is worth; none set counts as full marks."""
    if score is None:
        return {}
    try:
        value = float(score)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        return {
            "status": BROKEN,
            "message": f"set_score was given {score!r}, which is no number"[:300],
        }
    inside = min(max(value, 0.0), float(weight))
    note = "" if inside == value else f"set_score({value:g}) was cut to {inside:g}"
    return {"score": inside, "note": note}
