"""How often chance explains an agreement: both bounds, and what counts as evidence."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission.similarity.chance import Law, bits, expected_by_luck


def test_the_law_of_a_class_expects_its_own_best_pair() -> None:
    rng = random.Random(1)
    best = [0.2 - 0.05 * math.log(rng.expovariate(1)) for _ in range(2000)]
    law = Law.of(best)
    assert law.place == pytest.approx(0.2, abs=0.01)
    assert law.spread == pytest.approx(0.05, abs=0.01)
    assert 0.05 < law.expected(max(best)) < 10


def test_copies_in_a_class_hardly_change_its_law() -> None:
    rng = random.Random(2)
    honest = [abs(rng.gauss(0.2, 0.05)) for _ in range(80)]
    assert Law.of([*honest, *[1.0] * 20]).expected(0.9) < 0.05


@given(st.integers(1, 500), st.integers(2, 500))
def test_what_more_share_says_less_and_what_many_share_says_nothing(held: int, size: int) -> None:
    assert bits(held + 1, size) <= bits(held, size)
    if held > max(4, size / 10):
        assert bits(held, size) == 0


def test_a_small_class_does_not_know_what_is_rare() -> None:
    assert bits(2, 3) == bits(2, 8) < bits(2, 100)


def test_luck_fades_by_half_with_each_bit() -> None:
    assert expected_by_luck(0, 10) == 45
    assert expected_by_luck(1, 10) == 22.5
    assert expected_by_luck(1e9, 10) < 1e-99
