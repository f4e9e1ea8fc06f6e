"""Values of one symbol's domain: those at which formulas most often differ, and random ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from autograder.symbolic.domain import Domain

Value = Fraction | tuple[Fraction, Fraction]

_SMALL: Final = tuple(Fraction(n) for n in (1, 2, 0, 3, -1, 4, -2, 5))
_SIMPLE: Final = tuple(
    Fraction(n, d) for n, d in ((1, 1), (2, 1), (1, 2), (0, 1), (3, 1), (-1, 1), (-1, 2), (-3, 2))
)
_SHARES: Final = tuple(Fraction(n, d) for n, d in ((1, 2), (1, 3), (9, 10), (1, 10), (3, 4)))
_REACHES: Final = (6, 12, 24, 24, 60)
NEAR: Final = (6, 6, 12)
_COMPLEX: Final = tuple(
    (Fraction(a), Fraction(b))
    for a, b in ((1, 1), (0, 1), (-2, 1), (1, 0), (-1, -1), (0, -2), (2, -3), (-1, 0), (0, 0))
)


def boundary_values(domain: Domain) -> list[Fraction]:
    """The values of a domain at which formulas most often differ: its ends, 0, 1, 2, halves."""
    ends = [end for end in (domain.low, domain.high) if end is not None]
    if domain.set == "integer":
        candidates = [*(end + step for end in ends for step in (0, 1, -1, 2)), *_SMALL]
    elif domain.low is not None and domain.high is not None:
        width = domain.high - domain.low
        candidates = [*(domain.low + share * width for share in _SHARES), *ends]
    else:
        candidates = [
            *ends,
            *_SIMPLE,
            *(end + step for end in ends for step in (1, Fraction(1, 2))),
        ]
    return list(dict.fromkeys(value for value in candidates if value in domain)) or [
        _inside(domain)
    ]


def random_value(
    domain: Domain, chance: random.Random, reaches: Sequence[int] = _REACHES
) -> Fraction:
    """A random exact value of a domain, small more often than large."""
    for _ in range(100):
        value = _draw(domain, chance.choice(reaches), chance)
        if value in domain:
            return value
    return _inside(domain)


def complex_values(domain: Domain) -> list[Value]:
    """Complex numbers at which formulas differ: in every quadrant and on every axis."""
    return [pair for pair in _COMPLEX if any(pair) or not domain.nonzero]


def random_complex(domain: Domain, chance: random.Random) -> Value:
    """A random complex number with rational parts."""
    parts = [Fraction(chance.randint(-12, 12), chance.choice((1, 2, 3))) for _ in range(2)]
    if domain.nonzero and not any(parts):
        return Fraction(1), Fraction(1)
    return parts[0], parts[1]


def _draw(domain: Domain, reach: int, chance: random.Random) -> Fraction:
    if domain.set == "integer":
        low = domain.low if domain.low is not None else Fraction(-reach)
        high = domain.high if domain.high is not None else max(low, Fraction(0)) + reach
        return Fraction(chance.randint(-(-low // 1), high // 1))
    if domain.low is not None and domain.high is not None:
        return domain.low + Fraction(chance.randint(0, 97), 97) * (domain.high - domain.low)
    value = Fraction(chance.randint(-9 * reach, 9 * reach), chance.randint(2, 11))
    if domain.low is not None:
        return domain.low + abs(value)
    return domain.high - abs(value) if domain.high is not None else value


def _inside(domain: Domain) -> Fraction:
    """Some value of a narrow domain."""
    low, high = domain.low, domain.high
    if low is not None and high is not None:
        middle = (low + high) / 2
        return Fraction(round(middle)) if domain.set == "integer" else middle
    return Fraction(1) if high is None or high >= 1 else high - 1
