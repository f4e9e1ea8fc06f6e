"""A form, and what both systems' forms have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from autograder.reports.book import Book
from autograder.reports.cells import Cell, number
from autograder.reports.grades_csv import possible_points
from autograder.reports.upload_forms.matching import Matched, Score, listed
from autograder.reports.upload_forms.sheet import Sheet

_NONE: Final = ("", "-")


@dataclass(frozen=True)
class Form:
    """A form as text, and notes for staff: who was not found, what it changes."""

    text: str
    notes: tuple[str, ...] = ()


def cell_at(row: Sequence[str], index: int | None) -> str:
    """A row's cell, empty where the table has no such column."""
    return "" if index is None else row[index]


def new_grade(score: Score | None, there: str) -> Cell:
    """The points; what is there already where they are not final, or where it is no number, as `EX`."""
    return score.points if score is not None and takes_points(score, there) else there


def takes_points(score: Score | None, there: str) -> bool:
    """Whether a cell gets the points: they are final, and it is empty or holds a number."""
    return score is not None and score.points is not None and _is_grade(there)


def changes(matched: Matched, sheet: Sheet, grade: int) -> list[str]:
    """Notes on grades that are replaced, and on those that are left as they are."""
    replaced, open_, kept = [], [], []
    for place, score in matched.scores.items():
        there = sheet.rows[place][grade].strip()
        if score.points is None:
            open_.append(score.label)
        elif not _is_grade(there):
            kept.append(f"{score.label}: {there[:20]}")
        elif there not in _NONE and _value(there) != round(score.points, 4):
            replaced.append(f"{score.label} {there[:20]} to {number(score.points)}")
    return [
        *listed("Grades that are replaced", replaced),
        *listed("Left as they are, since points are not final", open_),
        *listed("Left as they are, since they hold no number", kept),
    ]


def _is_grade(there: str) -> bool:
    """Whether a cell is empty or holds a number."""
    return there.strip() in _NONE or _value(there) is not None


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
