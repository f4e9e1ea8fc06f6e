"""A few lines of HTML for the comment that goes with a grade."""

from __future__ import annotations

import re
from typing import Final

from autograder.checks.outcome import Outcome
from autograder.reports.book import Book, Entry
from autograder.reports.cells import BREAKS, INVISIBLE, MAX_CELL, SIGNS, number
from autograder.reports.count import counted
from autograder.reports.escape import as_html

OPENING: Final = "Graded automatically"
_LONGEST_LINE: Final = 160
_MORE: Final = "<br/>There is more in the full report."
_RUN = re.compile(f"(?:^|(?<=[{BREAKS}]))[{INVISIBLE}]*[{SIGNS}][{SIGNS}{INVISIBLE}]*")


def feedback(book: Book, entry: Entry) -> str:
    """The points, and a line for each question that lost some and may be seen by the student.

    Signs that a spreadsheet would take for the start of a formula are written as HTML entities, which a
    page shows as the signs.
    """
    grade = entry.grade
    if grade is None:
        return ""
    text = f"{OPENING}: {number(grade.points)} of {counted(grade.possible, 'point')}."
    for outcome in grade.outcomes:
        question = book.exercise.question(outcome.question)
        if question.visibility == "hidden" or (outcome.credit or 0.0) >= 1.0:
            continue
        line = f"<br/>{_line(book, entry, outcome)}"
        if len(text) + len(line) + len(_MORE) > MAX_CELL:
            return text + _MORE
        text += line
    return text


def _line(book: Book, entry: Entry, outcome: Outcome) -> str:
    question = book.exercise.question(outcome.question)
    assert entry.grade is not None
    points = number(entry.grade.points_of(outcome) or 0.0)
    place = book.exercise.numbers()[outcome.question]
    html = as_html(outcome.line, _LONGEST_LINE).replace("<br/>", " ")
    return inert(f"Question {place}: {points} of {number(question.points)}. {html}")


def inert(html: str) -> str:
    """HTML with entities for the signs that may start a cell; a page shows the same."""
    return _RUN.sub(lambda run: "".join(_entity(char) for char in run[0]), html)


def _entity(char: str) -> str:
    return char if char.isspace() else f"&#{ord(char)};"
