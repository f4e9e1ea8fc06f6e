"""What is told of an answer besides its first line: to its student, and to staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from autograder.checks.outcome import Outcome
from autograder.checks.wording import counterexample_line
from autograder.exercise.model import Question
from autograder.symbolic.verdict import Counterexample

# Their evidence adds nothing to their first line.
_SAID_ALREADY: Final = ("unreadable", "unanswered", "person")


@dataclass(frozen=True)
class Told:
    """A point at which a formula is wrong, further lines, and for staff how it was decided.

    `expected` says whether the example's right value may be shown.
    """

    example: Counterexample | None
    expected: bool
    details: tuple[str, ...]
    evidence: str = ""
    rubric: tuple[Mapping[str, Any], ...] = ()
    guess: float | None = None


def to_student(question: Question, outcome: Outcome) -> Told:
    """Nothing that the student may not know: the right value only where the question reveals it."""
    example = _example(outcome)
    return Told(example, question.reveal == "value", _details(outcome, example))


def to_staff(outcome: Outcome) -> Told:
    """All there is; the rubric of a text with what was found, and a first guess of its credit."""
    example = _example(outcome)
    rubric = outcome.data.get("rubric") or ()
    said = example is not None or outcome.outcome in _SAID_ALREADY
    return Told(
        example,
        expected=True,
        details=_details(outcome, example),
        evidence="" if said or outcome.evidence in outcome.line else outcome.evidence,
        rubric=tuple(part for part in rubric if isinstance(part, Mapping)),
        guess=outcome.data.get("first_guess"),
    )


def _example(outcome: Outcome) -> Counterexample | None:
    """The counterexample in an outcome's data; None where there is none, or it has no point."""
    data = outcome.data.get("counterexample")
    if not isinstance(data, Mapping) or not data.get("point"):
        return None
    return Counterexample(dict(data["point"]), str(data["expected"]), str(data["student"]))


def _details(outcome: Outcome, example: Counterexample | None) -> tuple[str, ...]:
    """The details without the sentence that says the same as the example."""
    if example is None:
        return outcome.details
    same = [counterexample_line(example, reveal=reveal) for reveal in (False, True)]
    return tuple(detail for detail in outcome.details if detail not in same)
