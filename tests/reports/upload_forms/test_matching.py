"""Which line of a table is whose."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.reports.upload_forms import canvas_form
from autograder.reports.upload_forms.matching import Line, Score, match
from autograder.submission.roster import Student
from tests.reports.page.samples import entry, trained, wrong
from tests.reports.upload_forms.tables import (
    GRADEBOOK,
    graded,
    rows,
    sheet,
)


@pytest.mark.parametrize(
    "student",
    [
        Student("Somebody", "124"),
        Student("Somebody", "0124"),
        Student("Somebody", email="bito@example.org"),
        Student("Ben Ito"),
        Student("Itô, Ben"),
        Student("itoben", account="1002"),
        Student("Somebody", account="1002"),
    ],
)
def test_a_student_is_found_by_what_is_known(
    exercise: Exercise, tmp_path: Path, student: Student
) -> None:
    book = Book(exercise, (graded(exercise, "a", student),))
    gradebook = sheet(tmp_path, GRADEBOOK)
    form = canvas_form(book, gradebook, column="The class (12)", is_from_canvas=True)
    assert rows(form, "ID")["1002"]["The class (12)"] == "5"
    assert rows(form, "ID")["1001"]["The class (12)"] == ""
    assert "Ben" in form.notes[0] or "replaced" in form.notes[0]


@pytest.mark.parametrize("name", ["000123", "anna.huber", "huber-anna", "anna.huber@example.org"])
def test_a_hand_in_without_names_is_found_by_its_id(
    exercise: Exercise, tmp_path: Path, name: str
) -> None:
    book = Book(exercise, (graded(exercise, name),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    assert rows(form, "ID")["1001"]["The class (12)"] == "5"


def test_accounts_of_another_system_name_nobody(exercise: Exercise, tmp_path: Path) -> None:
    book = Book(exercise, (graded(exercise, "a", Student("Somebody Else", account="1001")),))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    assert rows(form, "ID")["1001"]["The class (12)"] == ""
    assert form.notes == (f"Not in {tmp_path / 'table.csv'} (1): Somebody Else (a)",)


def test_two_submissions_of_one_student_are_for_a_person(
    exercise: Exercise, tmp_path: Path
) -> None:
    anna = Student("Anna Huber", "123")
    book = Book(exercise, (graded(exercise, "a", anna), graded(exercise, "b", anna)))
    form = canvas_form(book, sheet(tmp_path, GRADEBOOK), column="The class")
    assert rows(form, "ID")["1001"]["The class (12)"] == ""
    assert "Anna Huber (a) and Anna Huber (b) are one line" in form.notes[0]


def test_a_surer_key_comes_before_a_name(exercise: Exercise, tmp_path: Path) -> None:
    text = GRADEBOOK.replace('"Ito, Ben"', '"Huber, Anna"')
    entries = (
        graded(exercise, "a", Student("Anna Huber", "124")),
        entry(exercise, "b", wrong(), trained(), students=(Student("Anna Huber"),)),
    )
    found = rows(
        canvas_form(Book(exercise, entries), sheet(tmp_path, text), column="The class"), "ID"
    )
    assert (found["1001"]["The class (12)"], found["1002"]["The class (12)"]) == ("2", "5")


def test_a_name_does_not_stand_against_a_number(exercise: Exercise, tmp_path: Path) -> None:
    entries = (
        graded(exercise, "a", Student("Anna Huber", "999")),
        graded(exercise, "b", Student("Ben Ito", "124")),
    )
    form = canvas_form(Book(exercise, entries), sheet(tmp_path, GRADEBOOK), column="The class")
    found = rows(form, "ID")
    assert (found["1001"]["The class (12)"], found["1002"]["The class (12)"]) == ("", "5")
    assert "Anna Huber (a)" in form.notes[0]


def test_numbers_of_another_register_stand_against_nobody(
    exercise: Exercise, tmp_path: Path
) -> None:
    entries = (
        graded(exercise, "a", Student("Anna Huber", "S-1")),
        graded(exercise, "b", Student("Ben Ito", "S-2")),
    )
    found = rows(
        canvas_form(Book(exercise, entries), sheet(tmp_path, GRADEBOOK), column="The class"), "ID"
    )
    assert (found["1001"]["The class (12)"], found["1002"]["The class (12)"]) == ("5", "5")


def test_two_of_one_name_are_not_told_apart_by_it(exercise: Exercise, tmp_path: Path) -> None:
    text = GRADEBOOK.replace('"Ito, Ben"', '"Huber, Anna"')
    book = Book(exercise, (graded(exercise, "a", Student("Anna Huber")),))
    form = canvas_form(book, sheet(tmp_path, text), column="The class")
    assert [row["The class (12)"] for row in rows(form, "ID").values()][-4:] == ["", "3.00", "", ""]
    assert form.notes[0].startswith("Not in")


def test_every_member_of_a_group_gets_the_points(exercise: Exercise, tmp_path: Path) -> None:
    group = graded(exercise, "g", Student("Anna Huber"), Student("Carla Ng"))
    form = canvas_form(Book(exercise, (group,)), sheet(tmp_path, GRADEBOOK), column="The class")
    found = rows(form, "ID")
    assert (found["1001"]["The class (12)"], found["1003"]["The class (12)"]) == ("5", "5")


PEOPLE = st.lists(
    st.tuples(st.sampled_from(["Anna", "Ben", "Carla"]), st.integers(1, 9), st.booleans()),
    max_size=6,
    unique_by=lambda person: person[1],
)


@given(in_class=PEOPLE, in_table=PEOPLE)
def test_nobody_gets_the_line_of_another_number(
    in_class: list[tuple[str, int, bool]], in_table: list[tuple[str, int, bool]]
) -> None:
    found = [
        Score(Entry(f"s{number}", "failed", None, (student,)), student, 1.0)
        for name, number, is_known in in_class
        for student in [Student(name, str(number) if is_known else "")]
    ]
    lines = [Line(number=str(number), name=name) for name, number, _ in in_table]
    matched = match(found, lines, by_account=False, table="t")
    numbers = {line.number for line in lines}
    has_matched = any(score.student.number in numbers for score in found)
    for index, score in matched.scores.items():
        line, student = lines[index], score.student
        assert line.number == student.number or line.name == student.name
        if student.number in numbers or (student.number and has_matched):
            assert line.number == student.number
    for score in found:
        if score.student.number in numbers:
            assert score in matched.scores.values()
