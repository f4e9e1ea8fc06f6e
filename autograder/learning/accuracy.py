"""Accuracies with their uncertainty, and a decision that says when it cannot decide."""

from __future__ import annotations

import math
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


Decision = Literal["reached", "missed", "close"]


def decide(accuracy: Accuracy, threshold: float) -> Decision:
    """Whether a threshold is reached; `close` when it is missed by less than chance can do.

    What is close is run again with another seed and judged on all runs together, never run until it
    passes.
    """
    if accuracy.value >= threshold:
        return "reached"
    return "close" if accuracy.interval()[1] >= threshold else "missed"


def band_credit(accuracy: float, full: float, zero: float) -> float:
    """Full credit from `full` on, none up to `zero`, a straight line between."""
    if accuracy >= full:
        return 1.0
    if accuracy <= zero:
        return 0.0
    return (accuracy - zero) / (full - zero)
