"""Looks for a point at which two formulas differ, the simplest points first.

At every point both values are exact, or balls that certainly hold them: a difference found is
certain. Where the student's formula has no value and the expected one has, there is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from flint import acb, arb

from autograder.symbolic.balls import at_precision, differ
from autograder.symbolic.evaluate import NoValue, TooCostly, Undefined
from autograder.symbolic.sample import Point
from autograder.symbolic.tree import Constant, Node, walk
from autograder.symbolic.verdict import Counterexample

# A formula that costs too much at a few points costs too much at most.
_MOST_COSTLY: Final = 3
_SPECIAL: Final = frozenset(
    Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2))
)


@dataclass
class Tally:
    """What the points tried so far have shown."""

    agree: int = 0
    undefined: int = 0
    unknown: int = 0
    costly: int = 0
    usual_agree: int = 0
    usual_undefined: int = 0
    worst: Counterexample | None = None
    gap: Counterexample | None = None
    usual_gap: Counterexample | None = None

    @property
    def compared(self) -> int:
        """At how many points the expected formula had a value to compare with."""
        return self.agree + self.undefined


def _value(node: Node, point: Point) -> Any:
    """The value of a formula at a point, among complex numbers where it speaks of them."""
    if point.is_complex or is_complex(node):
        return point.complex_evaluator().value(node)
    return point.evaluator().value(node)


@lru_cache(maxsize=256)
def is_complex(node: Node) -> bool:
    """Whether a formula holds the imaginary unit."""
    return any(part == Constant("i") for part in walk(node))


def refute(
    tally: Tally, points: Iterable[Point], expected: Node, student: Node, tolerance: Fraction
) -> None:
    """Compare at points, until one shows a difference."""
    for point in points:
        if tally.costly >= _MOST_COSTLY:
            tally.unknown += 1
            continue
        _compare_at(tally, point, expected, student, tolerance)
        if tally.worst is not None:
            return


def _compare_at(
    tally: Tally, point: Point, expected: Node, student: Node, tolerance: Fraction
) -> None:
    try:
        different = differ(lambda: _value(expected, point), lambda: _value(student, point))
    except Undefined:
        _note_gap(tally, point, expected, student)
    except NoValue as reason:
        tally.unknown += 1
        tally.costly += isinstance(reason, TooCostly)
    else:
        if different and not (tolerance and _near(point, expected, student, tolerance)):
            tally.worst = counterexample(point, expected, student)
            return
        tally.agree += 1
        tally.usual_agree += _is_usual(point)


def _note_gap(tally: Tally, point: Point, expected: Node, student: Node) -> None:
    """Count a point without a value, where it is the student's formula that has none."""
    if not _has_value(expected, point):
        tally.unknown += 1
        return
    tally.undefined += 1
    tally.gap = tally.gap or counterexample(point, expected, student)
    if _is_usual(point):
        tally.usual_undefined += 1
        tally.usual_gap = tally.usual_gap or counterexample(point, expected, student)


def _has_value(node: Node, point: Point) -> bool:
    try:
        at_precision(lambda: _value(node, point))
    except NoValue:
        return False
    return True


def _is_usual(point: Point) -> bool:
    """Whether no value is one of those at which formulas have their gaps and ties."""
    return not any(value in _SPECIAL for value in point.symbols.values())


def _near(point: Point, expected: Node, student: Node, tolerance: Fraction) -> bool:
    """Whether two values agree within a relative tolerance."""
    left = acb(at_precision(lambda: _value(expected, point)))
    right = acb(at_precision(lambda: _value(student, point)))
    allowed = abs(left) * tolerance.numerator / tolerance.denominator
    return bool(abs(left - right) <= allowed)


def counterexample(point: Point, expected: Node, student: Node) -> Counterexample:
    """A point with both values in words."""
    return Counterexample(
        point.describe(), shown_value(expected, point), shown_value(student, point)
    )


def shown_value(node: Node, point: Point) -> str:
    """The value of a formula at a point, as a person would write it."""
    try:
        value = at_precision(lambda: _value(node, point))
    except NoValue as reason:
        return f"no value ({reason})"
    return value.str(8, radius=False) if isinstance(value, (arb, acb)) else str(value)
