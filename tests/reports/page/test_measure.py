"""Totals, difficulty and discrimination are what a textbook says, and nothing where it says nothing."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exercise.model import Exercise
from autograder.reports.book import Book
from autograder.reports.page.measure import correlation, items, spread
from tests.reports.page.samples import entry, right, trained, written, wrong


def test_quartiles_of_known_totals() -> None:
    found = spread([1, 2, 3, 4, 5])
    assert found is not None
    assert (found.low, found.median, found.high, found.mean) == (2, 3, 4, 3)
    assert spread([]) is None


@given(st.lists(st.floats(0, 100), min_size=1))
def test_quartiles_are_in_order_and_inside(totals: list[float]) -> None:
    found = spread(totals)
    assert found is not None
    slack = 1e-9 * max(totals)
    assert min(totals) - slack <= found.low <= found.median + slack
    assert found.median <= found.high + slack <= max(totals) + 2 * slack
    assert found.count == len(totals)
    assert math.isclose(found.median, statistics.median(totals), abs_tol=1e-9)


def test_a_correlation_is_undefined_where_nothing_varies() -> None:
    assert correlation([(1, 1), (0, 0)]) is None  # too few
    assert correlation([(1, 0.5), (1, 0.7), (1, 0.9)]) is None
    assert correlation([(1, 0.5), (0, 0.5), (1, 0.5)]) is None
    assert correlation([(0, 0), (0.5, 0.5), (1, 1)]) == pytest.approx(1)


def test_a_question_is_set_against_the_rest_only(exercise: Exercise) -> None:
    """Had the question's own points counted, the correlation would be above 0."""
    entries = [
        entry(exercise, "a", right(), trained(credit=0.0)),
        entry(exercise, "b", right(), trained(credit=0.5)),
        entry(exercise, "c", wrong(), trained(credit=0.5)),
        entry(exercise, "d", wrong(), trained(credit=1.0)),
    ]
    double, training = items(Book(exercise, tuple(entries)))
    assert double.credit == 0.5 and training.credit == 0.5
    assert double.discrimination == pytest.approx(-math.sqrt(0.5))
    assert training.discrimination == pytest.approx(-math.sqrt(0.5))
    assert double.compared == 4


def test_empty_submissions_and_open_answers_count_in_the_bar_only(exercise: Exercise) -> None:
    entries = (
        entry(exercise, "a", right(), written()),
        entry(exercise, "b", wrong(), written(credit=1.0, outcome="correct")),
        entry(exercise, "c", right(outcome="unanswered", credit=0.0), state="empty"),
    )
    double, text = items(Book(exercise, entries))
    assert (double.counts["right"], double.counts["wrong"], double.counts["blank"]) == (1, 1, 1)
    assert (double.credit, double.decided, double.compared) == (0.5, 2, 1)
    assert (text.counts["person"], text.credit, text.decided) == (1, 1.0, 1)
    assert double.discrimination is None


def test_only_questions_that_were_graded_are_items(exercise: Exercise) -> None:
    assert [item.number for item in items(Book(exercise, (entry(exercise, "a", trained()),)))] == [
        "1"
    ]


def test_blanks_beside_answers_that_wait_are_no_mean(exercise: Exercise) -> None:
    entries = (
        entry(exercise, "a", right(), written()),
        entry(exercise, "b", right(), written(outcome="unanswered", credit=0.0)),
    )
    double, text = items(Book(exercise, entries))
    assert (text.credit, text.decided, text.discrimination) == (None, 0, None)
    assert double.credit == 1.0
    marked = entry(exercise, "c", right(), written(outcome="correct", credit=1.0))
    assert items(Book(exercise, (*entries, marked)))[1].credit == 0.5
