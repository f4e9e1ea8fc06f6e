"""A gradebook of Canvas with the points in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.reports.upload_forms import canvas_form
from autograder.submission.roster import Student
from tests.reports.upload_forms.tables import (
    GRADEBOOK,
    for_a_person,
    graded,
    rows,
    sheet,
)


def test_canvas_s_own_gradebook_with_the_points(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "a", Student("Anna Huber", "123")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    found = rows(form, "Student")
    assert list(found["Huber, Anna"]) == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "The class (12)"),
    ]
    assert found["Huber, Anna"]["The class (12)"] == "5"
    assert found["Huber, Anna"]["SIS User ID"] == "000123"
    assert found["Ito, Ben"]["The class (12)"] == "3.00"
    assert found["Ng, Carla"]["The class (12)"] == ""
    assert found["    Points Possible"]["The class (12)"] == "6.00"
    assert form.notes == ()


def test_points_that_are_not_final_are_left_as_they_are(exercise: Exercise, tmp_path: Path) -> None:
    entries = (
        for_a_person(exercise, "a", Student("Anna Huber")),
        for_a_person(exercise, "b", Student("Ben Ito")),
        Entry("c", "unreadable", None, (Student("Carla Ng"),)),
    )
    form = canvas_form(Book(exercise, entries), sheet(tmp_path, GRADEBOOK), column="The class")
    points = [row["The class (12)"] for row in rows(form, "ID").values()][-4:]
    assert points == ["", "3.00", "", ""]
    assert any("not final (3): Anna Huber (a), Ben" in note for note in form.notes)


def test_grades_that_are_replaced_are_told(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "b", Student("Ben Ito")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    assert form.notes == ("Grades that are replaced (1): Ben Ito (b) 3.00 to 5",)


def test_what_a_person_wrote_in_place_of_points_stays(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "b", Student("Ben Ito")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK.replace("3.00", "EX")), column="The class")
    assert rows(form, "ID")["1002"]["The class (12)"] == "EX"
    assert form.notes == ("Left as they are, since they hold no number (1): Ben Ito (b): EX",)


def test_the_column_of_the_exercise_s_title(exercise: Exercise, tmp_path: Path) -> None:
    text = GRADEBOOK.replace("The class (12)", f"{exercise.title} (12)")
    book = Book(exercise, (graded(exercise, "a", Student("Anna Huber")),))
    assert f"{exercise.title} (12)" in canvas_form(book, sheet(tmp_path, text)).text


def test_a_column_that_is_not_clear_is_asked_for(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, ())
    for column in ("", "Other"):
        with pytest.raises(UsageError, match="--canvas-column") as caught:
            canvas_form(book, sheet(tmp_path, GRADEBOOK), column=column)
        assert "'Quiz (11)', 'The class (12)'" in str(caught.value)


def test_points_are_not_scaled_in_silence(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "a", Student("Anna Huber")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK.replace("6.00", "100")), column="The class")
    assert form.notes == ("The system counts 100 points, the exercise 6: nothing was scaled.",)


def test_canvas_from_what_is_known(exercise: Exercise) -> None:
    entries = (
        graded(exercise, "a", Student("huberanna", account="1001")),
        for_a_person(exercise, "b", Student("=ito", "124", "b@example.org")),
    )
    found = rows(canvas_form(Book(exercise, entries), is_from_canvas=True), "Student")
    assert (found["huberanna"]["ID"], found["huberanna"][exercise.title]) == ("1001", "5")
    assert (found["'=ito"]["SIS User ID"], found["'=ito"][exercise.title]) == ("124", "")
