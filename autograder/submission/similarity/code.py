"""Which hand-ins have code in common that is neither given nor common in the class."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from autograder.submission.similarity.chance import Law, bits, expected_by_luck
from autograder.submission.similarity.prints import Prints

LEAST: Final = 0.3  # less than this in common is never shown
CHOICE: Final = 40  # so many tokens count as one choice: what follows in them follows from it

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CodeMatch:
    """Two hand-ins, by their numbers, that agree in code.

    `likeness` is the part (0 to 1) of what either has of its own that both have, rare things weighing
    more; `chance` how many such pairs a class without copies has; `rare` the fingerprints that tell.
    """

    left: int
    right: int
    likeness: float
    chance: float
    rare: frozenset[int]


def code_matches(
    prints: Sequence[Prints], related: Callable[[int, int], bool], alarm: float
) -> list[CodeMatch]:
    """The pairs that chance explains less than `alarm` times in a class, the surest first.

    `related` tells pairs that are none, such as two hand-ins of one student.
    """
    if len(prints) < 2:
        return []
    index = _Index(prints)
    best = np.zeros(len(prints))
    candidates: list[tuple[int, int, float]] = []
    for left in range(len(prints)):
        likeness = index.likeness(left)
        for right in np.flatnonzero(likeness >= LEAST).tolist():
            if related(left, right):
                likeness[right] = 0.0
            elif left < right:
                candidates.append((left, right, float(likeness[right])))
        best[left] = likeness.max()
    law = Law.of(best.tolist())
    found = [
        CodeMatch(left, right, likeness, chance, index.rare(left, right))
        for left, right, likeness in candidates
        if (chance := max(law.expected(likeness), index.luck(left, right))) < alarm
    ]
    return sorted(found, key=lambda match: (match.chance, -match.likeness, match.left, match.right))


class _Index:
    """Who has which fingerprint, and what it weighs."""

    def __init__(self, prints: Sequence[Prints]) -> None:
        self.prints = prints
        self.size = len(prints)
        each = [np.unique(one.hashes) for one in prints]
        owners = np.repeat(np.arange(self.size), [len(hashes) for hashes in each])
        self.known, numbers, counts = np.unique(
            np.concatenate(each), return_inverse=True, return_counts=True
        )
        by_count = {count: bits(count, self.size) for count in set(counts.tolist())}
        self.weights = np.array([by_count[count] for count in counts.tolist()])
        self.owners = owners[np.argsort(numbers, kind="stable")]
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        bounds = np.concatenate([[0], np.cumsum([len(hashes) for hashes in each])])
        self.own = [numbers[a:b] for a, b in itertools.pairwise(bounds.tolist())]
        self.totals = np.array([self.weights[own].sum() for own in self.own])

    def likeness(self, left: int) -> Floats:
        """What each hand-in has in common with this one, as a part of what either has; 0 for itself."""
        shared = np.zeros(self.size)
        for number in self.own[left].tolist():
            if weight := self.weights[number]:
                shared[self.owners[self.starts[number] : self.starts[number + 1]]] += weight
        either = self.totals[left] + self.totals - shared
        likeness: Floats = np.divide(shared, either, out=np.zeros(self.size), where=either > 0)
        likeness[left] = 0.0
        return likeness

    def rare(self, left: int, right: int) -> frozenset[int]:
        """The fingerprints that both have and few others."""
        common = np.intersect1d(self.own[left], self.own[right])
        return frozenset(self.known[common[self.weights[common] > 0]].tolist())

    def luck(self, left: int, right: int) -> float:
        """How many pairs of the class share by luck as many rare choices as these two."""
        common = np.intersect1d(self.own[left], self.own[right])
        evidence = min(self._evidence(side, common) for side in (left, right))
        return expected_by_luck(evidence, self.size)

    def _evidence(self, side: int, common: Places) -> float:
        """The bits of the common fingerprints, the rarest of each choice."""
        one = self.prints[side]
        numbers = np.searchsorted(self.known, one.hashes)
        shared = np.isin(numbers, common)
        best: dict[int, float] = {}
        places, weights = one.places[shared].tolist(), self.weights[numbers[shared]].tolist()
        for place, weight in zip(places, weights, strict=True):
            best[place // CHOICE] = max(best.get(place // CHOICE, 0.0), weight)
        return sum(best.values())
