"""Refuses formulas whose parts do not fit: a sum of relations, a root of a set, a list times a number."""

from __future__ import annotations

from typing import Final

from autograder.errors import FormulaError
from autograder.symbolic.tree import (
    Add,
    Call,
    Derivative,
    Divide,
    Fold,
    Integral,
    Interval,
    Junction,
    Limit,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Sequence,
    Set,
    children,
)

MAX_DEPTH: Final = 100

_COMPUTING: Final = (
    Add,
    Multiply,
    Negate,
    Divide,
    Power,
    Fold,
    Integral,
    Limit,
    Derivative,
    Matrix,
)
_OF_VECTORS: Final = frozenset({"dot", "norm", "cross", "transpose"})
_OF_SETS: Final = frozenset({"union", "intersection", "difference"})


def check_depth(node: Node, source: str) -> None:
    """Refuse a tree that recursion could not walk, without recursing.

    Raises:
        FormulaError: the tree is too deep.
    """
    level, depth = [node], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            message = f"the formula is nested more than {MAX_DEPTH} deep"
            raise FormulaError(message, source, 0, len(source))
        level = [child for parent in level for child in children(parent)]


def check_kinds(node: Node, source: str) -> None:
    """Refuse a tree whose parts do not fit together.

    Raises:
        FormulaError: at the first part that does not.
    """
    for place, child in enumerate(children(node)):
        fault = _fault(node, child, place)
        if fault is not None:
            start, end = child.span or node.span or (0, len(source))
            raise FormulaError(fault, source, start, end)
        if not isinstance(child, Number):
            check_kinds(child, source)


def _fault(parent: Node, child: Node, place: int) -> str | None:
    """Why a part cannot stand there, or None."""
    if isinstance(parent, Piecewise):
        is_condition = place % 2 == 1 and place < 2 * len(parent.cases)
        if is_condition and not isinstance(child, (Relation, Junction)):
            return "a condition compares, as in x > 0"
        return None if is_condition else _no_value(child)
    if isinstance(parent, Junction):
        fits = isinstance(child, (Relation, Junction))
        return None if fits else f"{parent.operator!r} joins relations, as in x = 1 or x = 2"
    if isinstance(parent, Call) and parent.function in _OF_SETS:
        return None if isinstance(child, (Set, Interval, Call)) else "expected a set or an interval"
    if isinstance(parent, (*_COMPUTING, Call)):
        return _no_number(parent, child)
    if isinstance(parent, Relation):
        return "relations are joined by 'and'" if isinstance(child, (Relation, Junction)) else None
    return _no_value(child) if isinstance(parent, (Set, Interval)) else None


def _no_value(child: Node) -> str | None:
    is_relation = isinstance(child, (Relation, Junction))
    return "a formula is expected here, not a comparison" if is_relation else None


def _no_number(parent: Node, child: Node) -> str | None:
    if isinstance(child, (Relation, Junction)):
        return _no_value(child)
    if isinstance(child, (Set, Interval)):
        return "a set is no number to compute with"
    if isinstance(child, Call) and child.function in _OF_SETS:
        return "a set is no number to compute with"
    takes_vectors = isinstance(parent, Call) and parent.function in _OF_VECTORS
    if isinstance(child, Sequence) and not takes_vectors:
        return "a list of formulas is no number to compute with; is a '*' or a function missing?"
    return None
