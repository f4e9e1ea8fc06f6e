"""The report of a class holds what staff need, the same bytes every time, and tells time in one place."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console

from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from autograder.reports.class_summary import print_summary
from autograder.reports.page import class_page
from tests.reports.page.samples import (
    entry,
    pair,
    right,
    section,
    text_of,
    trained,
    written,
    wrong,
)

TIME = re.compile(r'<section id="time".*?</section>', re.DOTALL)


def test_it_says_how_many_are_in_which_state(book: Book) -> None:
    said = text_of(class_page(book, {}))
    assert "7 submissions : 4 graded, 2 with something for a person ; 1 empty; 1 unreadable" in said
    assert "1 on which the grader failed ; 1 in which the grader failed on a question" in said


def test_totals_are_those_of_the_final_ones(book: Book) -> None:
    said = section(class_page(book, {}), "totals")
    # all-right has 2 + 3 + 2 points, so-so 2; broken and late wait for a person.
    assert "Mean 4.5 Median 4.5 Quartiles 3.25 to 5.75 Possible 9" in said
    assert "those not final (2)" in said
    assert "Empty submissions are left out." in said


def test_a_question_shows_its_answers_and_what_was_wrong(book: Book) -> None:
    said = section(class_page(book, {}), "q-double")
    assert "1 right 3 wrong 1 not answered" in said
    assert "Mean credit 25 % over 4 submissions." in said
    # 3*x and x*3 are one answer.
    assert re.search(r"2 40 % 3\*x wrong It is off by a factor\.", said)
    assert "written in 2 ways" in said
    assert "At x = 7: 21 instead of 14" in said


def test_what_waits_and_what_failed_is_listed_with_its_reason(book: Book) -> None:
    said = section(class_page(book, {}), "attention")
    assert "zip the archive is damaged" in said
    assert "failed the worker died three times" in said
    assert "The grader failed on a question 1 Trained : 1 submission" in said
    assert "1.2 In words : 2 answers, 6 points" in said


def test_training_is_drawn_with_its_intervals(book: Book) -> None:
    html = class_page(book, {})
    assert html.count('class="curve is-mine"') == 3
    assert html.count('class="curve is-reference"') == 1  # the same beside every model
    assert "so-so 80.0 % 75.0 to 85.0 %" in section(html, "q-trained")
    assert "90.0 %" in section(html, "q-trained")


def test_time_is_told_in_one_section_only(book: Book) -> None:
    slow, fast = (class_page(book, {"late": taken, "zip": 1.0}) for taken in (90.0, 2.0))
    assert "2 min of grading" in section(slow, "time")
    assert slow != fast
    assert TIME.sub("", slow) == TIME.sub("", fast)
    assert 'id="time"' not in class_page(book, {})


def test_the_same_class_gives_the_same_bytes_however_long_it_took(book: Book) -> None:
    later = replace(
        book,
        entries=tuple(
            replace(e, grade=replace(e.grade, seconds=99.0)) if e.grade else e for e in book.entries
        ),
    )
    assert class_page(book, {}) == class_page(later, {})


def test_every_submission_leads_to_its_page(exercise: Exercise) -> None:
    book = Book(exercise, (entry(exercise, 'odd "name" #1', right()),))
    assert 'href="submissions/odd%20%22name%22%20%231/index.html"' in class_page(book, {})


def test_that_nobody_agrees_is_said_where_somebody_looked(book: Book) -> None:
    assert "No two submissions agree" in section(class_page(book, {}, []), "similar")
    assert 'id="similar"' not in class_page(book, {})


def test_similar_pairs_are_shown_and_not_judged(book: Book) -> None:
    said = section(class_page(book, {}, [pair("late", "so-so")]), "similar")
    assert "late and so-so text 93 % 1 in 1,000" in said
    assert 'id="similar"' not in class_page(book, {})


def test_a_caller_may_decide_what_means_the_same(exercise: Exercise) -> None:
    book = Book(exercise, tuple(entry(exercise, n, wrong(f"{n}*x", data={})) for n in "345"))
    assert "3 100 %" in section(class_page(book, {}, same=lambda *_: True), "q-double")
    assert "1 33 %" in section(class_page(book, {}, same=lambda *_: False), "q-double")


def test_a_class_of_nobody_is_a_page_too(exercise: Exercise) -> None:
    said = text_of(class_page(Book(exercise, ()), {}))
    assert "0 submissions" in said
    assert "There is no graded submission with an answer." in said


def test_a_training_question_that_waits_says_why(exercise: Exercise) -> None:
    waits = trained(outcome="undecided", credit=None, line="Too slow.")
    said = section(
        class_page(Book(exercise, (entry(exercise, "a", waits, written()),)), {}), "q-trained"
    )
    assert "undecided Too slow." in said


def test_it_says_what_it_was_made_with_and_nothing_of_one_submission(exercise: Exercise) -> None:
    made_with = {
        "grader": {"python": "3.11", "code": "0123456789abcdef" * 4, "files": {"a": "b"}},
        "confined": True,
        "layers": ["landlock", "seccomp"],
    }
    said = section(class_page(Book(exercise, (), made_with), {}), "made")
    assert "grader python 3.11 grader code 0123456789ab confined yes" in said
    assert "landlock, seccomp" in said and "files" not in said
    alone = entry(exercise, "a", right())
    assert "autograder 1.0" in section(class_page(Book(exercise, (alone,)), {}), "made")


def test_the_terminal_has_the_same_mean_as_the_page(book: Book) -> None:
    console = Console(file=io.StringIO(), width=100)
    print_summary(book, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Mean 4.5, median 4.5 of 9 points (2 submissions with every point given)" in printed


def test_a_text_is_shown_with_what_its_rubric_found(exercise: Exercise) -> None:
    rubric = [{"says": "Why it is so", "weight": 1, "found": ["dilat*"]}]
    data = {"answer": "It is dilated.", "rubric": rubric, "first_guess": 0.5}
    text = written(data=data, details=("You wrote: It is dilated.",), evidence="by design")
    said = section(class_page(Book(exercise, (entry(exercise, "a", text),)), {}), "q-open")
    assert "You wrote: It is dilated. Why it is so found dilat*" in said
    assert "First guess from keywords: 50 % of the credit" in said
    assert "by design" not in said


def test_what_a_system_marks_as_late_is_shown(exercise: Exercise) -> None:
    marked = entry(exercise, "a", right(), is_marked_late=True)
    in_time = entry(exercise, "b", right())
    shown = class_page(Book(exercise, (marked, in_time)), {})
    assert len(re.findall(r'data-label="late" data-value="1">late</td>', shown)) == 1
    assert 'data-label="late"' not in class_page(Book(exercise, (in_time,)), {})
