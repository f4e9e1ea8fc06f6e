"""How often a class in which nobody copied would show two hand-ins that agree as much as these two.

Two bounds, of which the weaker counts. The first looks at the class: how alike each hand-in is to the one
most like it follows Gumbel's law, as the best of many always does; its lower half, which copies do not
reach as long as most hand-ins are honest, gives the law's parameters. The second counts bits: what one
hand-in in thirty shares with another by chance is worth five, and a pair has to collect more of them than
all pairs of the class together would by luck.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

ALARM: Final = 0.05
SPREAD: Final = 0.04  # the least spread of a class's likenesses; small classes show too little
RARE: Final = 0.1  # what more than this part of a class shares is no evidence
FEWEST: Final = 4  # but what so few share always may be
_UNSEEN: Final = 8  # a class smaller than this tells nothing about what is rare


@dataclass(frozen=True)
class Law:
    """Gumbel's law of the likeness of each hand-in to the one most like it."""

    place: float
    spread: float
    size: int

    @classmethod
    def of(cls, best: Sequence[float]) -> Law:
        """The law of a class, from the likeness of each of its hand-ins to the most similar one."""
        quarter, half = np.quantile(np.asarray(best, float), (0.25, 0.5)).tolist()
        # Gumbel's quantile at q is place - spread * log(-log q).
        spread = max((half - quarter) / math.log(2), SPREAD)
        return cls(half + spread * math.log(math.log(2)), spread, len(best))

    def expected(self, likeness: float) -> float:
        """How many pairs at least as alike such a class has by chance."""
        steps = (likeness - self.place) / self.spread
        return self.size / 2 * math.exp(min(0.0, -steps))


def bits(held_by: int, size: int) -> float:
    """What it says that two of a class share something which `held_by` of its `size` hand-ins have."""
    if held_by > max(RARE * size, FEWEST):
        return 0.0
    return max(0.0, math.log2(max(size, _UNSEEN) / held_by))


def expected_by_luck(evidence: float, size: int) -> float:
    """How many pairs of a class collect so many bits by luck."""
    return size * (size - 1) / 2 * math.pow(2.0, -min(evidence, 1000.0))
