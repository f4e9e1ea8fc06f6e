"""Decides whether two equations or inequalities say the same.

1. Points, some of them on the solutions of either relation, at which one holds and the other fails;
2. equations with the same factors, inequalities that are positive multiples of one another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from flint import fmpq

from autograder.symbolic.balls import at_precision
from autograder.symbolic.conditions import Condition
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.form.equations import positive_ratio, same_zeros
from autograder.symbolic.form.prove import Facts
from autograder.symbolic.sample import Point, complexity
from autograder.symbolic.tree import Add, Junction, Negate, Node, Number, Relation
from autograder.symbolic.verdict import Counterexample, Verdict

_SECONDS: Final = 0.35
_FLIPPED: Final = {"<": ">", "<=": ">="}
_ENOUGH: Final = 40
# How many points anywhere, and how many on each tie.
_FEW: Final = (12, 6)
_MANY: Final = (64, 24)
Sampler = Callable[[Sequence[Condition], int], list[Point]]


def compare_relations(expected: Node, student: Node, facts: Facts, sample: Sampler) -> Verdict:
    """Whether two relations, or two combinations of them, hold at the same points."""
    few = _tried(expected, student, facts, sample, _FEW)
    if few.verdict == "different" or few.proof == "exact":
        return few
    return _tried(expected, student, facts, sample, _MANY)


def _tried(
    expected: Node, student: Node, facts: Facts, sample: Sampler, counts: tuple[int, int]
) -> Verdict:
    """What so many points anywhere and on each tie show, and what is proved beside them."""
    tried, met = 0, 0
    for point in sorted(_points(expected, student, sample, counts), key=complexity):
        try:
            left, right = (_truth(node, point) for node in (expected, student))
        except NoValue:
            continue
        tried += 1
        met += left
        if left != right:
            words = {True: "true", False: "false"}
            example = Counterexample(point.describe(), words[left], words[right])
            evidence = f"one holds and the other does not at {example.where()}"
            return Verdict("different", evidence, counterexample=example)
    return _proved(expected, student, facts, tried, met)


def _points(expected: Node, student: Node, sample: Sampler, counts: tuple[int, int]) -> list[Point]:
    """Points anywhere, and on the ties of every relation."""
    points = list(sample((), counts[0]))
    for relation in [*_relations(expected), *_relations(student)]:
        tie = Condition("", relation.left, "=", relation.right)
        points += sample((tie,), counts[1])
    return points


def _relations(node: Node) -> list[Relation]:
    if isinstance(node, Relation):
        return [node]
    if isinstance(node, Junction):
        return [relation for part in node.parts for relation in _relations(part)]
    return []


def _truth(node: Node, point: Point) -> bool:
    return at_precision(lambda: fmpq(int(point.evaluator().truth(node)))) == 1


def _proved(expected: Node, student: Node, facts: Facts, tried: int, met: int) -> Verdict:
    deadline = time.thread_time() + _SECONDS
    reached = f"both hold or both fail at {tried} exact points"
    match expected, student:
        case Relation(operator="="), Relation(operator="="):
            same = same_zeros(_difference(expected), _difference(student), facts, deadline)
            if same:
                return Verdict("equal", f"the same equation up to a factor; {reached}", "exact")
            if same is False:
                return Verdict("different", "no multiple of the expected equation")
        case Relation(), Relation() if _same_inequality(expected, student, facts, deadline):
            return Verdict("equal", f"the same inequality; {reached}", "exact")
        case Junction(), Junction() if _same_parts(expected, student, facts, deadline):
            return Verdict("equal", f"the same relations; {reached}", "exact")
    if "=" in {r.operator for r in _relations(expected)} and met < _ENOUGH:
        return Verdict("undecided", f"{reached}, which is too few on the solutions")
    if tried >= _ENOUGH:
        return Verdict("equal", reached, "numeric")
    return Verdict("undecided", f"{reached}, which is too few to decide")


def _difference(relation: Relation) -> Node:
    zero = Number(Fraction(0))
    if relation.right == zero:
        return relation.left
    return Add((relation.left, Negate(relation.right)))


def _same_inequality(left: Relation, right: Relation, facts: Facts, deadline: float) -> bool:
    """Whether two relations of one strictness are positive multiples of one another."""
    one, other = _upwards(left), _upwards(right)
    if one.operator != other.operator or one.operator not in (">", ">=", "!=", "="):
        return False
    differences = _difference(one), _difference(other)
    if one.operator in ("!=", "="):
        return same_zeros(*differences, facts, deadline) is True
    return positive_ratio(*differences, facts, deadline)


def _upwards(relation: Relation) -> Relation:
    """a < b as b > a"""
    if relation.operator in _FLIPPED:
        return Relation(_FLIPPED[relation.operator], relation.right, relation.left)  # type: ignore[arg-type]
    return relation


def _same_parts(left: Junction, right: Junction, facts: Facts, deadline: float) -> bool:
    """Whether each part of one junction is a part of the other."""
    if left.operator != right.operator:
        return False
    return all(
        any(
            isinstance(a, Relation)
            and isinstance(b, Relation)
            and _same_inequality(a, b, facts, deadline)
            for b in others
        )
        for parts, others in ((left.parts, right.parts), (right.parts, left.parts))
        for a in parts
    )
