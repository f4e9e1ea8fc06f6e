"""The accuracies of a class with their intervals as a drawing, the best on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from autograder.checks.outcome import Outcome
from autograder.reports.page.axes import TOP, WIDTH, Tick, floor_of, levels, rounded, whole
from autograder.reports.page.standing import standing

_INSET: Final = 24.0  # room for the first and the last label
_USUAL_HEIGHT: Final = 600.0
_LEAST_STEP: Final = 3.0
_MOST_STEP: Final = 12.0


@dataclass(frozen=True)
class Whisker:
    """An accuracy with its 99 % interval, as shares of 1, and where they are drawn."""

    entry: str
    value: float
    low: float
    high: float
    standing: str
    y: float = 0.0
    x: float = 0.0
    left: float = 0.0
    right: float = 0.0


@dataclass(frozen=True)
class Whiskers:
    """Accuracies of a class, the best on top, with what is asked for where it is the same for all."""

    rows: tuple[Whisker, ...]
    height: float
    x_ticks: tuple[Tick, ...]
    threshold: float | None


def whisker(entry: str, outcome: Outcome) -> Whisker | None:
    """The accuracy in an outcome's data; None where there is none."""
    value, interval = outcome.data.get("accuracy"), outcome.data.get("interval")
    if not isinstance(value, (int, float)) or not isinstance(interval, (list, tuple)):
        return None
    low, high = interval
    return Whisker(entry, float(value), float(low), float(high), standing(outcome))


def whiskers(found: Sequence[Whisker], threshold: float | None) -> Whiskers | None:
    """The drawing of the accuracies, None without any."""
    if not found:
        return None
    floor = floor_of([*(w.low for w in found), threshold or 1.0])
    step = max(_LEAST_STEP, min(_MOST_STEP, _USUAL_HEIGHT / len(found)))

    def across(value: float) -> float:
        return rounded(_INSET + (WIDTH - 2 * _INSET) * (value - floor) / (1 - floor))

    rows = tuple(
        Whisker(
            w.entry, w.value, w.low, w.high, w.standing,
            rounded(TOP + step * (place + 0.5)), across(w.value), across(w.low), across(w.high),
        )
        for place, w in enumerate(sorted(found, key=lambda w: (-w.value, w.entry)))
    )  # fmt: skip
    return Whiskers(
        rows,
        rounded(TOP + step * len(rows)),
        tuple(Tick(across(level), whole(level)) for level in levels(floor)),
        None if threshold is None else across(threshold),
    )
