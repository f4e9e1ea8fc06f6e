"""A student's page says what became of each answer, and nothing that its reader may not know."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from autograder.checks.outcome import internal
from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.reports.page import student_page
from autograder.submission.roster import Student
from tests.reports.page import samples
from tests.reports.page.samples import entry, right, text_of, trained, written, wrong


def page(exercise: Exercise, one: Entry) -> str:
    return student_page(Book(exercise, (one,)), one)


def test_it_says_points_verdict_reason_and_hint(exercise: Exercise) -> None:
    html = page(exercise, entry(exercise, "a", wrong(notes=("Brackets were added.",)), trained()))
    said = text_of(html)
    assert "Student a 2 of 6 points" in said
    assert "1.1 Twice" in said and "wrong 0 of 2 points It is off by a factor." in said
    assert "partly right 2 of 4 points Accuracy 80 %." in said
    assert "Your answer was read as 3*x Brackets were added. Hint. Twice, not thrice." in said
    assert html.count('class="curve is-mine"') == 1


def test_a_counterexample_is_a_table_and_keeps_the_right_value(exercise: Exercise) -> None:
    said = text_of(page(exercise, entry(exercise, "a", wrong())))
    assert "A point at which your formula is off x your formula 7 21" in said
    assert "which is wrong" not in said  # the sentence that the table replaces
    assert "14" not in said
    assert "differs at" not in said  # evidence is for staff


def test_the_right_value_is_shown_where_the_question_reveals_it(
    make_exercise: Callable[..., Exercise],
) -> None:
    exercise = make_exercise(samples.BODY.replace("answer: 2*x", "answer: 2*x, reveal: value"))
    said = text_of(page(exercise, entry(exercise, "a", wrong())))
    assert "x your formula right value 7 21 14" in said


def test_hidden_questions_are_not_on_it_and_neither_is_the_total(
    make_exercise: Callable[..., Exercise],
) -> None:
    exercise = make_exercise(samples.BODY.replace("points: 2,", "points: 2, visibility: hidden,"))
    html = page(exercise, entry(exercise, "a", right(), trained()))
    assert "double" not in html and "Twice" not in text_of(html)
    assert "of 6 points" not in text_of(html)
    assert "Some questions are not shown here, and so there is no total." in text_of(html)


def test_what_waits_for_a_person_has_no_points_yet(exercise: Exercise) -> None:
    said = text_of(page(exercise, entry(exercise, "a", right(), written())))
    assert "2 of 5 points, 3 wait for a person" in said
    assert "for a person 3 points to be decided" in said


def test_our_failure_is_told_as_ours(exercise: Exercise) -> None:
    said = text_of(page(exercise, entry(exercise, "a", internal("double", "secret path /x"))))
    assert "This is not your fault" in said
    assert "secret path" not in said


def test_without_a_grade_it_says_what_will_happen(exercise: Exercise) -> None:
    unreadable = Entry("a", "unreadable", None, problem="a.zip is damaged")
    failed = replace(unreadable, state="failed", problem="secret reason")
    assert "opened (a.zip is damaged). A person will look at it." in text_of(
        page(exercise, unreadable)
    )
    assert "This is not your fault" in text_of(page(exercise, failed))
    assert "secret reason" not in page(exercise, failed)


def test_a_group_is_named_and_nobody_else(exercise: Exercise) -> None:
    group = (Student("Ada"), Student("", email="b@x.org"), Student("", account="c7"))
    mine = entry(exercise, "a", right(), students=group)
    other = entry(exercise, "b", wrong(), students=(Student("Mallory"),))
    html = student_page(Book(exercise, (mine, other)), mine)
    assert "Ada, b@x.org, c7" in text_of(html)
    assert "Mallory" not in html


def test_it_is_the_same_however_long_grading_took(exercise: Exercise) -> None:
    one = entry(exercise, "a", right(seconds=1.0), wrong())
    assert one.grade is not None
    slow = replace(
        one, grade=replace(one.grade, seconds=50.0, outcomes=(right(seconds=9.0), wrong()))
    )
    assert page(exercise, one) == page(exercise, slow)


def test_a_formula_is_typeset(exercise: Exercise) -> None:
    html = page(exercise, entry(exercise, "a", right(read_as=r"\frac{x}{2}", read_plain="x/2")))
    assert re.search(r"read as\s+<span class=\"answer\"><math[^>]*>.*<mfrac>", html)


def test_it_says_how_late_it_came(exercise: Exercise) -> None:
    late = entry(exercise, "a", right(), late_seconds=5400.0)
    assert "Handed in 1 h 30 min late." in text_of(page(exercise, late))
    assert "late" not in text_of(page(exercise, entry(exercise, "b", right(), late_seconds=0.0)))
