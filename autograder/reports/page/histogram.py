"""The distribution of totals as a drawing, and the stacked bar of one question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.reports.page.axes import ACROSS, BASE, LEFT, UP, Tick, rounded

_STEPS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_MOST_BINS: Final = 20
_MOST_TICKS: Final = 8
_GAP: Final = 2.0


@dataclass(frozen=True)
class Bar:
    """A bin from `low` to `high` points: final totals in it, and on top those still open."""

    low: float
    high: float
    final: int
    open: int
    x: float
    width: float
    final_height: float
    open_height: float

    @property
    def count(self) -> int:
        """All totals in it."""
        return self.final + self.open


@dataclass(frozen=True)
class Histogram:
    """Totals in bins of one width, from 0 to what is possible; a full total is in the last bin."""

    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def histogram(final: Sequence[float], still_open: Sequence[float], possible: float) -> Histogram:
    """The histogram of totals in points."""
    step = next((s for s in _STEPS if possible / s <= _MOST_BINS), possible / _MOST_BINS)
    bins = max(1, math.ceil(round(possible / step, 9)))
    done, waiting = _counted(final, step, bins), _counted(still_open, step, bins)
    marks = _whole_numbers(max(a + b for a, b in zip(done, waiting, strict=True)))
    scale, width = UP / marks[-1], ACROSS / bins
    bars = tuple(
        Bar(
            rounded(place * step),
            rounded(min(possible, (place + 1) * step)),
            done[place],
            waiting[place],
            rounded(LEFT + place * width + _GAP / 2),
            rounded(width - _GAP),
            rounded(done[place] * scale),
            rounded(waiting[place] * scale),
        )
        for place in range(bins)
    )
    every = max(1, math.ceil(bins / _MOST_TICKS))
    x_ticks = (Tick(rounded(LEFT + n * width), f"{n * step:g}") for n in range(0, bins + 1, every))
    y_ticks = (Tick(rounded(BASE - n * scale), str(n)) for n in marks)
    return Histogram(bars, tuple(x_ticks), tuple(y_ticks))


def _counted(totals: Sequence[float], step: float, bins: int) -> list[int]:
    """How many totals are in each bin; rounding does not push a total below its bin."""
    counts = [0] * bins
    for total in totals:
        counts[min(bins - 1, max(0, int(total / step + 1e-9)))] += 1
    return counts


def _whole_numbers(most: int) -> list[int]:
    """Marks from 0 to the first that is not below the most, about four of them."""
    step = next((int(s) for s in _STEPS if s >= 1 and most / s <= 4), max(1, most))
    return list(range(0, max(1, math.ceil(most / step)) * step + 1, step))


@dataclass(frozen=True)
class Piece:
    """A part of a stacked bar, in percent of its width."""

    name: str
    count: int
    x: float
    width: float


def stacked(counts: Mapping[str, int]) -> tuple[Piece, ...]:
    """The parts of a bar that is as wide as all counts together; those of nothing are left out."""
    total = sum(counts.values())
    pieces, place = [], 0
    for name, count in counts.items():
        if count:
            x, width = rounded(100 * place / total), rounded(100 * count / total)
            pieces.append(Piece(name, count, x, width))
        place += count
    return tuple(pieces)
