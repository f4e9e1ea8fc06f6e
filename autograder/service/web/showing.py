"""A grade as a student may see it: hidden questions and what waits for a person told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.checks.outcome import Outcome
from autograder.exercise.model import Question
from autograder.reports.page.curves import curves, runs
from autograder.reports.page.frame import drawn
from autograder.reports.page.told import Told, to_student
from autograder.service.exercises import Exercises
from autograder.service.gradings import Graded, graded_all
from autograder.service.rubric import Item, seen_by_student
from autograder.service.tables import Correction, Person, Submission

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
    def told(self) -> Told | None:
        """What the student may know besides the first line."""
        return to_student(self.question, self.outcome) if self.outcome else None

    @property
    def drawing(self) -> Markup | None:
        """The curves of a training."""
        data = self.outcome.data if self.outcome else {}
        chart = curves(runs("your model", data), data.get("threshold"))
        return drawn(chart, "Training curves") if chart else None


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


@dataclass(frozen=True)
class HandedIn:
    """A submission of a person's own and its result so far."""

    submission: Submission
    result: Result


def handed_in(
    exercises: Exercises, session: Session, person: Person, exercise: str, *, most: int = 20
) -> list[HandedIn]:
    """What a person has handed in for an exercise, the newest first, which is the one that counts."""
    own = Submission.person == person.id, Submission.exercise == exercise
    newest = select(Submission.id).where(*own).order_by(Submission.created.desc()).limit(most)
    ids = list(session.scalars(newest))
    if not ids:
        return []
    found = graded_all(exercises, session, select(Submission).where(Submission.id.in_(ids)))
    rows = {one.submission.id: HandedIn(one.submission, result_of(one)) for one in found}
    return [rows[name] for name in ids if name in rows]
