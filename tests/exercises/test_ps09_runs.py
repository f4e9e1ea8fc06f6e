"""The accuracies of a student's own runs: fair to every run that the networks allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.catalogue import kind_of, load
from autograder.checks.outcome import Outcome
from autograder.checks.tools import Answer, Tools
from autograder.grading.session import Session
from autograder.submission.model import Place, TextAnswer
from tests.conftest import ROOT

FIELDS = [f"{net}_{version}" for net in ("mlp", "cnn") for version in ("baseline", "shifted", "scrambled")]
PUBLISHED = (93.55, 57.38, 93.63, 95.93, 95.65, 69.31)
Judge = Callable[[Sequence[float]], Outcome]


@pytest.fixture(scope="module")
def judge(session: Session) -> Judge:
    exercise = load(ROOT / "exercises" / "epfl-cs433-ps09-runs")
    question = exercise.question("accuracies")
    tools = Tools(exercise, session.prover, None)

    def run(numbers: Sequence[float]) -> Outcome:
        fields = {name: f"{number:.2f} %" for name, number in zip(FIELDS, numbers, strict=True)}
        answer = Answer(TextAnswer("", Place("answers.yaml"), fields))
        return kind_of(question).check(question, answer, tools)

    return run


@given(st.tuples(*(st.floats(-3, 3) for _ in FIELDS)))
def test_runs_like_the_published_ones_get_everything(judge: Judge, noise: tuple[float, ...]) -> None:
    assert judge([a + b for a, b in zip(PUBLISHED, noise, strict=True)]).credit == 1.0


@given(st.tuples(*(st.floats(0, 100) for _ in FIELDS)))
def test_a_strange_run_is_never_marked_wrong(judge: Judge, numbers: tuple[float, ...]) -> None:
    """Only what is guessing gets nothing; everything else is right, half right for a reason, or for a person."""
    outcome = judge(numbers)
    assert outcome.credit is None or outcome.credit >= 0.5 or max(numbers[0], numbers[3]) < 25


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((93, 93, 93, 95, 95, 95), "do not reach the data"),
        ((93, 57, 93, 95, 95, 95), "Did `scramble_image` reach"),
        ((93, 93, 93, 95, 95, 70), "Did `random_shift` reach"),
        ((93, 57, 40, 95, 95, 70), "order of the pixels"),
        ((93, 57, 93, 95, 50, 70), "kernels are the same everywhere"),
        ((93, 93, 57, 95, 70, 95), "exchanged"),
        ((10, 10, 10, 10, 10, 10), "nothing was learnt"),
    ],
)
def test_contradictions_are_named(judge: Judge, numbers: tuple[float, ...], words: str) -> None:
    outcome = judge(numbers)
    assert words in outcome.line
    assert outcome.credit is not None
    assert outcome.credit < 1.0
