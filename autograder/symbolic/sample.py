"""Sample points of a question's symbols: boundary values first, then random exact rationals.

The points are a function of the domains, the conditions and the seed alone, so that a grade can be
made again. Small integers are frequent, because students err at 0, 1 and 2; every floor, maximum
and absolute value near a tie is met there.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from autograder.symbolic.arithmetic import Real, Reals, exact
from autograder.symbolic.conditions import Condition
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import Evaluator, Undefined

POINTS: Final = 64
MEMBERS: Final = 8
_ATTEMPTS_PER_POINT: Final = 60
_SMALL: Final = tuple(Fraction(n) for n in (1, 2, 0, 3, -1, 4, -2, 5))
_SIMPLE: Final = tuple(
    Fraction(n, d) for n, d in ((1, 1), (2, 1), (1, 2), (0, 1), (3, 1), (-1, 1), (-1, 2), (-3, 2))
)
_SHARES: Final = tuple(Fraction(n, d) for n, d in ((1, 2), (1, 3), (9, 10), (1, 10), (3, 4)))
_REACHES: Final = (6, 12, 24, 48)
# With families, an integer is mostly a length, and no family is longer than its members.
_LENGTHS: Final = (2, 4, 6)
_MOST_STALE: Final = 100


@dataclass(frozen=True)
class Point:
    """A value for every symbol, and the first members of every family (from index 1)."""

    symbols: Mapping[str, Fraction]
    families: Mapping[str, Sequence[Fraction]] = field(default_factory=dict)

    def evaluator(self) -> Evaluator[Real]:
        """An evaluator of formulas at this point."""
        values: dict[str, Real] = {name: exact(value) for name, value in self.symbols.items()}
        return Evaluator(Reals(), values, self)

    def member(self, family: str, index: int) -> Real:
        """The member of a family at this point.

        Raises:
            Undefined: there is no such member.
        """
        members = self.families.get(family, ())
        if not 1 <= index <= len(members):
            raise Undefined(f"{family}[{index}] is outside the family")
        return exact(members[index - 1])

    def describe(self) -> dict[str, str]:
        """Each symbol with its value, for people and JSON."""
        shown = {name: str(value) for name, value in self.symbols.items()}
        for name, members in self.families.items():
            shown[name] = "(" + ", ".join(str(value) for value in members) + ")"
        return shown


def sample_points(
    domains: Mapping[str, Domain],
    families: Mapping[str, Domain],
    conditions: Sequence[Condition] = (),
    *,
    seed: int = 0,
    count: int = POINTS,
) -> list[Point]:
    """Up to `count` distinct points that meet the conditions, boundary points first."""
    chance = random.Random(f"{seed}:{sorted(domains)}:{sorted(families)}")
    points: list[Point] = []
    seen: set[Hashable] = set()
    stale = 0
    reaches = _LENGTHS if families else _REACHES
    candidates = _candidates(domains, chance, reaches)
    for values in itertools.islice(candidates, count * _ATTEMPTS_PER_POINT):
        members = {name: _members(domain, chance) for name, domain in families.items()}
        key = (values, *members.values())
        stale = stale + 1 if key in seen else 0
        if stale > _MOST_STALE:  # the domain has no more values
            break
        if stale:
            continue
        seen.add(key)
        point = Point(dict(zip(domains, values, strict=True)), members)
        if all(condition.holds(point.evaluator()) for condition in conditions):
            points.append(point)
        if len(points) == count or (not domains and not families):
            break
    return points


def _candidates(
    domains: Mapping[str, Domain], chance: random.Random, reaches: Sequence[int]
) -> Iterator[tuple[Fraction, ...]]:
    """Boundary values in all combinations where they are few, then random values without end."""
    boundaries = [boundary_values(domain) for domain in domains.values()]
    depth = 3 if len(domains) <= 3 else 2
    combinations = itertools.product(*(values[:depth] for values in boundaries))
    yield from itertools.islice(combinations, 32)
    while True:
        yield tuple(
            chance.choice(values)
            if chance.random() < 0.4
            else random_value(domain, chance, reaches)
            for domain, values in zip(domains.values(), boundaries, strict=True)
        )


def _members(domain: Domain, chance: random.Random) -> tuple[Fraction, ...]:
    return tuple(random_value(domain, chance) for _ in range(MEMBERS))


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


def complexity(point: Point) -> Fraction:
    """How hard a point is to compute with by hand; the smallest counterexample has the least."""
    values = [*point.symbols.values(), *itertools.chain(*point.families.values())]
    return Fraction(
        sum(
            abs(value.numerator) + 4 * (value.denominator - 1) + 2 * (value < 0) for value in values
        )
    )
