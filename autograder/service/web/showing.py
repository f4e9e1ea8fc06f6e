"""A grade as a student may see it: hidden questions and what waits for a person told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checks.outcome import Outcome
from autograder.exercise.model import Question
from autograder.service.gradings import Graded
from autograder.service.rubric import Item, seen_by_student
from autograder.service.tables import Correction

_PENDING = "not reached"


@dataclass(frozen=True)
class Shown:
    """One question of a result: what counts now, and a person's word where that is what counts.

    `points` is None while nobody has decided.
    """

    question: Question
    number: str
    outcome: Outcome | None
    points: float | None
    word: Correction | None = None

    @property
    def items(self) -> Sequence[Item]:
        """The rubric's items, where a person lets the student see them."""
        return seen_by_student(self.word)

    @property
    def example(self) -> Mapping[str, Any] | None:
        """The counterexample as data: a point and the student's value there."""
        found = self.outcome.data.get("counterexample") if self.outcome else None
        return found if isinstance(found, dict) and isinstance(found.get("point"), dict) else None


@dataclass(frozen=True)
class Result:
    """A submission's result as far as it is there."""

    state: str
    shown: tuple[Shown, ...]
    notes: tuple[str, ...]
    hides_total: bool

    @property
    def points(self) -> float:
        """Points given so far."""
        return sum(one.points or 0.0 for one in self.shown)

    @property
    def possible(self) -> float:
        """Points of the questions that are shown."""
        return sum(one.question.points for one in self.shown)

    @property
    def waiting(self) -> float:
        """Points that a person has yet to decide about."""
        undecided = (one for one in self.shown if one.outcome and one.points is None)
        return sum(one.question.points for one in undecided)


def result_of(graded: Graded, *, staff: bool = False) -> Result:
    """What counts of a submission so far; staff see hidden questions, too."""
    exercise, grade = graded.exercise, graded.grade
    found = {outcome.question: outcome for outcome in grade.outcomes} if grade else {}
    if graded.job.state != "done":
        found = {name: one for name, one in found.items() if one.evidence != _PENDING}
    numbers = exercise.numbers()
    shown = tuple(
        Shown(
            question,
            numbers[question.id],
            outcome := found.get(question.id),
            grade.points_of(outcome) if grade and outcome else None,
            graded.words.get(question.id),
        )
        for question in exercise.questions
        if staff or question.visibility == "visible"
    )
    hides = not staff and any(q.visibility != "visible" for q in exercise.questions)
    # A grading that failed is over where persons have graded instead.
    state = "done" if graded.job.state == "failed" and grade else graded.job.state
    return Result(state, shown, grade.notes if grade else (), hides)
