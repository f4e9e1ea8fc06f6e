from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.learning.accuracy import Accuracy, Rule, band_credit, binomial_spread


def test_wilsons_interval() -> None:
    # Computed from the formula of Wilson (1927) with z = 2.5758.
    low, high = Accuracy(324, 360).interval()
    assert low == pytest.approx(0.8516, abs=1e-3)
    assert high == pytest.approx(0.9339, abs=1e-3)
    assert Accuracy(360, 360).interval()[1] == 1.0
    assert Accuracy(0, 360).interval()[0] == 0.0


@given(st.integers(1, 5000), st.data())
def test_the_interval_holds_the_value(total: int, data: st.DataObject) -> None:
    accuracy = Accuracy(data.draw(st.integers(0, total)), total)
    low, high = accuracy.interval()
    assert 0 <= low <= accuracy.value <= high <= 1


RULE = Rule(threshold=0.9, spread=0.01, runs=3)


@pytest.mark.parametrize(
    ("accuracies", "decision"),
    [
        ([0.94], "reached"),
        ([0.86], "missed"),
        ([0.92], "again"),
        ([0.88], "again"),
        ([0.88, 0.92], "again"),
        ([0.88, 0.92, 0.91], "reached"),
        ([0.88, 0.92, 0.89], "undecided"),
        ([0.88, 0.88, 0.87], "missed"),
    ],
)
def test_decisions(accuracies: list[float], decision: str) -> None:
    assert RULE.decide(accuracies) == decision


def test_runs_are_averaged_and_never_repeated_until_one_passes() -> None:
    assert RULE.decide([0.85, 0.95]) == "again"
    assert RULE.decide([0.87, 0.88, 0.905]) == "undecided"


@given(st.integers(0, 10_000), st.floats(-0.05, 0.05))
def test_a_true_mean_far_from_the_threshold_is_decided_rightly(seed: int, shift: float) -> None:
    chance = random.Random(seed)
    runs: list[float] = []
    decision = "again"
    while decision == "again":
        runs.append(0.9 + shift + max(-0.03, min(0.03, chance.gauss(0, 0.01))))
        decision = RULE.decide(runs)
    if shift >= 0.03:
        assert decision == "reached"
    if shift < -0.03:
        assert decision != "reached"


def test_a_spread_for_want_of_a_measured_one() -> None:
    assert binomial_spread(0.9, 360) == pytest.approx(0.0158, abs=1e-4)


def test_runs_add_up() -> None:
    assert Accuracy(300, 360) + Accuracy(340, 360) == Accuracy(640, 720)


@pytest.mark.parametrize(
    ("accuracy", "credit"), [(0.95, 1.0), (0.9, 1.0), (0.75, 0.5), (0.6, 0.0), (0.1, 0.0)]
)
def test_credit_falls_in_a_line(accuracy: float, credit: float) -> None:
    assert band_credit(accuracy, 0.9, 0.6) == pytest.approx(credit)
