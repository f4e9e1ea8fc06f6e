"""Small numbers at which two different rational functions have different values."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from autograder.symbolic.arithmetic import exact, fraction
from autograder.symbolic.domain import Domain
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.sample import boundary_values


def generators_of(ratios: Ratios, *values: Ratio) -> frozenset[str]:
    """The generators that really occur in some of the values."""
    used: set[str] = set()
    for value in values:
        for polynomial in (value.numerator, value.denominator):
            degrees = zip(sorted(ratios.generators), polynomial.degrees(), strict=True)
            used |= {name for name, degree in degrees if degree > 0}
    return frozenset(used)


_VALUES: Final = tuple(
    Fraction(n, d)
    for n, d in ((3, 1), (2, 1), (1, 1), (1, 2), (1, 3), (3, 4), (5, 1), (7, 1), (-1, 1), (-2, 1))
)


def candidates(domain: Domain) -> tuple[Fraction, ...]:
    """Simple values of a domain, the ones that hide least first."""
    inside = tuple(value for value in _VALUES if value in domain)
    return inside or tuple(dict.fromkeys(boundary_values(domain)))


def _assignments(
    choices: Sequence[Sequence[Fraction]], seed: int
) -> Iterator[tuple[Fraction, ...]]:
    """Values for every generator: alike first, then at random."""
    chance = random.Random(seed)
    for place in range(3):
        yield tuple(values[min(place, len(values) - 1)] for values in choices)
    for width in (3, 10):
        for _ in range(40):
            yield tuple(chance.choice(values[:width]) for values in choices)


def value_at(ratio: Ratio, values: Sequence[Fraction]) -> Fraction | None:
    """The value of a rational function, or None where its denominator vanishes."""
    point = [exact(value) for value in values]
    bottom = ratio.denominator(*point)
    return None if bottom == 0 else fraction(ratio.numerator(*point) / bottom)


def separate(
    ratios: Ratios,
    left: Ratio,
    right: Ratio,
    domains: Mapping[str, Domain] | None = None,
    seed: int = 0,
) -> tuple[dict[str, Fraction], Fraction | None, Fraction | None] | None:
    """Values of the generators at which the two functions differ, and their values there."""
    names = sorted(ratios.generators)
    known = domains or {}
    choices = [candidates(known.get(name, Domain())) for name in names]
    for values in _assignments(choices, seed):
        a, b = value_at(left, values), value_at(right, values)
        if a != b:
            return dict(zip(names, values, strict=True)), a, b
    return None
