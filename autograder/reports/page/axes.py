"""The frame that all drawings share, in the units of an SVG's viewBox: x to the right, y downwards."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 640.0
HEIGHT: Final = 260.0
LEFT: Final = 48.0
RIGHT: Final = 12.0
TOP: Final = 12.0
BOTTOM: Final = 28.0
BASE: Final = HEIGHT - BOTTOM
ACROSS: Final = WIDTH - LEFT - RIGHT
UP: Final = BASE - TOP


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


def rounded(number: float) -> float:
    """A hundredth of a unit is finer than any screen."""
    return round(number, 2)


def whole(share: float) -> str:
    """`85`, of a hundred."""
    return f"{100 * share:.0f}"


def percent(share: float) -> str:
    """`85 %`; what is little is not nothing."""
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def floor_of(accuracies: Iterable[float]) -> float:
    """Where an axis of accuracies starts: the tenth below the lowest, 0.9 at most."""
    return math.floor(10 * max(0.0, min(0.9, *accuracies)) + 1e-9) / 10


def levels(floor: float) -> list[float]:
    """The marks of an axis of accuracies, from its start up to 1."""
    step = 0.02 if floor >= 0.9 else 0.1 if floor >= 0.5 else 0.2
    return [1 - step * n for n in range(int((1 - floor) / step + 1e-6), -1, -1)]
