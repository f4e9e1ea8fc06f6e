"""Says how a wrong formula misses the right one: a sign, a factor, a constant, a shifted index."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from autograder.symbolic.arithmetic import at_precision, fraction
from autograder.symbolic.compare import Comparer
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.sample import Point
from autograder.symbolic.substitute import substitute
from autograder.symbolic.tree import Add, Negate, Node, Number, Symbol, free_symbols

_ENOUGH = 5


def diagnose(comparer: Comparer, expected: Node, student: Node) -> str | None:
    """One line on what separates two different formulas, or None when nothing simple does."""
    missing = sorted(free_symbols(expected) - free_symbols(student))
    pairs = _values(comparer, expected, student)
    few_points = len(comparer.points(free_symbols(expected))) < _ENOUGH
    if (len(pairs) >= _ENOUGH or few_points) and (line := _simple_relation(pairs)):
        return line
    if line := _shifted(comparer, expected, student):
        return line
    if missing:
        names = ", ".join(name.removesuffix("[]") for name in missing)
        return f"Your formula does not depend on {names}."
    return None


def _values(comparer: Comparer, expected: Node, student: Node) -> list[tuple[Fraction, Fraction]]:
    """Both formulas' values at the points where both are rational."""
    points = comparer.points(free_symbols(expected) | free_symbols(student))
    pairs = ((_rational(expected, point), _rational(student, point)) for point in points)
    return [(a, b) for a, b in pairs if a is not None and b is not None]


def _rational(node: Node, point: Point) -> Fraction | None:
    try:
        value = at_precision(lambda: point.evaluator().value(node))
    except NoValue:
        return None
    return fraction(value) if isinstance(value, fmpq) else None


def _simple_relation(pairs: list[tuple[Fraction, Fraction]]) -> str | None:
    """A constant ratio or a constant difference of the two formulas."""
    ratios = {b / a for a, b in pairs if a != 0}
    zeros_agree = all(b == 0 for a, b in pairs if a == 0)
    if len(ratios) == 1 and zeros_agree:
        ratio = ratios.pop()
        if ratio == -1:
            return "Your formula has the opposite sign everywhere."
        if ratio != 0:
            return f"Your formula is {ratio} times the right one everywhere."
    differences = {b - a for a, b in pairs}
    if len(differences) == 1:
        difference = differences.pop()
        word = "more" if difference > 0 else "less"
        return f"Your formula is always {abs(difference)} {word} than the right one."
    return None


def _shifted(comparer: Comparer, expected: Node, student: Node) -> str | None:
    """Whether the student's formula is the right one with an integer symbol off by one."""
    for name in sorted(free_symbols(expected)):
        domain = comparer.table.symbols.get(name)
        if domain is None or domain.set != "integer":
            continue
        one = Number(Fraction(1))
        for step, word in ((one, "later"), (Negate(one), "earlier")):
            moved = substitute(expected, {name: Add((Symbol(name), step))})
            if comparer.compare(moved, student).equal:
                return f"Your formula is the right one a step {word}: {name} is off by one."
    return None
