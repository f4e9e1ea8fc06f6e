"""Drawings hold every number they are given, inside their frame."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reports.page.axes import BASE, LEFT, TOP, WIDTH
from autograder.reports.page.curves import Run, curves, runs
from autograder.reports.page.histogram import histogram, stacked
from autograder.reports.page.intervals import whisker, whiskers
from tests.reports.page.samples import trained

shares = st.floats(0, 1)


@given(st.floats(0.1, 1000), st.lists(shares, max_size=50), st.lists(shares, max_size=50))
def test_a_histogram_counts_every_total_once(
    possible: float, final: list[float], still_open: list[float]
) -> None:
    chart = histogram([s * possible for s in final], [s * possible for s in still_open], possible)
    assert sum(bar.final for bar in chart.bars) == len(final)
    assert sum(bar.open for bar in chart.bars) == len(still_open)
    assert len(chart.bars) <= 20
    assert all(bar.final_height + bar.open_height <= BASE - TOP + 0.02 for bar in chart.bars)
    assert all(one.x + one.width < other.x for one, other in pairwise(chart.bars))
    assert 2 <= len(chart.y_ticks) <= 6
    assert len(chart.x_ticks) <= 9


def test_totals_stand_in_the_bin_they_belong_to() -> None:
    chart = histogram([0, 4.999, 5, 10, 48], [0.1 + 0.2], 48)
    assert [(bar.low, bar.final, bar.open) for bar in chart.bars if bar.count] == [
        (0, 2, 1), (5, 1, 0), (10, 1, 0), (45, 1, 0),
    ]  # fmt: skip
    assert chart.bars[-1].high == 48


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 500), min_size=1))
def test_a_stacked_bar_is_full(counts: dict[str, int]) -> None:
    pieces = stacked(counts)
    assert [piece.name for piece in pieces] == [name for name, count in counts.items() if count]
    if pieces:
        assert pieces[-1].x + pieces[-1].width == pytest.approx(100, abs=0.1)


@given(
    st.lists(st.lists(shares, min_size=1, max_size=12), min_size=1, max_size=5), st.none() | shares
)
def test_curves_stay_in_their_frame(lines: list[list[float]], threshold: float | None) -> None:
    drawn = curves([Run("a", tuple(line)) for line in lines], threshold)
    assert drawn is not None
    for line in drawn.lines:
        numbers = [float(number) for number in re.split("[ ,]", line.points)]
        assert all(LEFT <= x <= WIDTH for x in numbers[::2])
        assert all(TOP - 0.01 <= y <= BASE + 0.01 for y in numbers[1::2])
    assert threshold is None or TOP <= (drawn.threshold or 0) <= BASE + 0.01
    assert len(drawn.y_ticks) >= 2 and len(drawn.x_ticks) <= 12


def test_a_better_accuracy_is_drawn_higher() -> None:
    drawn = curves([Run("a", (0.5, 0.9))], 0.8)
    assert drawn is not None
    (x1, y1), (x2, y2) = (map(float, place.split(",")) for place in drawn.lines[0].points.split())
    assert x1 < x2 and y1 > y2
    assert y2 < (drawn.threshold or 0) < y1


def test_runs_are_read_from_the_data_of_a_training_question() -> None:
    data = {"curves": [[0.5, None, 0.75], []], "reference_curves": [[0.9]]}
    assert runs("mine", data) == [
        Run("the reference", (0.9,), "reference"),
        Run("mine", (0.5, 0.75)),
    ]
    assert runs("mine", {"tests": []}) == []
    assert curves([], 0.9) is None


def test_one_reference_is_drawn_once_however_many_models_there_are() -> None:
    one, other = Run("a", (0.5,)), Run("b", (0.6,))
    reference = Run("the reference", (0.9,), "reference")
    drawn = curves([reference, one, reference, other], None)
    assert drawn is not None
    assert [line.label for line in drawn.lines] == ["a", "b", "the reference"]
    crowd = curves([one] * 400, None)
    assert crowd is not None
    assert (len(crowd.lines), crowd.left_out) == (300, 100)


@given(st.lists(st.tuples(shares, shares, shares), min_size=1, max_size=300))
def test_intervals_stay_in_their_frame_the_best_on_top(rows: list[tuple[float, ...]]) -> None:
    data = [dict(zip(("low", "accuracy", "high"), sorted(row), strict=True)) for row in rows]
    found = [
        whisker(str(n), trained(data={**d, "interval": [d["low"], d["high"]]}))
        for n, d in enumerate(data)
    ]
    drawn = whiskers([one for one in found if one is not None], None)
    assert drawn is not None and len(drawn.rows) == len(rows)
    assert all(0 <= row.left <= row.x <= row.right <= WIDTH for row in drawn.rows)
    assert all(a.value >= b.value and a.y < b.y for a, b in pairwise(drawn.rows))
    assert drawn.rows[-1].y < drawn.height


def test_an_outcome_without_an_accuracy_has_no_interval() -> None:
    assert whisker("a", trained(data={})) is None
    assert whiskers([], 0.9) is None
