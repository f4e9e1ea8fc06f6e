"""Training curves as a drawing: the accuracy after each epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograder.reports.page.axes import (
    ACROSS,
    LEFT,
    TOP,
    UP,
    Tick,
    floor_of,
    levels,
    rounded,
    whole,
)

_MOST_LINES: Final = 300
_MOST_TICKS: Final = 8
_INSET: Final = 6.0  # keeps the first and the last epoch off the frame
_DASH: Final = 5.0  # half the width of a lone point


@dataclass(frozen=True)
class Line:
    """One run: the points of an SVG polyline, and whose it is."""

    points: str
    label: str
    kind: str


@dataclass(frozen=True)
class Curves:
    """Runs over the epochs; `threshold` is the height of what is asked for, None if unknown."""

    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    threshold: float | None
    asked: float | None
    left_out: int = 0


@dataclass(frozen=True)
class Run:
    """The accuracy after each epoch, as shares of 1."""

    label: str
    values: tuple[float, ...]
    kind: str = "mine"


def runs(label: str, data: Mapping[str, Any]) -> list[Run]:
    """The runs in the data of a training question's outcome, those of a reference apart."""
    found = []
    for key, kind in (("reference_curves", "reference"), ("curves", "mine")):
        for values in data.get(key) or ():
            numbers = tuple(float(v) for v in values if isinstance(v, (int, float)))
            if numbers:
                name = label if kind == "mine" else "the reference"
                found.append(Run(name, numbers, kind))
    return found


def curves(found: Sequence[Run], threshold: float | None) -> Curves | None:
    """The drawing of the runs, references on top; None without any.

    The axis starts where the lowest run asks for it.
    """
    references = [run for run in found if run.kind == "reference"]
    models = [run for run in found if run.kind == "mine"]
    # Beside every model of a class trains the same reference.
    shown = [*models[:_MOST_LINES], *{run.values: run for run in references}.values()]
    if not shown:
        return None
    values = [value for run in shown for value in run.values]
    frame = _Frame(max(len(run.values) for run in shown), floor_of([*values, threshold or 1.0]))
    return Curves(
        tuple(Line(frame.path(run.values), run.label, run.kind) for run in shown),
        frame.x_ticks(),
        frame.y_ticks(),
        None if threshold is None else frame.height(threshold),
        threshold,
        max(0, len(models) - _MOST_LINES),
    )


@dataclass(frozen=True)
class _Frame:
    """Places in a chart of so many epochs, from this accuracy to 1."""

    epochs: int
    floor: float

    def across(self, epoch: int) -> float:
        share = (epoch - 1) / (self.epochs - 1) if self.epochs > 1 else 0.5
        return rounded(LEFT + _INSET + (ACROSS - 2 * _INSET) * share)

    def height(self, value: float) -> float:
        return rounded(TOP + UP * (1 - value) / (1 - self.floor))

    def path(self, values: Sequence[float]) -> str:
        """The points of a line; a lone one is drawn as a dash."""
        places = [(self.across(n), self.height(value)) for n, value in enumerate(values, 1)]
        if len(places) == 1:
            ((x, y),) = places
            places = [(x - _DASH, y), (x + _DASH, y)]
        return " ".join(f"{x:g},{y:g}" for x, y in places)

    def x_ticks(self) -> tuple[Tick, ...]:
        every = max(1, math.ceil(self.epochs / _MOST_TICKS))
        return tuple(Tick(self.across(n), str(n)) for n in range(1, self.epochs + 1, every))

    def y_ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self.height(v), whole(v)) for v in levels(self.floor))
