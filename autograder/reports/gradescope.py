"""Writes Gradescope's results.json, through gradescope-utils' runner.

Each question is a test with its points as weight; the runner gives name, number, score, visibility and
tags, and its post-processor the rest. Only documented keys are written; a question that a person must
grade has no score, and the total says so.
"""

from __future__ import annotations

import html
import io
import json
import math
import os
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from gradescope_utils.autograder_utils.decorators import (
    leaderboard,
    number,
    partial_credit,
    tags,
    visibility,
)
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.reports.escape import as_html, printable

MAX_OUTPUT: Final = 60_000
_SCHEMA: Final = Path(__file__).with_name("results.schema.json")


def results_schema() -> dict[str, Any]:
    """The JSON Schema that every results.json keeps to."""
    schema: dict[str, Any] = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return schema


def results(grade: Grade, *, timed: bool = True) -> dict[str, Any]:
    """The content of results.json; the same for the same grade if it is not `timed`."""
    suite = unittest.TestSuite()
    numbers = grade.exercise.numbers()
    for outcome in grade.outcomes:
        suite.addTest(_test_case(grade, outcome, numbers[outcome.question]))
        if (entry := _leaderboard_case(grade, outcome)) is not None:
            suite.addTest(entry)
    stream = io.StringIO()

    def post_process(data: dict[str, Any]) -> None:
        _complete(data, grade)
        if not timed:
            _drop_times(data)

    JSONTestRunner(stream=stream, stdout_visibility="hidden", post_processor=post_process).run(
        suite
    )
    written: dict[str, Any] = json.loads(stream.getvalue())
    return written


def _test_case(grade: Grade, outcome: Outcome, place: str) -> unittest.TestCase:
    """A question as a unittest whose score is set and whose output is printed."""
    question = grade.exercise.question(outcome.question)
    points = grade.points_of(outcome)

    def run(self: unittest.TestCase, set_score: Callable[[float], None]) -> None:
        set_score(points or 0.0)

    run.__doc__ = printable(question.title, 200)
    method = visibility(question.visibility)(number(place)(partial_credit(question.points)(run)))
    if question.tags:
        method = tags(*question.tags)(method)
    return _case(outcome.question, method)


def _leaderboard_case(grade: Grade, outcome: Outcome) -> unittest.TestCase | None:
    column = getattr(grade.exercise.question(outcome.question), "leaderboard", "")
    value = outcome.data.get("accuracy")
    if not column or not isinstance(value, float):
        return None

    def run(self: unittest.TestCase, set_leaderboard_value: Callable[[float], None]) -> None:
        set_leaderboard_value(round(value, 4))

    return _case(f"{outcome.question} leaderboard", leaderboard(column, "desc")(run))


def _case(name: str, method: Callable[..., None]) -> unittest.TestCase:
    case: type[unittest.TestCase] = type(name, (unittest.TestCase,), {"runTest": method})
    return case("runTest")


def _complete(data: dict[str, Any], grade: Grade) -> None:
    """Add what the runner cannot express."""
    for test, outcome in zip(data["tests"], grade.outcomes, strict=True):
        if outcome.credit is None:
            # Neither passed nor failed: no score until a person has looked.
            del test["score"], test["status"]
        test["output"] = _output(outcome)
        test["output_format"] = "html"
        test["extra_data"] = _extra(outcome)
    if not data["leaderboard"]:
        del data["leaderboard"]
    data["score"] = round(grade.points, 4)
    data["execution_time"] = grade.seconds
    data["output"] = _summary(grade)
    data["output_format"] = "html"
    data["extra_data"] = finite(grade.made_with)


def _drop_times(data: dict[str, Any]) -> None:
    del data["execution_time"]
    for test in data["tests"]:
        del test["extra_data"]["seconds"]


def _extra(outcome: Outcome) -> dict[str, Any]:
    extra: dict[str, Any] = {
        "question": outcome.question,
        "outcome": outcome.outcome,
        "credit": outcome.credit,
        "evidence": printable(outcome.evidence),
        "seconds": outcome.seconds,
    }
    if outcome.read_plain:
        extra["read_as"] = printable(outcome.read_plain)
    if outcome.data:
        extra["data"] = outcome.data
    cleaned: dict[str, Any] = finite(extra)
    return cleaned


def _output(outcome: Outcome) -> str:
    """What a student reads about one question, as HTML."""
    parts = [f"<p>{as_html(outcome.line)}</p>"]
    if outcome.details:
        shown = "\n".join(printable(detail) for detail in outcome.details)
        parts.append(f"<pre>{html.escape(shown)}</pre>")
    if outcome.read_plain:
        parts.append(f"<p>Your answer was read as <code>{as_html(outcome.read_plain)}</code></p>")
    parts += [f"<p>{as_html(note)}</p>" for note in outcome.notes]
    if outcome.hint:
        parts.append(f"<p>Hint: {as_html(outcome.hint)}</p>")
    return "\n".join(parts)[:MAX_OUTPUT]


def _summary(grade: Grade) -> str:
    """What stands above the questions."""
    parts = []
    if grade.waiting:
        parts.append(f"<p>A person has yet to decide about {grade.waiting:g} points.</p>")
    if not grade.made_with.get("confined", True):
        parts.append("<p>Graded without confinement.</p>")
    parts += [f"<p>{as_html(note)}</p>" for note in grade.notes[:50]]
    return "\n".join(parts)[:MAX_OUTPUT]


def finite(value: Any) -> Any:
    """The value without NaN and infinities, which Gradescope's post does not survive."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {printable(str(key), 200): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return printable(value) if isinstance(value, str) else value


def failure_results(message: str, details: str) -> dict[str, Any]:
    """A valid result for when nothing could be graded: words for the student, details for staff."""
    return {
        "score": 0.0,
        "output": f"<p>{as_html(message)}</p>",
        "output_format": "html",
        "stdout_visibility": "hidden",
        "extra_data": {"outcome": "internal", "details": printable(details)},
        "tests": [],
    }


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file whole or not at all."""
    text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text + "\n")
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
