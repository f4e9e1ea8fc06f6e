"""Accuracies with their uncertainty, and a decision that says when it cannot decide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

# The two-sided 99 % normal quantile.
_Z: Final = 2.5758293


@dataclass(frozen=True)
class Accuracy:
    """`correct` of `total` predictions, over one or several runs."""

    correct: int
    total: int

    @property
    def value(self) -> float:
        """The share that is correct."""
        return self.correct / self.total

    def interval(self) -> tuple[float, float]:
        """Wilson's 99 % score interval (Wilson, JASA 22, 1927)."""
        n, p = self.total, self.value
        centre = p + _Z**2 / (2 * n)
        spread = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        # Rounding must not push the value itself out of its interval.
        low, high = min(p, (centre - spread) / scale), max(p, (centre + spread) / scale)
        return max(0.0, low), min(1.0, high)

    def __add__(self, other: Accuracy) -> Accuracy:
        """Both runs together."""
        return Accuracy(self.correct + other.correct, self.total + other.total)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{100 * self.value:.1f} % (99 % interval {100 * low:.1f} to {100 * high:.1f} %)"


Decision = Literal["reached", "missed", "again", "undecided"]

# The one-sided 99.9 % normal quantile.
_SURE: Final = 3.0902


@dataclass(frozen=True)
class Rule:
    """Decides from the accuracies of runs with different seeds whether a threshold is reached.

    `spread` is the standard deviation from seed to seed. The mean of r runs has the spread s/√r; it is
    sure to be on one side of the threshold when it is 3.09 of these away (99.9 %, one-sided). Until
    then there is another run, up to `runs`. After the last, a mean at or above the threshold has
    reached it, and one that is below by less than chance can do stays undecided: a person looks.
    Runs are averaged, never repeated until one passes. Error rates: docs/models.md.
    """

    threshold: float
    spread: float
    runs: int

    def decide(self, accuracies: Sequence[float]) -> Decision:
        """What the runs so far allow to say."""
        above = sum(accuracies) / len(accuracies) - self.threshold
        reach = self.reach(len(accuracies))
        if above >= reach:
            return "reached"
        if above < -reach:
            return "missed"
        if len(accuracies) < self.runs:
            return "again"
        return "reached" if above >= 0 else "undecided"

    def reach(self, runs: int) -> float:
        """How far the mean of runs may be from its expectation by chance."""
        return _SURE * self.spread / math.sqrt(runs)


def binomial_spread(accuracy: float, images: int) -> float:
    """The spread that the choice of test images alone gives, for want of a measured one.

    It overstates how much runs on the same images differ, so it errs towards another run.
    """
    return math.sqrt(accuracy * (1 - accuracy) / images)


def band_credit(accuracy: float, full: float, zero: float) -> float:
    """Full credit from `full` on, none up to `zero`, a straight line between."""
    if accuracy >= full:
        return 1.0
    if accuracy <= zero:
        return 0.0
    return (accuracy - zero) / (full - zero)
