"""From the records of a run of tests to an outcome."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograder.checks.outcome import Outcome, internal, of_credit
from autograder.exercise.model import Question

_STUDENTS: Final = frozenset(
    (
        "wrong", "error", "refused", "time", "memory", "output", "processes", "killed", "protocol",
        "unanswered", "skipped",
    )
)  # fmt: skip
_WORDS: Final = {
    "unanswered": "not written yet",
    "time": "too slow",
    "memory": "too much memory",
    "output": "too much output",
    "processes": "started processes",
    "killed": "ended its process",
    "protocol": "disturbed the grader",
    "skipped": "skipped",
}
_SHOWN: Final = 30


@dataclass(frozen=True)
class _Test:
    """One test: its weight, its score (None where it cannot be decided), and the record."""

    record: Mapping[str, Any]
    weight: float
    score: float | None

    @property
    def status(self) -> str:
        return str(self.record["status"])

    @property
    def is_shown(self) -> bool:
        return bool(self.record.get("visibility", "visible") == "visible")


def judge(
    question: Question, report: Mapping[str, Any], solution_passes: Callable[[str], bool] | None
) -> Outcome:
    """The outcome of a run; `solution_passes` says of a test whether the author's solution passes it."""
    problem = report["problem"]
    if problem is not None:
        return _not_loaded(question, problem, solution_passes)
    records = [record for record in report["records"] if record["status"] != "off"]
    try:
        tests = _weighed(records, solution_passes)
    except ValueError as error:
        return internal(question.id, str(error))
    total = sum(test.weight for test in tests)
    if total <= 0:
        return internal(question.id, "the file holds no test that is worth anything")
    undecided = [test for test in tests if test.score is None and test.weight > 0]
    if undecided:
        return _undecided(question, tests, undecided)
    credit = round(sum(test.score or 0.0 for test in tests) / total, 6)
    return Outcome(
        question.id,
        _kind(tests, credit),  # type: ignore[arg-type]
        credit,
        _line(tests),
        evidence=_evidence(tests, credit),
        details=tuple(_details(tests)),
        hint="" if credit == 1.0 else question.hint,
        data=_data(tests),
    )


def _weighed(
    records: Sequence[Mapping[str, Any]], passes: Callable[[str], bool] | None
) -> list[_Test]:
    """The tests with their weights; where some have none, those are worth nothing."""
    some = any(record["weight"] is not None for record in records)
    tests = []
    for record in records:
        weight = record["weight"] if some else 1.0
        weight = 0.0 if weight is None else weight
        if not isinstance(weight, (int, float)) or not math.isfinite(weight) or weight < 0:
            raise ValueError(f"{record['name']}: {weight!r} is no weight")
        tests.append(_scored(record, float(weight), passes))
    return sorted(tests, key=lambda test: _place_of(str(test.record.get("number", ""))))


def _place_of(number: str) -> list[tuple[int, str]]:
    """A key that puts 1.10 after 1.9, and leaves tests without a number in their order."""
    parts = re.findall(r"\d+|[^\d.]+", number)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


def _scored(
    record: Mapping[str, Any], weight: float, passes: Callable[[str], bool] | None
) -> _Test:
    status, set_score = record["status"], record.get("score")
    if status == "unclear" and passes is not None and passes(record["name"]):
        message = f"the test cannot use what your code gave: {record['message']}"
        record = {**record, "status": "error", "message": message}
        status = "error"
    if isinstance(set_score, (int, float)):
        return _Test(record, weight, min(max(float(set_score), 0.0), weight))
    if status == "passed":
        return _Test(record, weight, weight)
    return _Test(record, weight, 0.0 if status in _STUDENTS else None)


def _not_loaded(
    question: Question, problem: Mapping[str, Any], passes: Callable[[str], bool] | None
) -> Outcome:
    """The test file could not be imported: through the student's code, or by itself."""
    status = problem["status"]
    where = f" ({problem['test_line']})" if problem.get("test_line") else ""
    text = f"{problem['message']}{where}"
    if status == "unclear" and passes is not None and passes(""):
        status = "error"
    if status in _STUDENTS and status not in ("wrong", "skipped"):
        line = f"The tests could not start, because your code failed: {problem['message']}"
        return Outcome(
            question.id, status, 0.0, line, evidence=text, details=tuple(_place(problem)),
            hint=question.hint,
        )  # fmt: skip
    return internal(question.id, f"the test file cannot be imported: {text}")


