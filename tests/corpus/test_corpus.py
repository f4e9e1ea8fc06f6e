"""Every mistake of the corpus loses credit and is named; no right variant loses any."""

from __future__ import annotations

import pytest

from autograder.exercise.model import Exercise
from autograder.grading.session import Session
from tests.corpus import MISTAKES, VARIANTS
from tests.corpus.case import Case
from tests.corpus.judge import grade_case, mismatches

CASES = [*MISTAKES, *VARIANTS]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.cell}-{case.name}" for case in CASES])
def test_case(case: Case, ps09: Exercise, session: Session) -> None:
    assert list(mismatches(case, grade_case(case, ps09, session))) == []


def test_the_corpus_is_large() -> None:
    assert len(MISTAKES) >= 150
    assert len(VARIANTS) >= 100
    assert {part for case in MISTAKES for part in case.wrong} >= set(
        "data-loader mlp cnn train-epoch residual-block resnet20".split()
    )
