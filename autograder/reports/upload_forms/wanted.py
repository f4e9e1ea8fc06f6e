"""Which forms a class gets: those asked for, and that of the system it came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from autograder.reports.upload_forms.canvas import canvas_form
from autograder.reports.upload_forms.form import Form
from autograder.reports.upload_forms.moodle import moodle_form
from autograder.reports.upload_forms.sheet import Sheet, read_sheet
from autograder.submission.classes import Kind

CANVAS_FILE: Final = "canvas.csv"
MOODLE_FILE: Final = "moodle.csv"


@dataclass(frozen=True)
class Wanted:
    """The tables that were given, and where the class comes from."""

    kind: Kind
    canvas: Sheet | None = None
    column: str = ""
    moodle: Sheet | None = None

    def forms(self, book: Book) -> dict[str, Form]:
        """Each form by the name of its file.

        Raises:
            UsageError: a table is none of its system, or it is not clear which column is meant.
        """
        found: dict[str, Form] = {}
        is_from_canvas, is_from_moodle = self.kind == "canvas", self.kind == "moodle"
        if self.canvas is not None or is_from_canvas:
            found[CANVAS_FILE] = canvas_form(
                book, self.canvas, column=self.column, is_from_canvas=is_from_canvas
            )
        if self.moodle is not None or is_from_moodle:
            found[MOODLE_FILE] = moodle_form(book, self.moodle, is_from_moodle=is_from_moodle)
        return found


def read_wanted(
    exercise: Exercise, kind: Kind, *, canvas: Path | None, column: str, moodle: Path | None
) -> Wanted:
    """Read the tables, and make sure that forms can be made from them, before a class is graded.

    Raises:
        UsageError: they cannot.
    """
    if column and canvas is None:
        raise UsageError("--canvas-column names a column of a gradebook: give it with --canvas")
    gradebook = read_sheet(canvas) if canvas is not None else None
    worksheet = read_sheet(moodle) if moodle is not None else None
    wanted = Wanted(kind, gradebook, column, worksheet)
    wanted.forms(Book(exercise, ()))
    return wanted
