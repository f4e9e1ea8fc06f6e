"""A grade as a student may see it: hidden questions and what waits for a person told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise, Question
from autograder.service.gradings import grade_of
from autograder.service.tables import Correction, Job

_PENDING = "not reached"


@dataclass(frozen=True)
class Shown:
    """One question of a result. `points` is None while nobody has decided."""

    question: Question
    number: str
    outcome: Outcome | None
    points: float | None
    corrected: str | None = None

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


def result_of(
    exercise: Exercise, job: Job, corrections: Sequence[Correction], *, staff: bool = False
) -> Result:
    """What a job has found, with the corrections over it; staff see hidden questions, too."""
    grade = grade_of(exercise, job)
    found = {outcome.question: outcome for outcome in grade.outcomes} if grade else {}
    if job.state != "done":
        found = {name: one for name, one in found.items() if one.evidence != _PENDING}
    newest = {correction.question: correction for correction in corrections}
    numbers = exercise.numbers()
    shown = tuple(
        _shown(grade, question, numbers[question.id], found.get(question.id), newest)
        for question in exercise.questions
        if staff or question.visibility == "visible"
    )
    hides = not staff and any(q.visibility != "visible" for q in exercise.questions)
    return Result(job.state, shown, grade.notes if grade else (), hides)


def _shown(
    grade: Grade | None,
    question: Question,
    number: str,
    outcome: Outcome | None,
    corrections: Mapping[str, Correction],
) -> Shown:
    correction = corrections.get(question.id)
    if correction is not None:
        points = round(correction.credit * question.points, 4)
        return Shown(question, number, outcome, points, correction.feedback)
    points_now = grade.points_of(outcome) if grade and outcome else None
    return Shown(question, number, outcome, points_now)
