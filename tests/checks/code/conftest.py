"""Judges a piece of code against PS09."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise
from tests.checks.code.coding import HEAD, Judge


@pytest.fixture
def judge(ps09: Exercise, grade_files: Callable[..., Grade]) -> Judge:
    """The outcome of one question for one piece of code."""

    def run(question: str, code: str) -> Outcome:
        # `cnn` would select `accuracy-cnn` too, which trains.
        select = question if question.startswith("accuracy") else f"{question} and not accuracy"
        graded = grade_files(ps09, {"ex09.py": HEAD + code}, select=select)
        return next(outcome for outcome in graded.outcomes if outcome.question == question)

    return run
