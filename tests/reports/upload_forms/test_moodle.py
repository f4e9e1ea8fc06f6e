"""A grading worksheet of Moodle with grades and comments in it."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from pathlib import Path

from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from autograder.reports.upload_forms import moodle_form
from autograder.submission.roster import Student
from tests.reports.page import samples
from tests.reports.page.samples import entry, trained, wrong
from tests.reports.upload_forms.tables import (
    WORKSHEET,
    for_a_person,
    graded,
    rows,
    sheet,
)


def test_moodle_s_own_worksheet_with_grades_and_comments(
    exercise: Exercise, tmp_path: Path
) -> None:
    entries = (
        graded(exercise, "a", Student("Anna", account="101")),
        graded(exercise, "b", Student("Ben", account="102")),
    )
    form = moodle_form(Book(exercise, entries), sheet(tmp_path, WORKSHEET), is_from_moodle=True)
    found = rows(form, "Identifier")
    anna, ben, carla = (found[f"Participant {number}"] for number in (101, 102, 103))
    assert (anna["Grade"], ben["Grade"], carla["Grade"]) == ("5", "5", "")
    assert anna["Feedback comments"].startswith("Graded automatically: 5 of 6 points.<br/>")
    assert html.unescape(ben["Feedback comments"]) == "- a person's\ncomment"
    assert carla["Feedback comments"] == ""
    assert anna["Last modified (submission)"] == "Tuesday, 3 November 2026, 10:00 AM"
    assert anna["Last modified (grade)"] == "-"
    assert list(anna) == list(csv.DictReader(io.StringIO(WORKSHEET)).fieldnames or ())


def test_no_comment_on_points_that_are_not_written(exercise: Exercise, tmp_path: Path) -> None:
    text = WORKSHEET.replace('- Graded",3.00', '- Graded",Passed').replace(
        "- a person's\ncomment", ""
    )
    book = Book(exercise, (graded(exercise, "b", Student("Ben Ito")),))
    found = rows(moodle_form(book, sheet(tmp_path, text)), "Full name")["Ben Ito"]
    assert (found["Grade"], found["Feedback comments"]) == ("Passed", "")


def test_an_earlier_comment_of_ours_is_replaced(exercise: Exercise, tmp_path: Path) -> None:
    text = WORKSHEET.replace("- a person's\ncomment", "Graded automatically: 1 of 6 points.")
    book = Book(exercise, (graded(exercise, "b", Student("Ben Ito")),))
    found = rows(moodle_form(book, sheet(tmp_path, text)), "Full name")
    assert found["Ben Ito"]["Feedback comments"].startswith("Graded automatically: 5 of 6")


def test_a_worksheet_in_german_as_excel_saves_it(exercise: Exercise, tmp_path: Path) -> None:
    text = (
        "ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;Feedback als Kommentar\n"
        "Teilnehmer/in101;Jörg Müller;joerg@example.org;;;6,00;\n"
    )
    book = Book(exercise, (graded(exercise, "a", Student("J", email="joerg@example.org")),))
    given = sheet(tmp_path, text, "cp1252")
    form = moodle_form(book, given)
    (row,) = rows(form, "ID", ";").values()
    assert (row["Vollständiger Name"], row["Bewertung"]) == ("Jörg Müller", "5")
    assert form.notes == ()


def test_comments_show_no_hidden_question_and_no_markup_of_the_student(
    make_exercise: Callable[..., Exercise], tmp_path: Path
) -> None:
    body = samples.BODY.replace("kind: training,", "kind: training, visibility: hidden,")
    exercise = make_exercise(body)
    line = 'You wrote <script>x<=-1</script>;=cmd, -2 "=3'
    one = entry(
        exercise, "a", wrong(line=line), trained(line="secret"), students=(Student("Anna Huber"),)
    )
    found = rows(moodle_form(Book(exercise, (one,)), sheet(tmp_path, WORKSHEET)), "Full name")
    comment = found["Anna Huber"]["Feedback comments"]
    assert "secret" not in comment
    assert "<script>" not in comment
    assert line in html.unescape(comment.replace("<br/>", "\n"))
    assert not any(f"{mark}{sign}" in comment for mark in ';,"' for sign in "=-+@")
    assert "'=" not in comment


def test_long_comments_end_whole(make_exercise: Callable[..., Exercise], tmp_path: Path) -> None:
    questions = "".join(
        f"  - {{id: q{n}, kind: expression, title: Q, points: 1, symbols: {{x: real}}, answer: x}}\n"
        for n in range(40)
    )
    exercise = make_exercise(f"questions:\n{questions}")
    outcomes = [wrong(question=f"q{n}", line="<&>" * 40) for n in range(40)]
    one = entry(exercise, "a", *outcomes, students=(Student("Anna Huber"),))
    found = rows(moodle_form(Book(exercise, (one,)), sheet(tmp_path, WORKSHEET)), "Full name")
    comment = found["Anna Huber"]["Feedback comments"]
    assert comment.endswith("There is more in the full report.")
    assert len(comment) <= 1000


def test_moodle_from_what_is_known(exercise: Exercise) -> None:
    entries = (
        graded(exercise, "a", Student("Anna", email="a@example.org", account="101")),
        for_a_person(exercise, "b", Student("Ben", account="102")),
    )
    found = rows(moodle_form(Book(exercise, entries), is_from_moodle=True), "Identifier")
    assert found["Participant 101"]["Grade"] == "5"
    assert found["Participant 101"]["Feedback comments"]
    assert (found["Participant 102"]["Grade"], found["Participant 102"]["Feedback comments"]) == (
        "",
        "",
    )


def test_names_in_a_table_are_disarmed(exercise: Exercise, tmp_path: Path) -> None:
    text = WORKSHEET.replace('"Carla Ng"', '"=HYPERLINK(""http://evil"")"')
    form = moodle_form(Book(exercise, ()), sheet(tmp_path, text))
    assert rows(form, "Identifier")["Participant 103"]["Full name"].startswith("'=")
