from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.learning.accuracy import Accuracy, band_credit, decide


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


@pytest.mark.parametrize(
    ("correct", "decision"), [(360, "reached"), (324, "reached"), (320, "close"), (300, "missed")]
)
def test_decisions(correct: int, decision: str) -> None:
    assert decide(Accuracy(correct, 360), 0.9) == decision


def test_runs_add_up() -> None:
    assert Accuracy(300, 360) + Accuracy(340, 360) == Accuracy(640, 720)


@pytest.mark.parametrize(
    ("accuracy", "credit"), [(0.95, 1.0), (0.9, 1.0), (0.75, 0.5), (0.6, 0.0), (0.1, 0.0)]
)
def test_credit_falls_in_a_line(accuracy: float, credit: float) -> None:
    assert band_credit(accuracy, 0.9, 0.6) == pytest.approx(credit)
