"""Canvas's gradebook, as it imports it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autograder.errors import UsageError
from autograder.reports.book import Book
from autograder.reports.cells import Cell, table
from autograder.reports.grades_csv import possible_points
from autograder.reports.upload_forms.form import Form, cell_at, changes, new_grade, scale
from autograder.reports.upload_forms.matching import Line, match, scores
from autograder.reports.upload_forms.sheet import Sheet

_ASSIGNMENT = re.compile(r"(?P<title>.*)\s\(\d+\)\s*", re.DOTALL)
_CANVAS_HEADS: Final = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_CANVAS_KEPT: Final = (*_CANVAS_HEADS, "Root Account", "Integration ID")


def canvas_form(
    book: Book, gradebook: Sheet | None = None, *, column: str = "", is_from_canvas: bool = False
) -> Form:
    """What Canvas's gradebook imports, made from the gradebook that it exported.

    `column` names the assignment; without it the one with the exercise's title or id, or the only one
    counts. `is_from_canvas` says that the class's accounts are Canvas's. Without a gradebook the form has
    what is known of the students, and Canvas asks which assignment it is.

    Raises:
        UsageError: the table is no gradebook, or it is not clear which assignment is meant.
    """
    if gradebook is None:
        return _canvas_from_book(book, is_from_canvas)
    student = gradebook.required("gradebook that Canvas exported", "Student")
    account = gradebook.required("gradebook that Canvas exported", "ID")
    grade = _assignment(book, gradebook, column)
    number_at, login = gradebook.column("SIS User ID"), gradebook.column("SIS Login ID")
    lines = [
        Line(row[account], cell_at(row, number_at), cell_at(row, login), row[student])
        if row[account].strip()
        else Line()
        for row in gradebook.rows
    ]
    matched = match(scores(book), lines, by_account=is_from_canvas, table=gradebook.name)
    kept = [index for name in _CANVAS_KEPT if (index := gradebook.column(name)) is not None]
    columns = [*sorted(kept), grade]
    rows = [
        [*(row[index] for index in columns[:-1]), new_grade(matched.scores.get(place), row[grade])]
        for place, row in enumerate(gradebook.rows)
    ]
    possible = [row[grade] for row in gradebook.rows if "points possible" in row[student].lower()]
    notes = [*matched.notes, *changes(matched, gradebook, grade), *scale(book, possible)]
    return Form(gradebook.written(columns, rows), tuple(notes))


def _canvas_from_book(book: Book, is_from_canvas: bool) -> Form:
    rows: list[Sequence[Cell]] = [(*_CANVAS_HEADS, book.exercise.title)]
    rows.append(("Points Possible", "", "", "", "", possible_points(book)))
    for score in scores(book):
        student = score.student
        account = student.account if is_from_canvas else ""
        known = (student.name, account, student.number, student.email, "")
        rows.append((*known, score.points))
    return Form(table(rows, mark=False))


def _assignment(book: Book, gradebook: Sheet, column: str) -> int:
    """The index of the assignment's column."""
    titles = {
        index: match["title"].strip().casefold()
        for index, head in enumerate(gradebook.head)
        if (match := _ASSIGNMENT.fullmatch(head))
    }
    wanted = [column] if column else [book.exercise.title, book.exercise.id]
    names = {text.strip().casefold() for text in wanted}
    found = [
        index
        for index, title in titles.items()
        if title in names or gradebook.head[index].strip().casefold() in names
    ]
    if not found and not column and len(titles) == 1:
        found = list(titles)
    if len(found) == 1:
        return found[0]
    heads = ", ".join(repr(gradebook.head[index]) for index in list(titles)[:12]) or "none"
    what = "several columns are" if found else "no column is"
    raise UsageError(
        f"{gradebook.name}: {what} called {wanted[0]!r}; name the assignment with --canvas-column; "
        f"there are: {heads}"
    )
