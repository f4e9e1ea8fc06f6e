"""How each student of a class stands: what was handed in, what it earned, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.exercise.model import Exercise
from autograder.service.gradings import Graded
from autograder.service.tables import Person

# What a submission may be, with the word for it, in the order in which they ask for attention.
STATES: Final = {
    "failed": "grader failed",
    "waiting": "waits for a person",
    "grading": "being graded",
    "graded": "graded",
    "missing": "nothing handed in",
}
ORDERS: Final = ("name", "points", "time", "state")


@dataclass(frozen=True)
class Standing:
    """One student and the newest submission, if there is one."""

    student: Person
    graded: Graded | None

    @property
    def state(self) -> str:
        """A key of `STATES`."""
        if self.graded is None:
            return "missing"
        if not self.graded.is_over:
            return "grading"
        if self.graded.grade is None:
            return "failed"
        return "waiting" if self.open else "graded"

    @property
    def points(self) -> float:
        """Points so far."""
        grade = self.graded.grade if self.graded else None
        return grade.points if grade else 0.0

    @property
    def possible(self) -> float:
        """What the exercise was worth when it was graded."""
        return self.graded.exercise.points if self.graded else 0.0

    @property
    def open(self) -> tuple[str, ...]:
        """The questions that wait for a person, in order."""
        if self.graded is None or not self.graded.is_over or self.graded.grade is None:
            return ()
        return tuple(o.question for o in self.graded.grade.outcomes if o.needs_person)


@dataclass(frozen=True)
class Numbers:
    """A class in numbers; `mean` is that of those whose grading is over, None without any."""

    students: int
    handed_in: int
    mean: float | None
    answers_waiting: int
    states: dict[str, int]


def students_of(session: Session) -> list[Person]:
    """The students by name."""
    found = session.scalars(select(Person).where(Person.role == "student"))
    return sorted(found, key=lambda one: (one.name.lower(), one.email.lower(), one.number))


def standings(students: Sequence[Person], found: Sequence[Graded]) -> list[Standing]:
    """Every student, in the order given, with the grading that is theirs."""
    newest = {one.submission.person: one for one in found}
    return [Standing(student, newest.get(student.id)) for student in students]


def numbers_of(rows: Sequence[Standing]) -> Numbers:
    """The numbers of a class."""
    states = {state: sum(row.state == state for row in rows) for state in STATES}
    over = [row.points for row in rows if row.state in ("graded", "waiting")]
    mean = sum(over) / len(over) if over else None
    waiting = sum(len(row.open) for row in rows)
    return Numbers(len(rows), len(rows) - states["missing"], mean, waiting, states)


def chosen(rows: Sequence[Standing], *, state: str, text: str, order: str) -> list[Standing]:
    """The rows in this state ('' for any) whose name, mail or number holds the text, in an order."""
    wanted = text.strip().lower()

    def fits(row: Standing) -> bool:
        who = (row.student.name, row.student.email, row.student.number)
        return (not state or row.state == state) and any(wanted in part.lower() for part in who)

    found = [row for row in rows if fits(row)]
    if order == "points":
        found.sort(key=lambda row: (row.graded is None, row.points))
    elif order == "time":
        found.sort(key=lambda row: -row.graded.submission.created if row.graded else 0.0)
    elif order == "state":
        found.sort(key=lambda row: list(STATES).index(row.state))
    return found


def waiting_by_question(exercise: Exercise, rows: Sequence[Standing]) -> dict[str, int]:
    """How many answers to each question wait for a person."""
    counts = {question.id: 0 for question in exercise.questions}
    for row in rows:
        for question in row.open:
            counts[question] = counts.get(question, 0) + 1
    return counts
