"""A form, and what both systems' forms have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.reports.book import Book
from autograder.reports.cells import Cell, number
from autograder.reports.grades_csv import possible_points
from autograder.reports.upload_forms.matching import Matched, Score, listed
from autograder.reports.upload_forms.sheet import Sheet


@dataclass(frozen=True)
class Form:
    """A form as text, and notes for staff: who was not found, what it changes."""

    text: str
    notes: tuple[str, ...] = ()


def cell_at(row: Sequence[str], index: int | None) -> str:
    """A row's cell, empty where the table has no such column."""
    return "" if index is None else row[index]


def new_grade(score: Score | None, there: str) -> Cell:
    """The points; what is there already where they are not final."""
    return there if score is None or score.points is None else score.points


def changes(matched: Matched, sheet: Sheet, grade: int) -> list[str]:
    """Notes on grades that are replaced, and on those that are left open."""
    replaced, open_ = [], []
    for place, score in matched.scores.items():
        there = sheet.rows[place][grade].strip()
        if score.points is None:
            open_.append(score.label)
        elif there not in ("", "-") and _value(there) != round(score.points, 4):
            replaced.append(f"{score.label} {there[:20]} to {number(score.points)}")
    return [*listed("grades are replaced", replaced), *listed("are left open", open_)]


def scale(book: Book, written: Sequence[str]) -> list[str]:
    """A note where the system counts other points than the exercise: points are never scaled."""
    ours = possible_points(book)
    values = [_value(text) for text in written if text.strip()]
    if not values or values[0] is None or values[0] == ours:
        return []
    theirs, mine = number(values[0]), number(ours)
    return [f"The system counts {theirs} points, the exercise {mine}: nothing was scaled."]


def _value(text: str) -> float | None:
    try:
        return round(float(text.strip().replace(",", ".")), 4)
    except ValueError:
        return None
