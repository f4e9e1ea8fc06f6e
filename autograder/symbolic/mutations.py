"""Small changes of a formula that make it another one: what students do wrong, done on purpose.

Each comes with a line that says what was done to the right formula; `undone` is the other way: what has
to be done to the student's formula to make it right.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from autograder.symbolic.tree import (
    Add,
    Call,
    Divide,
    Fold,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    children,
)

_MOST: Final = 60
_ONE: Final = Number(Fraction(1))

_ROUNDINGS: Final = {
    ("floor", "ceil"): "You round up where it is rounded down.",
    ("ceil", "floor"): "You round down where it is rounded up.",
    ("floor", "round"): "You round to the nearest where it is rounded down.",
    ("ceil", "round"): "You round to the nearest where it is rounded up.",
    ("floor", ""): "The rounding down is missing.",
    ("ceil", ""): "The rounding up is missing.",
    ("floor", "trunc"): "You cut the fraction off, which rounds negative numbers up.",
    ("abs", ""): "The absolute value is missing.",
    ("relu", ""): "The cut at zero is missing.",
    ("min", "max"): "You take the maximum where the minimum belongs.",
    ("max", "min"): "You take the minimum where the maximum belongs.",
    ("sin", "cos"): "You wrote cos where sin belongs.",
    ("cos", "sin"): "You wrote sin where cos belongs.",
    ("sqrt", ""): "A square root is missing.",
    ("log", ""): "A logarithm is missing.",
}


def wrong_versions(expected: Node) -> Iterator[tuple[Node, str]]:
    """The right formula with one thing done wrong, and the line that says which."""
    yield from _bounded(_everywhere(expected, _function_changes))
    yield from _bounded(_everywhere(expected, _bound_changes))
    yield from _bounded(_everywhere(expected, _term_changes))
    yield from _bounded(_everywhere(expected, _power_changes))


def undone(student: Node) -> Iterator[tuple[Node, str]]:
    """The student's formula with one thing put right, and the line that says what was wrong."""
    yield from _bounded(_everywhere(student, _superfluous))


def _bounded(found: Iterator[tuple[Node, str]]) -> Iterator[tuple[Node, str]]:
    for place, item in enumerate(found):
        if place >= _MOST:
            return
        yield item


Changes = Callable[[Node], Iterator[tuple[Node, str]]]


def _everywhere(node: Node, changes: Changes) -> Iterator[tuple[Node, str]]:
    """Every change of one part of a formula, within the whole."""
    yield from changes(node)
    for place, child in enumerate(children(node)):
        for changed, line in _everywhere(child, changes):
            yield _with_child(node, place, changed), line


def _with_child(node: Node, place: int, new: Node) -> Node:
    """The node with one of its children replaced."""
    parts = list(children(node))
    parts[place] = new
    match node:
        case Add():
            return Add(tuple(parts))
        case Multiply():
            return Multiply(tuple(parts))
        case Call(function=function):
            return Call(function, tuple(parts))
        case Negate():
            return Negate(*parts)
        case Divide():
            return Divide(*parts)
        case Power():
            return Power(*parts)
        case Fold(kind=kind, index=index):
            return Fold(kind, index, *parts)
    return dataclasses.replace(node)


def _function_changes(node: Node) -> Iterator[tuple[Node, str]]:
    if not isinstance(node, Call):
        return
    for (right, wrong), line in _ROUNDINGS.items():
        if node.function == right:
            yield (Call(wrong, node.arguments) if wrong else node.arguments[0]), line


def _bound_changes(node: Node) -> Iterator[tuple[Node, str]]:
    if not isinstance(node, Fold):
        return
    word = "sum" if node.kind == "sum" else "product"
    less, more = Negate(_ONE), _ONE
    for by, words in ((less, "one term too early"), (more, "one term too late")):
        moved = dataclasses.replace(node, upper=Add((node.upper, by)))
        yield moved, f"Your {word} ends {words}."
        moved = dataclasses.replace(node, lower=Add((node.lower, by)))
        yield moved, f"Your {word} starts {words}."


def _term_changes(node: Node) -> Iterator[tuple[Node, str]]:
    if isinstance(node, Add):
        for place, term in enumerate(node.terms):
            rest = (*node.terms[:place], *node.terms[place + 1 :])
            left = rest[0] if len(rest) == 1 else Add(rest)
            yield left, "A term is missing."
            flipped = term.operand if isinstance(term, Negate) else Negate(term)
            signs = (*node.terms[:place], flipped, *node.terms[place + 1 :])
            yield Add(signs), "One term has the wrong sign."
            doubled = (*node.terms, term)
            yield Add(doubled), "One term is counted twice."
    if isinstance(node, Multiply):
        for place in range(len(node.factors)):
            kept = (*node.factors[:place], *node.factors[place + 1 :])
            yield (kept[0] if len(kept) == 1 else Multiply(kept)), "A factor is missing."


def _power_changes(node: Node) -> Iterator[tuple[Node, str]]:
    if isinstance(node, Power):
        yield node.base, "A power is missing: something is to be squared or raised."
        for by in (_ONE, Negate(_ONE)):
            moved = Power(node.base, Add((node.exponent, by)))
            yield moved, "An exponent is off by one."
    if isinstance(node, Divide):
        yield Divide(node.denominator, node.numerator), "A fraction is upside down."
        yield node.numerator, "A denominator is missing."


def _superfluous(node: Node) -> Iterator[tuple[Node, str]]:
    if isinstance(node, Add):
        for place in range(len(node.terms)):
            rest = (*node.terms[:place], *node.terms[place + 1 :])
            yield (rest[0] if len(rest) == 1 else Add(rest)), "Your sum has a term too many."
    if isinstance(node, Call) and len(node.arguments) == 1:
        yield node.arguments[0], f"The {node.function}(...) does not belong there."