def _undecided(question: Question, tests: Sequence[_Test], undecided: Sequence[_Test]) -> Outcome:
    """Some tests broke, maybe by themselves: nobody loses points for that before a person has looked."""
    broken = any(test.status != "unclear" for test in undecided)
    reasons = "; ".join(
        f"{test.record['name']}: {test.record['message']} ({test.record.get('test_line')})"
        for test in undecided[:5]
    )
    fault = "This is not your fault. " if broken else ""
    line = f"{_line(tests)} {len(undecided)} could not be decided. {fault}A person will look at it."
    return Outcome(
        question.id,
        "internal" if broken else "undecided",
        None,
        line,
        evidence=f"tests that failed by themselves: {reasons}"[:2_000],
        details=tuple(_details(tests)),
        data=_data(tests),
    )


def _kind(tests: Sequence[_Test], credit: float) -> str:
    """The outcome's kind; one cause for every loss is named instead of `wrong`."""
    causes = {test.status for test in tests if test.weight > 0 and test.status != "passed"}
    if credit == 0.0 and len(causes) == 1 and (cause := causes.pop()) not in ("wrong", "skipped"):
        return cause
    return of_credit(credit)


def _line(tests: Sequence[_Test]) -> str:
    passed = sum(test.status == "passed" for test in tests)
    return f"{passed} of {len(tests)} test{'' if len(tests) == 1 else 's'} passed."


def _details(tests: Sequence[_Test]) -> list[str]:
    """A line for each test that the student may see and that did not pass, and where it went wrong."""
    lines = []
    failed = [test for test in tests if test.status != "passed" and test.is_shown]
    for test in failed[:_SHOWN]:
        lines.append(f"{_name(test)}: {_reason(test)}")
        if not test.record.get("hide"):
            lines += _place(test.record)
    if len(failed) > _SHOWN:
        lines.append(f"{len(failed) - _SHOWN} more tests did not pass.")
    for test in tests:
        if test.status == "passed" and test.is_shown and (test.score or 0.0) < test.weight:
            lines.append(f"{_name(test)}: partly right")
    hidden = sum(not test.is_shown for test in tests)
    if hidden:
        lines.append(f"{hidden} test{' is' if hidden == 1 else 's are'} not shown.")
    return lines


def _name(test: _Test) -> str:
    record = test.record
    number = f"{record['number']} " if record.get("number") else ""
    score = "?" if test.score is None else f"{test.score:g}"
    return f"{number}{record.get('title') or record['name']} ({score} of {test.weight:g})"


def _reason(test: _Test) -> str:
    record = test.record
    if record.get("hide"):
        return str(record["hide"])[:300]
    word = _WORDS.get(test.status, "")
    message = str(record.get("message", ""))[:600]
    return f"{word}: {message}" if word and message else word or message


def _place(record: Mapping[str, Any]) -> list[str]:
    if not record.get("where"):
        return []
    shown = f": {record['line']}" if record.get("line") else ""
    return [f"    at {record['where']}{shown}"]


def _evidence(tests: Sequence[_Test], credit: float) -> str:
    parts = [f"{test.record['name']} {test.status}" for test in tests[:50]]
    notes = [str(test.record["note"]) for test in tests if test.record.get("note")]
    return f"credit {credit:g} from the tests: {', '.join([*parts, *notes])}"


def _data(tests: Sequence[_Test]) -> dict[str, Any]:
    """The tests for machines, and what they put on a leaderboard."""
    listed = [
        {
            "name": test.record["name"],
            "status": test.status,
            "score": test.score,
            "weight": test.weight,
            "tags": test.record.get("tags", []),
            "visibility": test.record.get("visibility", "visible"),
            "message": str(test.record.get("message", ""))[:500],
            "test_line": test.record.get("test_line"),
        }
        for test in tests[:500]
    ]
    columns = {
        str(test.record["column"]): test.record["value"]
        for test in tests
        if test.record.get("column") and isinstance(test.record.get("value"), (int, float, str))
    }
    return {"tests": listed, **({"leaderboard": columns} if columns else {})}
