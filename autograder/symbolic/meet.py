"""Moves a point onto the conditions it must meet: equations and divisibilities are solved.

Only random points would seldom meet `a + b = 1` or `S divides W + 2P - K`; one symbol is set so
that they hold, and what still fails a condition is no point.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from flint import fmpq

from autograder.symbolic.arithmetic import fraction
from autograder.symbolic.conditions import Condition
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.tree import Add, Call, Negate, Node

if TYPE_CHECKING:
    from autograder.symbolic.sample import Point

_MOST_SYMBOLS: Final = 8


def met(
    point: Point, domains: Mapping[str, Domain], conditions: Sequence[Condition]
) -> Point | None:
    """The point, or one near it, that meets every condition; None when none was found."""
    for condition in conditions:
        if not condition.holds(point.evaluator()):
            moved = _moved(point, domains, condition)
            if moved is None:
                return None
            point = moved
    if len(conditions) > 1 and not all(c.holds(point.evaluator()) for c in conditions):
        return None
    return point


def _moved(point: Point, domains: Mapping[str, Domain], condition: Condition) -> Point | None:
    """The point with one symbol changed so that an equation or divisibility holds."""
    if condition.operator not in ("=", "divides"):
        return None
    names = sorted(condition.names & set(domains))[:_MOST_SYMBOLS]
    for name in reversed(names):
        for value in _values(point, condition, name):
            if value in domains[name]:
                moved = dataclasses.replace(point, symbols={**point.symbols, name: value})
                if condition.holds(moved.evaluator()):
                    return moved
    return None


def _values(point: Point, condition: Condition, name: str) -> list[Fraction]:
    """Values of a symbol that may meet a condition: the multiple nearest, the root of a line."""
    now = point.symbols[name]
    if isinstance(now, tuple):
        return []
    node: Node = Add((condition.left, Negate(condition.right)))
    if condition.operator == "divides":
        node = Call("mod", (condition.right, condition.left))
    rest = _value(node, point)
    if rest is None:
        return []
    found = [now - rest, now + rest]
    at = [dataclasses.replace(point, symbols={**point.symbols, name: Fraction(x)}) for x in (0, 1)]
    zero, one = (_value(node, moved) for moved in at)
    if zero is not None and one is not None and one != zero:
        found.append(-zero / (one - zero))
    return found


def _value(node: Node, point: Point) -> Fraction | None:
    try:
        value = point.evaluator().value(node)
    except NoValue:
        return None
    return fraction(value) if isinstance(value, fmpq) else None
