"""Tables are written as they were read, and others refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from autograder.reports.upload_forms import canvas_form, moodle_form, read_sheet
from tests.reports.upload_forms.tables import (
    GRADEBOOK,
    WORKSHEET,
    rows,
    sheet,
)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_form_is_written_as_the_table_was(
    exercise: Exercise, tmp_path: Path, mark: str, delimiter: str
) -> None:
    text = GRADEBOOK if delimiter == "," else GRADEBOOK.replace(", ", "~").replace(",", delimiter)
    form = canvas_form(Book(exercise, ()), sheet(tmp_path, mark + text), column="Quiz")
    assert form.text.startswith("\ufeff") == bool(mark)
    assert delimiter in form.text.split("\r\n")[0]
    assert rows(form, "ID", delimiter)["1001"]["Quiz (11)"] == "4.00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no CSV"),
        ("Student\nx\n", "no CSV"),
        ("a,b\n1,2\n", "no gradebook that Canvas exported"),
    ],
)
def test_another_file_gets_one_line(
    exercise: Exercise, tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        canvas_form(Book(exercise, ()), sheet(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_worksheet_given_as_a_gradebook_and_the_reverse(
    exercise: Exercise, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no column 'Student'"):
        canvas_form(Book(exercise, ()), sheet(tmp_path, WORKSHEET))
    with pytest.raises(UsageError, match="no column 'Grade'"):
        moodle_form(Book(exercise, ()), sheet(tmp_path, GRADEBOOK))
    with pytest.raises(UsageError, match="cannot be read"):
        read_sheet(tmp_path / "missing.csv")
