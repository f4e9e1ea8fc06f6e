from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome, unanswered
from autograder.exercise.model import Exercise
from autograder.reports.console import PLAIN_WIDTH, console_for
from autograder.reports.terminal import print_grade

BODY = """
questions:
  - {id: one, kind: expression, title: One, points: 2, symbols: {x: real}, answer: 2*x}
  - {id: two, kind: expression, title: Two, points: 3, symbols: {x: real}, answer: 2*x}
  - {id: three, kind: expression, title: Three, points: 3, symbols: {x: real}, answer: 2*x}
"""


@pytest.fixture
def shown(make_exercise: Callable[..., Exercise]) -> Callable[..., str]:
    def show(*outcomes: Outcome, notes: tuple[str, ...] = (), **made_with: object) -> str:
        stream = io.StringIO()
        print_grade(
            Grade(make_exercise(BODY), outcomes, notes, made_with, 1.0), console_for(stream)
        )
        return stream.getvalue()

    return show


def test_every_lost_point_has_its_reason(shown: Callable[..., str]) -> None:
    text = shown(
        Outcome("one", "correct", 1.0, "Right."),
        Outcome(
            "two",
            "wrong",
            0.0,
            "The sign is wrong.",
            details=("At x = 1 ...",),
            hint="Think.",
            read_plain="-x",
        ),
        unanswered("three"),
    )
    assert "1  one    2 / 2  right" in text
    assert "2  two    0 / 3  wrong" in text
    for words in (
        "The sign is wrong.",
        "At x = 1 ...",
        "Hint: Think.",
        "Read as: -x",
        "Not answered: three",
    ):
        assert words in text
    assert "Total: 2 of 8 points" in text
    assert "Right." not in text


def test_what_is_said_of_several_questions_is_said_once(shown: Callable[..., str]) -> None:
    text = shown(*(unanswered(name, "There is no code.") for name in ("one", "two", "three")))
    assert text.count("There is no code.") == 1
    assert "one, two, three  not answered" in text


def test_points_that_wait_are_no_zeros(shown: Callable[..., str]) -> None:
    text = shown(Outcome("one", "undecided", None, "A person will look at it."))
    assert "? / 2" in text
    assert "2 points wait for a person" in text


def test_our_failure_shows_its_cause(shown: Callable[..., str]) -> None:
    text = shown(Outcome("one", "internal", None, "The grader failed.", evidence="disk full"))
    assert "Cause: disk full" in text


def test_output_is_plain_away_from_a_terminal(shown: Callable[..., str]) -> None:
    text = shown(
        Outcome(
            "one",
            "wrong",
            0.0,
            "x" * 30 + " y" * 400,
            details=("\x1b[31mred\x1b[0m [bold]no markup[/bold]",),
        ),
        notes=("A note.",),
    )
    assert "\x1b" not in text
    assert "[bold]no markup[/bold]" in text
    assert "Note: A note." in text
    assert all(len(line) <= PLAIN_WIDTH for line in text.splitlines())
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_a_grade_without_confinement_says_so(shown: Callable[..., str]) -> None:
    outcome = Outcome("one", "correct", 1.0, "Right.")
    assert "WITHOUT confinement" in shown(outcome, confined=False)
    assert "WITHOUT" not in shown(outcome, confined=True)
