"""Moodle's grading worksheet, as it takes it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autograder.reports.book import Book
from autograder.reports.cells import Cell, table
from autograder.reports.grades_csv import possible_points
from autograder.reports.upload_forms.feedback import OPENING, feedback, inert
from autograder.reports.upload_forms.form import (
    Form,
    cell_at,
    changes,
    new_grade,
    scale,
    takes_points,
)
from autograder.reports.upload_forms.matching import Line, Score, match, scores
from autograder.reports.upload_forms.sheet import Sheet

_HEADS: Final = (
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade",
    "Last modified (submission)", "Feedback comments",
)  # fmt: skip

# The heads in English, and as Moodle is believed to write them in German and French.
_NAMES: Final = {
    "Identifier": ("Identifier", "ID", "Identifiant"),
    "Full name": ("Full name", "Vollständiger Name", "Nom complet"),
    "Email address": ("Email address", "E-Mail-Adresse", "Adresse de courriel"),
    "ID number": ("ID number", "ID-Nummer", "Numéro d'identification"),
    "Grade": ("Grade", "Bewertung", "Note"),
    "Maximum Grade": ("Maximum Grade", "Bestwertung", "Note maximale"),
    "Feedback comments": (
        "Feedback comments",
        "Feedback als Kommentar",
        "Feedback par commentaires",
    ),
}


def moodle_form(
    book: Book, worksheet: Sheet | None = None, *, is_from_moodle: bool = False
) -> Form:
    """Moodle's grading worksheet with grades and short comments.

    `is_from_moodle` says that the class's accounts are Moodle's, as they are for its download. Comments
    that a person wrote stay.

    Raises:
        UsageError: the table is no worksheet.
    """
    if worksheet is None:
        return _moodle_from_book(book, is_from_moodle)
    identifier = worksheet.required("grading worksheet of Moodle", *_NAMES["Identifier"])
    grade = worksheet.required("grading worksheet of Moodle", *_NAMES["Grade"])
    comments = worksheet.column(*_NAMES["Feedback comments"])
    name, email = (worksheet.column(*_NAMES[head]) for head in ("Full name", "Email address"))
    number_at = worksheet.column(*_NAMES["ID number"])
    lines = [
        Line(
            _digits(row[identifier]),
            cell_at(row, number_at),
            cell_at(row, email),
            cell_at(row, name),
        )
        for row in worksheet.rows
    ]
    matched = match(scores(book), lines, by_account=is_from_moodle, table=worksheet.name)
    rows = [
        _graded_row(book, row, matched.scores.get(place), grade, comments)
        for place, row in enumerate(worksheet.rows)
    ]
    most = worksheet.column(*_NAMES["Maximum Grade"])
    possible = [cell_at(row, most) for row in worksheet.rows[:1]]
    notes = [*matched.notes, *changes(matched, worksheet, grade), *scale(book, possible)]
    return Form(worksheet.written(range(len(worksheet.head)), rows), tuple(notes))


def _moodle_from_book(book: Book, is_from_moodle: bool) -> Form:
    rows: list[Sequence[Cell]] = [_HEADS]
    possible = possible_points(book)
    for score in scores(book):
        student = score.student
        account = f"Participant {student.account}" if is_from_moodle and student.account else ""
        comment = feedback(book, score.entry) if score.points is not None else ""
        graded = (score.points, possible, score.entry.submitted, comment)
        rows.append((account, student.name, student.email, "", *graded))
    return Form(table(rows, mark=False))


def _digits(text: str) -> str:
    """The number in `Participant 12345`."""
    found = re.search(r"(\d+)\s*$", text)
    return found[1] if found else ""


def _graded_row(
    book: Book, row: Sequence[str], score: Score | None, grade: int, comments: int | None
) -> list[Cell]:
    cells: list[Cell] = list(row)
    cells[grade] = new_grade(score, row[grade])
    if comments is None:
        return cells
    is_a_person_s = row[comments].strip() and not row[comments].startswith(OPENING)
    if score is not None and takes_points(score, row[grade]) and not is_a_person_s:
        cells[comments] = feedback(book, score.entry)
    else:
        cells[comments] = inert(row[comments])
    return cells
