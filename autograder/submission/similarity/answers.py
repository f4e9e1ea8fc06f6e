"""Which hand-ins give the same unusual answers: wrong ones, and right ones typed in the same odd way."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from autograder.submission.similarity.chance import Law, bits
from autograder.submission.similarity.work import Said

LEAST: Final = 0.3
# Before a class has said anything: eight answers of which any two agree with this probability.
_PRIOR_PAIRS: Final = 56
_PRIOR_AGREE: Final = 0.25
_SPACES = re.compile(r"[\s$]+")

Key = tuple[str, str, str]


@dataclass(frozen=True)
class AnswerMatch:
    """Two hand-ins, by their numbers, that agree in unusual answers: the question and who else has it."""

    left: int
    right: int
    likeness: float
    chance: float
    shared: tuple[tuple[str, int], ...]


def answer_matches(
    said: Sequence[Sequence[Said]], related: Callable[[int, int], bool], alarm: float
) -> list[AnswerMatch]:
    """The pairs that chance explains less than `alarm` times in a class, the surest first."""
    size = len(said)
    keys = [frozenset(map(_key, answers)) for answers in said]
    holders: dict[Key, list[int]] = defaultdict(list)
    for number, held in enumerate(keys):
        for key in held:
            holders[key].append(number)
    weights = {key: bits(len(who), size) for key, who in holders.items()}
    totals = [math.fsum(weights[key] for key in held) for held in keys]
    agree = _agreement(holders, Counter(key[:2] for held in keys for key in held), weights)
    best, candidates = np.zeros(size), []
    for left, held in enumerate(keys):
        common: dict[int, list[Key]] = defaultdict(list)
        for key in sorted(held):
            for right in holders[key] if weights[key] else ():
                if right != left and not related(left, right):
                    common[right].append(key)
        for right, shared in common.items():
            both = math.fsum(weights[key] for key in shared)
            likeness = both / (totals[left] + totals[right] - both)
            best[left] = max(best[left], likeness)
            if left < right and likeness >= LEAST:
                candidates.append((left, right, likeness, shared))
    if not candidates:
        return []
    law, pairs = Law.of(best.tolist()), size * (size - 1) / 2
    found = [
        AnswerMatch(
            left,
            right,
            likeness,
            max(law.expected(likeness), pairs * _luck([key[:2] for key in shared], agree)),
            tuple((key[0], len(holders[key])) for key in shared),
        )
        for left, right, likeness, shared in candidates
    ]
    kept = [match for match in found if match.chance < alarm]
    return sorted(kept, key=lambda match: (match.chance, -match.likeness, match.left, match.right))


def _key(said: Said) -> Key:
    """What is counted: of a wrong answer what it means, of a right one how it is typed."""
    if said.is_right:
        return (said.question, "typed", _SPACES.sub(" ", said.text).strip())
    return (said.question, "wrong", said.meaning)


def _agreement(
    holders: Mapping[Key, Sequence[int]],
    answered: Mapping[tuple[str, str], int],
    weights: Mapping[Key, float],
) -> dict[tuple[str, str], float]:
    """For each question the probability that two hand-ins give the same unusual answer."""
    size = 1 + max((number for who in holders.values() for number in who), default=0)
    equal: Counter[tuple[str, str]] = Counter()
    for key, who in holders.items():
        if weights[key]:
            equal[key[:2]] += len(who) * (len(who) - 1)
    pairs = size * (size - 1) + _PRIOR_PAIRS
    return {group: (equal[group] + _PRIOR_PAIRS * _PRIOR_AGREE) / pairs for group in answered}


def _luck(shared: Sequence[tuple[str, str]], agree: Mapping[tuple[str, str], float]) -> float:
    """Chernoff's bound of the probability that two hand-ins agree in as much that is as rare."""
    surprise = math.fsum(-math.log(agree[group]) for group in shared)
    rates = np.array([agree[group] for group in sorted(agree)])
    powers = np.linspace(0.0, 1.0, 41)[:, None]
    growth = np.log1p(rates ** (1 - powers) - rates).sum(axis=1)
    return float(np.exp(min(0.0, (growth - powers[:, 0] * surprise).min())))
