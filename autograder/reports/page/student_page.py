"""The page that is handed out to one student, or to one group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Question
from autograder.reports.book import Book, Entry
from autograder.reports.page.curves import Curves, curves, runs
from autograder.reports.page.frame import render
from autograder.reports.page.told import Told, to_student


@dataclass(frozen=True)
class _Answer:
    """One question as its student sees it."""

    question: Question
    number: str
    outcome: Outcome
    points: float | None
    told: Told
    curves: Curves | None


def student_page(book: Book, entry: Entry) -> str:
    """The page: total, then each question with points, reason, the answer as it was read, hints.

    Hidden questions are not on it, and then neither is the total, as Gradescope does it. Nothing is on
    it that the student may not know: no evidence for staff, no expected value unless the question
    reveals it, nothing of others.
    """
    grade = entry.grade
    outcomes = () if grade is None else grade.outcomes
    seen = [o for o in outcomes if book.exercise.question(o.question).visibility != "hidden"]
    numbers = book.exercise.numbers()
    return render(
        "student.html",
        exercise=book.exercise,
        entry=entry,
        grade=grade,
        answers=[_answer(grade, outcome, numbers) for outcome in seen] if grade else [],
        shows_total=len(seen) == len(outcomes),
    )


def _answer(grade: Grade, outcome: Outcome, numbers: Mapping[str, str]) -> _Answer:
    question = grade.exercise.question(outcome.question)
    return _Answer(
        question,
        numbers[question.id],
        outcome,
        grade.points_of(outcome),
        to_student(question, outcome),
        curves(runs("your model", outcome.data), outcome.data.get("threshold")),
    )
