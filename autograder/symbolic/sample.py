"""Sample points of a question's symbols: boundary values first, then random exact rationals.

The points are a function of the domains, the conditions and the seed alone, so that a grade can be
made again. Small integers are frequent, because students err at 0, 1 and 2; every floor, maximum
and absolute value near a tie is met there. Equations and divisibilities among the conditions are
solved for a symbol, not waited for.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from autograder.symbolic.arithmetic import Reals
from autograder.symbolic.balls import Complex, Real, exact
from autograder.symbolic.complexes import Complexes, gaussian
from autograder.symbolic.conditions import Condition
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import Evaluator, Undefined
from autograder.symbolic.meet import met
from autograder.symbolic.values import (
    NEAR,
    Value,
    boundary_values,
    complex_values,
    random_complex,
    random_value,
)

__all__ = [
    "MEMBERS",
    "POINTS",
    "Point",
    "Points",
    "boundary_values",
    "complexity",
    "random_value",
    "sample_points",
]

POINTS: Final = 64
MEMBERS: Final = 8
# So many draws in a row without a new point mean that the domain has no more within reach.
_MOST_FAILURES: Final = 400
_MOST_REPEATED: Final = 200
# The first draws stay near zero, where sums have few terms to add.
_NEAR_DRAWS: Final = 40


@dataclass(frozen=True)
class Point:
    """A value for every symbol, and the first members of every family (from index 1).

    A complex value is the pair of its real and its imaginary part. `zeroth` holds the members of
    index 0, which sums that start there need.
    """

    symbols: Mapping[str, Any]
    families: Mapping[str, Sequence[Fraction]] = field(default_factory=dict)
    zeroth: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def is_complex(self) -> bool:
        """Whether some value is complex."""
        return any(isinstance(value, tuple) for value in self.symbols.values())

    def evaluator(self) -> Evaluator[Real]:
        """An evaluator of real formulas at this point."""
        if self.is_complex:
            return self.complex_evaluator()
        values = {name: exact(value) for name, value in self.symbols.items()}
        return Evaluator(Reals(), values, self)

    def complex_evaluator(self) -> Evaluator[Any]:
        """An evaluator of formulas with complex numbers."""
        values: dict[str, Complex] = {
            name: gaussian(*value) if isinstance(value, tuple) else exact(value)
            for name, value in self.symbols.items()
        }
        return Evaluator[Complex](Complexes(), values, self)

    def member(self, family: str, index: int) -> Real:
        """The member of a family at this point.

        Raises:
            Undefined: there is no such member.
        """
        if index == 0 and family in self.zeroth:
            return exact(self.zeroth[family])
        members = self.families.get(family, ())
        if not 1 <= index <= len(members):
            raise Undefined(f"{family}[{index}] is outside the family")
        return exact(members[index - 1])

    def describe(self) -> dict[str, str]:
        """Each symbol with its value, for people and JSON."""
        shown = {name: _shown(value) for name, value in self.symbols.items()}
        for name, members in self.families.items():
            shown[name] = "(" + ", ".join(str(value) for value in members) + ")"
        return shown


def _shown(value: Value) -> str:
    if not isinstance(value, tuple):
        return str(value)
    real, imaginary = value
    size = "" if abs(imaginary) == 1 else f"{abs(imaginary)}"
    turned = f"{size}i" if "/" not in size else f"({size})i"
    if real == 0:
        return turned if imaginary > 0 else f"-{turned}"
    return f"{real} {'+' if imaginary > 0 else '-'} {turned}"


class Points:
    """The points of one set of symbols, drawn as they are asked for."""

    def __init__(
        self,
        domains: Mapping[str, Domain],
        families: Mapping[str, Domain],
        conditions: Sequence[Condition] = (),
        *,
        seed: int = 0,
        count: int = POINTS,
    ) -> None:
        drawn = _draw_points(domains, families, conditions, seed=seed)
        self._source = itertools.islice(drawn, count)
        self._drawn: list[Point] = []

    def first(self, count: int) -> list[Point]:
        """The first so many points, or fewer where the domain has no more."""
        missing = count - len(self._drawn)
        self._drawn += itertools.islice(self._source, max(missing, 0))
        return self._drawn[:count]

    def all(self) -> list[Point]:
        """Every point."""
        self._drawn += self._source
        return self._drawn


def sample_points(
    domains: Mapping[str, Domain],
    families: Mapping[str, Domain],
    conditions: Sequence[Condition] = (),
    *,
    seed: int = 0,
    count: int = POINTS,
) -> list[Point]:
    """Up to `count` distinct points that meet the conditions, boundary points first."""
    return Points(domains, families, conditions, seed=seed, count=count).all()


def _draw_points(
    domains: Mapping[str, Domain],
    families: Mapping[str, Domain],
    conditions: Sequence[Condition],
    *,
    seed: int,
) -> Iterator[Point]:
    chance = random.Random(f"{seed}:{sorted(domains)}:{sorted(families)}")
    seen: set[Hashable] = set()
    failures = 0
    most = _MOST_FAILURES if conditions else _MOST_REPEATED
    for values in _candidates(domains, chance, small=bool(families)):
        failures += 1
        if failures > most:
            return
        if values in seen and not families:
            continue
        seen.add(values)
        point = met(_point(domains, values, families, chance), domains, conditions)
        if point is None:
            continue
        moved = tuple(point.symbols.values())
        if moved != values and moved in seen and not families:
            continue
        seen.add(moved)
        failures = 0
        yield point
        if not domains and not families:
            return


def _point(
    domains: Mapping[str, Domain],
    values: tuple[Value, ...],
    families: Mapping[str, Domain],
    chance: random.Random,
) -> Point:
    return Point(
        dict(zip(domains, values, strict=True)),
        {name: _members(domain, chance) for name, domain in families.items()},
        {name: random_value(domain, chance) for name, domain in families.items()},
    )


# How many boundary values of each symbol are combined with all of the others, by their number.
_BOUNDARY_DEPTH: Final = {1: 8, 2: 4, 3: 3}


def _candidates(
    domains: Mapping[str, Domain], chance: random.Random, *, small: bool
) -> Iterator[tuple[Value, ...]]:
    """Boundary values in all combinations where they are few, then random values without end."""
    boundaries = [_boundary(domain) for domain in domains.values()]
    depth = _BOUNDARY_DEPTH.get(len(domains), 2)
    combinations = itertools.product(*(values[:depth] for values in boundaries))
    yield from itertools.islice(combinations, 32)
    for number in itertools.count():
        near = number < _NEAR_DRAWS
        yield tuple(
            chance.choice(values) if chance.random() < 0.4 else _random(domain, chance, small, near)
            for domain, values in zip(domains.values(), boundaries, strict=True)
        )


def _boundary(domain: Domain) -> list[Value]:
    if domain.set == "complex":
        return complex_values(domain)
    return list(boundary_values(domain))


def _random(domain: Domain, chance: random.Random, small: bool, near: bool) -> Value:
    if domain.set == "complex":
        return random_complex(domain, chance)
    value = random_value(domain, chance, NEAR) if near else random_value(domain, chance)
    if small and domain.set == "integer" and value > MEMBERS:
        # beyond the members of the families there is nothing to add up
        clipped = 1 + value % MEMBERS
        return clipped if clipped in domain else value
    return value


def _members(domain: Domain, chance: random.Random) -> tuple[Fraction, ...]:
    return tuple(random_value(domain, chance) for _ in range(MEMBERS))


def complexity(point: Point) -> Fraction:
    """How hard a point is to compute with by hand; the smallest counterexample has the least."""
    parts: list[Fraction] = [*itertools.chain(*point.families.values())]
    for value in point.symbols.values():
        parts += value if isinstance(value, tuple) else (value,)
    return Fraction(
        sum(abs(part.numerator) + 4 * (part.denominator - 1) + 2 * (part < 0) for part in parts)
    )
