"""Says how a wrong formula misses the right one, in one line that gives the right one not away.

Both formulas are evaluated at a dozen sample points; whatever simple change turns one list of values into
the other is the diagnosis: a sign, a factor, a constant, a shifted index, two symbols swapped, a floor
for a ceiling, a term lost. The work is bounded by a number of evaluations.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Final

import flint
from flint import arb, fmpq

from autograder.symbolic import relations
from autograder.symbolic.arithmetic import Real
from autograder.symbolic.compare import Comparer
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.mutations import undone, wrong_versions
from autograder.symbolic.sample import Point
from autograder.symbolic.tree import Node, free_symbols

_POINTS: Final = 12
_ENOUGH: Final = 5
_EVALUATIONS: Final = 600
_TERMS: Final = 2_000
_BITS: Final = 160


def diagnose(comparer: Comparer, expected: Node, student: Node) -> str | None:
    """One line on what separates two different formulas, or None when nothing simple does."""
    names = free_symbols(expected) | free_symbols(student)
    domains = {name: comparer.table.symbols.get(name, Domain()) for name in sorted(names)}
    if any(domain.set == "complex" for domain in domains.values()):
        return None
    with flint.ctx.workprec(_BITS):
        found = _Values(comparer, expected, student).explanation(domains)
    if found:
        return found
    missing = sorted(free_symbols(expected) - free_symbols(student))
    if missing:
        shown = ", ".join(name.removesuffix("[]") for name in missing)
        return f"Your formula does not depend on {shown}."
    return None


class _Values:
    """The values of both formulas where both have one, and what relates them."""

    def __init__(self, comparer: Comparer, expected: Node, student: Node) -> None:
        self.expected = expected
        self.student = student
        self.left = _EVALUATIONS
        self.points: list[Point] = []
        self.right: list[Real] = []
        self.given: list[Real] = []
        every = comparer.points(free_symbols(expected) | free_symbols(student))
        # Boundary points come first: a few of every sort say more than the first few.
        step = max(1, len(every) // _POINTS)
        for point in every[::step]:
            a, b = self.value(expected, point), self.value(student, point)
            if a is not None and b is not None:
                self.points.append(point)
                self.right.append(a)
                self.given.append(b)
        self.others = [point for place, point in enumerate(every) if place % step]

    def value(self, node: Node, point: Point) -> Real | None:
        """A formula's value at a point, while the budget lasts."""
        self.left -= 1
        if self.left < 0:
            return None
        evaluator = point.evaluator()
        evaluator.budget = _TERMS
        try:
            value = evaluator.value(node)
        except (NoValue, RecursionError):
            return None
        return value if isinstance(value, (fmpq, arb)) else None

    def explanation(self, domains: Mapping[str, Domain]) -> str | None:
        """The first relation that holds at every point; of numbers alone only the plainest."""
        if not self.points:
            return None
        if len(self.points) < _ENOUGH:
            return self._of_numbers() if not domains else None
        for relation in (relations.by_factor, relations.by_constant, relations.by_function):
            if line := relation(self.right, self.given):
                return line
        for attempt in (self._shifted, self._swapped, self._replaced, self._multiplied):
            if line := attempt(domains):
                return line
        return self._changed()

    def _of_numbers(self) -> str | None:
        right, given = self.right[0], self.given[0]
        if relations.near(-right, given):
            return "Your number has the opposite sign."
        if relations.near(1 - right, given):
            return "Your number is 1 minus the right one."
        if line := relations.by_function(self.right, self.given):
            return line.replace("formula", "number")
        for factor in (2, 4, 10, 100):
            if relations.near(right * factor, given):
                return f"Your number is {factor} times the right one."
            if relations.near(right, given * factor):
                return f"Your number is the right one divided by {factor}."
        return None

    def _holds(self, values: Callable[[Point], Real | None]) -> bool:
        """Whether other values are the student's at every point; most fail at the first."""
        for point, given in zip(self.points, self.given, strict=True):
            value = values(point)
            if value is None or not relations.near(value, given):
                return False
        return self._agree(values, lambda point: self.value(self.student, point))

    def _agree(
        self, left: Callable[[Point], Real | None], right: Callable[[Point], Real | None]
    ) -> bool:
        """Whether what seems to hold holds at the other points too, wherever both have a value."""
        for point in self.others:
            a, b = left(point), right(point)
            if a is not None and b is not None and not relations.near(a, b):
                return False
        return True

    def _moved(self, change: Callable[[dict[str, Fraction]], None]) -> bool:
        """Whether the student's formula is the right one with its symbols' values changed."""

        def at(point: Point) -> Real | None:
            symbols = dict(point.symbols)
            change(symbols)
            return self.value(self.expected, Point(symbols, point.families))

        return self._holds(at)

    def _shifted(self, domains: Mapping[str, Domain]) -> str | None:
        """The right formula with an integer symbol off by one."""
        for name, domain in domains.items():
            if domain.set != "integer" or name not in free_symbols(self.expected):
                continue
            for step, word in ((1, "later"), (-1, "earlier")):
                if self._moved(lambda s, n=name, d=step: s.update({n: s[n] + d})):  # type: ignore[misc]
                    return f"Your formula is the right one a step {word}: {name} is off by one."
        return None

    def _swapped(self, domains: Mapping[str, Domain]) -> str | None:
        used = free_symbols(self.expected)
        names = [name for name in _plain_names(domains) if name in used]
        for a, b in itertools.combinations(names, 2):
            if self._moved(lambda s, a=a, b=b: s.update({a: s[b], b: s[a]})):  # type: ignore[misc]
                return f"You have swapped {a} and {b}."
        return None

    def _replaced(self, domains: Mapping[str, Domain]) -> str | None:
        """One symbol in the place of another."""
        used = free_symbols(self.expected)
        for wanted, written in itertools.permutations(_plain_names(domains), 2):
            if wanted in used and self._moved(
                lambda s, a=wanted, b=written: s.update({a: s[b]})  # type: ignore[misc]
            ):
                return f"You wrote {written} where another symbol belongs."
        return None

    def _multiplied(self, domains: Mapping[str, Domain]) -> str | None:
        """A symbolic factor, such as 1 − β, between the two, or a symbol added."""
        shares = {n: _is_share(domains[n]) for n in _plain_names(domains)}
        for factor, words in relations.with_signs(relations.symbolic_factors(shares)):
            if self._holds(lambda point, f=factor: self._times(point, f)):  # type: ignore[misc]
                return f"Your formula {words}."
        return None

    def _times(self, point: Point, factor: Node) -> Real | None:
        value, right = self.value(factor, point), self.value(self.expected, point)
        return None if value is None or right is None else value * right

    def _changed(self) -> str | None:
        """The right formula with one thing done wrong, or the student's with one put right."""
        for changed, line in wrong_versions(self.expected):
            if self._holds(lambda point, c=changed: self.value(c, point)):  # type: ignore[misc]
                return line
        for mended, line in undone(self.student):
            if self._is_right(mended):
                return line
        return None

    def _is_right(self, node: Node) -> bool:
        for point, right in zip(self.points, self.right, strict=True):
            value = self.value(node, point)
            if value is None or not relations.near(value, right):
                return False
        return self._agree(
            lambda point: self.value(node, point), lambda point: self.value(self.expected, point)
        )


def _plain_names(domains: Mapping[str, Domain]) -> Iterator[str]:
    return (name for name in domains if not name.endswith("[]"))


def _is_share(domain: Domain) -> bool:
    return domain.low == 0 and domain.high == 1
