"""Marks of lists before an answer: no part of it, but for a dash, which may be a minus."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise

BODY = """
symbols: {x: real}
questions:
  - {id: plus, kind: expression, title: Plus, answer: 2*x}
  - {id: minus, kind: expression, title: Minus, answer: -2*x}
  - {id: shape, kind: shape, title: Shape, answer: [5, 2]}
"""


@pytest.fixture
def worth(make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]):
    def grade(question: str, text: str, name: str = "answers.md") -> tuple[str, float | None]:
        content = f"{question}: '{text}'" if name.endswith("yaml") else f"# {question}\n\n{text}\n"
        graded = grade_files(make_exercise(BODY), {name: content}, select=question).outcomes[0]
        return graded.outcome, graded.credit

    return grade


@pytest.mark.parametrize("mark", ["* ", "+ ", "• ", "1. ", "1) ", "*   "])
def test_a_mark_is_no_part_of_an_answer(worth, mark: str) -> None:
    assert worth("plus", f"{mark}2*x") == ("correct", 1.0)
    assert worth("minus", f"{mark}2*x") == ("wrong", 0.0)
    assert worth("minus", f"{mark}-2*x") == ("correct", 1.0)


def test_a_dash_that_may_be_either_goes_to_a_person(worth) -> None:
    assert worth("minus", "- 2*x") == ("correct", 1.0)
    assert worth("plus", "- 2*x") == ("undecided", None)
    assert worth("plus", "-2*x") == ("wrong", 0.0)
    assert worth("plus", "- 3*x") == ("wrong", 0.0)
    assert worth("shape", "- (5, 2)") in [("correct", 1.0), ("undecided", None)]


def test_there_are_no_bullets_in_yaml(worth) -> None:
    assert worth("plus", "- 2*x", "answers.yaml") == ("wrong", 0.0)
