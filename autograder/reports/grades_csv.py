"""grades.csv: a line per student, the points of each question and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from autograder.checks.outcome import Outcome
from autograder.reports.book import Book, Entry
from autograder.reports.cells import Cell, table
from autograder.reports.words import WORDS
from autograder.submission.roster import Student

GRADER_FAILED: Final = WORDS["internal"]
FOR_A_PERSON: Final = WORDS["person"]
_HEAD: Final = (
    "submission", "name", "number", "email", "submitted", "late", "state", "total", "so_far", "possible",
)  # fmt: skip


def grades_csv(book: Book) -> str:
    """The class as CSV for a spreadsheet; the same book gives the same bytes.

    Each member of a group has a line. Where a person must look or the grader failed, the points are
    empty and words say why: `total` is there only when every point is given, `so_far` only when not.
    """
    questions, possible = graded_questions(book), possible_points(book)
    heads = [head for name in questions for head in (name, f"{name} outcome")]
    rows: list[Sequence[Cell]] = [(*_HEAD, *heads)]
    for entry in book.entries:
        graded = _graded(entry, questions, possible)
        rows += [(*_who(entry, student), *graded) for student in entry.students or (Student(),)]
    return table(rows)


def graded_questions(book: Book) -> list[str]:
    """The ids of the questions that somebody's grade holds, all where there is none."""
    grades = [entry.grade for entry in book.entries if entry.grade is not None]
    found = {outcome.question for grade in grades for outcome in grade.outcomes}
    ids = [question.id for question in book.exercise.questions]
    return [name for name in ids if name in found] if grades else ids


def possible_points(book: Book) -> float:
    """The points of the questions that were graded."""
    return sum(book.exercise.question(name).points for name in graded_questions(book))


def state_words(entry: Entry) -> str:
    """What became of a submission: `graded`, `empty`, or why there is no total yet."""
    if entry.state == "failed":
        return GRADER_FAILED
    if entry.grade is None or entry.is_final:
        return entry.state
    return f"{GRADER_FAILED} in part" if entry.grade.failed_by_us else FOR_A_PERSON


def _who(entry: Entry, student: Student) -> tuple[Cell, ...]:
    late = _clock(entry.late_seconds) if entry.late_seconds is not None else ""
    if not late and entry.is_marked_late:
        late = "late"
    return entry.id, student.name, student.number, student.email, entry.submitted, late


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds, as spreadsheets read a duration."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _graded(entry: Entry, questions: Sequence[str], possible: float) -> tuple[Cell, ...]:
    """The state, the sums, and two cells for each question."""
    grade = entry.grade
    outcomes = {o.question: o for o in grade.outcomes} if grade is not None else {}
    total = grade.points if grade is not None and entry.is_final else None
    so_far = grade.points if grade is not None and not entry.is_final else None
    cells: list[Cell] = [state_words(entry), total, so_far, possible]
    for name in questions:
        outcome = outcomes.get(name)
        points = grade.points_of(outcome) if grade is not None and outcome is not None else None
        cells += [points, _words(entry, outcome)]
    return tuple(cells)


def _words(entry: Entry, outcome: Outcome | None) -> str:
    if outcome is None:
        return "" if entry.grade is not None else state_words(entry)
    words = WORDS[outcome.outcome]
    is_plain = not outcome.needs_person or outcome.is_ours or outcome.outcome == "person"
    return words if is_plain else f"{FOR_A_PERSON}: {words}"
