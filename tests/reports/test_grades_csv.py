from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.reports.grades_csv import grades_csv
from autograder.submission.roster import Student
from tests.reports.page import samples
from tests.reports.page.samples import entry, right, small_class, trained, wrong


@pytest.fixture
def exercise(make_exercise: Callable[..., Exercise]) -> Exercise:
    return make_exercise(samples.BODY)


def read(book: Book) -> list[dict[str, str]]:
    """The rows as a spreadsheet reads them."""
    data = grades_csv(book).encode("utf-8")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_columns(exercise: Exercise) -> None:
    (row,) = read(Book(exercise, (entry(exercise, "a", right()),)))
    assert list(row) == [
        *"submission name number email submitted late state total so_far possible".split(),
        "double",
        "double outcome",
    ]


def test_every_state_of_a_submission(exercise: Exercise) -> None:
    rows = {row["submission"]: row for row in read(small_class(exercise))}
    sums = {
        name: (row["state"], row["total"], row["so_far"], row["possible"])
        for name, row in rows.items()
    }
    assert sums == {
        "all-right": ("graded", "7", "", "9"),
        "broken": ("grader failed in part", "", "0", "9"),
        "empty": ("empty", "0", "", "9"),
        "failed": ("grader failed", "", "", "9"),
        "late": ("for a person", "", "2", "9"),
        "so-so": ("graded", "2", "", "9"),
        "zip": ("unreadable", "", "", "9"),
    }


def test_what_no_machine_decided_is_a_word_and_no_zero(exercise: Exercise) -> None:
    rows = {row["submission"]: row for row in read(small_class(exercise))}
    assert (rows["broken"]["open"], rows["broken"]["open outcome"]) == ("", "for a person")
    assert (rows["broken"]["trained"], rows["broken"]["trained outcome"]) == ("", "grader failed")
    for name in ("failed", "zip"):
        assert {rows[name][question] for question in ("double", "open", "trained")} == {""}
    assert rows["failed"]["double outcome"] == "grader failed"
    assert rows["zip"]["double outcome"] == "unreadable"
    assert (rows["late"]["double"], rows["late"]["double outcome"]) == ("0", "wrong")
    assert (rows["late"]["trained"], rows["late"]["trained outcome"]) == ("2", "partly right")


def test_an_undecided_answer_is_for_a_person(exercise: Exercise) -> None:
    undecided = right(outcome="undecided", credit=None)
    (row,) = read(Book(exercise, (entry(exercise, "a", undecided),)))
    assert row["double"] == ""
    assert row["double outcome"] == "for a person: undecided"
    assert row["total"] == ""


def test_each_member_of_a_group_has_a_line(exercise: Exercise) -> None:
    students = (
        Student("Anna", "01", "anna@example.org"),
        Student("=Ben", "02", "-ben@example.org"),
    )
    rows = read(Book(exercise, (entry(exercise, "g", right(), students=students),)))
    assert [(r["name"], r["number"], r["email"], r["total"]) for r in rows] == [
        ("Anna", "01", "anna@example.org", "2"),
        ("'=Ben", "02", "'-ben@example.org", "2"),
    ]


def test_somebody_unknown_still_has_a_line(exercise: Exercise) -> None:
    (row,) = read(Book(exercise, (entry(exercise, "anna", right(), students=()),)))
    assert (row["submission"], row["name"], row["total"]) == ("anna", "", "2")


@pytest.mark.parametrize(
    ("seconds", "marked", "shown"),
    [
        (None, False, ""),
        (None, True, "late"),
        (0.0, False, "0:00:00"),
        (93_784.4, True, "26:03:04"),
        (59.7, False, "0:01:00"),
    ],
)
def test_how_late(exercise: Exercise, seconds: float | None, marked: bool, shown: str) -> None:
    late = entry(exercise, "a", right(), late_seconds=seconds, is_marked_late=marked)
    assert read(Book(exercise, (late,)))[0]["late"] == shown


def test_only_selected_questions_have_columns(exercise: Exercise) -> None:
    graded = entry(exercise, "a", wrong(), trained())
    unreadable = Entry("b", "unreadable", None)
    first, second = read(Book(exercise, (graded, unreadable)))
    assert "open" not in first
    assert first["possible"] == second["possible"] == "6"


def test_a_class_without_a_grade_has_all_questions(exercise: Exercise) -> None:
    (row,) = read(Book(exercise, (Entry("b", "unreadable", None),)))
    assert [row[f"{name} outcome"] for name in ("double", "open", "trained")] == ["unreadable"] * 3


def test_an_empty_class(exercise: Exercise) -> None:
    assert read(Book(exercise, ())) == []


def test_the_same_book_gives_the_same_bytes(exercise: Exercise) -> None:
    book = small_class(exercise)
    slower = [
        replace(e, grade=replace(e.grade, seconds=9.0)) if e.grade is not None else e
        for e in book.entries
    ]
    assert grades_csv(book) == grades_csv(replace(book, entries=tuple(slower)))
