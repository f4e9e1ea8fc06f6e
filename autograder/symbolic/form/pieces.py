"""Cases: each condition is taken to hold, to fail and, where that may matter, to be a tie."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq_mpoly

from autograder.symbolic.arithmetic import fraction
from autograder.symbolic.evaluate import Undefined, Unsupported
from autograder.symbolic.form.factors import is_real
from autograder.symbolic.form.magnitude import sign_or_split, varies
from autograder.symbolic.form.space import Space, Split
from autograder.symbolic.ratios import Ratio
from autograder.symbolic.tree import (
    Add,
    Junction,
    Multiply,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Symbol,
)

if TYPE_CHECKING:
    from autograder.symbolic.form.build import Builder


def piecewise(builder: Builder, node: Piecewise) -> Ratio:
    """The value of the case that holds."""
    for value, condition in node.cases:
        if holds(builder, condition):
            return builder.of(value)
    if node.otherwise is None:
        raise Undefined("no case holds")
    return builder.of(node.otherwise)


def holds(builder: Builder, condition: Node) -> bool:
    """Whether a condition holds.

    Raises:
        Split: that depends on a sign.
    """
    match condition:
        case Junction(operator="and", parts=parts):
            return all(holds(builder, part) for part in parts)
        case Junction(operator="or", parts=parts):
            return any(holds(builder, part) for part in parts)
        case Relation(operator=operator, left=left, right=right):
            space = builder.space
            difference = space.subtract(builder.of(left), builder.of(right))
            return _compared(space, operator, difference)
    raise Unsupported("a condition that is no comparison")


def _compared(space: Space, operator: str, difference: Ratio) -> bool:
    sign = 0 if space.is_zero(difference) else _strict_sign(space, difference)
    match operator:
        case "=":
            return sign == 0
        case "!=":
            return sign != 0
        case "<":
            return sign < 0
        case "<=":
            return sign <= 0
        case ">":
            return sign > 0
        case ">=":
            return sign >= 0
    raise Unsupported(f"a condition with {operator}")


def _strict_sign(space: Space, value: Ratio) -> int:
    """The sign of a value that is zero nowhere, or whose zeros are a case of their own."""
    if varies(space, value) or not is_real(space, value.numerator, value.denominator):
        raise Unsupported("a condition that changes from term to term")
    if value.denominator.is_one():
        reach = space.range(value.numerator)
        if reach.positive or reach.negative:
            return 1 if reach.positive else -1
    label = f"case {space.key(value)}"
    known = space.memory.signs.get(label)
    if known is not None:
        return sign_or_split(space, value)
    raise Split(label, (), tie=_solution(space, value.numerator), case=True)


def _solution(space: Space, polynomial: fmpq_mpoly) -> tuple[str, Node] | None:
    """A symbol and the formula at which the polynomial is zero; None if it has no zero.

    Raises:
        Unsupported: no symbol is linear in it.
    """
    degrees = polynomial.degrees()
    for place in space.occurring(polynomial):
        if space.atoms[place].kind != "symbol" or degrees[place] != 1:
            continue
        rest, factor = space.halves(polynomial, place)
        if factor.is_constant():
            solved = as_tree(space, rest * (-1 / factor.leading_coefficient()))
            return str(space.atoms[place].data), solved
    raise Unsupported("a condition that no symbol solves")


def as_tree(space: Space, polynomial: fmpq_mpoly) -> Node:
    """A polynomial in the symbols as a tree.

    Raises:
        Unsupported: it holds atoms.
    """
    terms = []
    for monomial, coefficient in polynomial.to_dict().items():
        factors: list[Node] = [Number(fraction(coefficient))]
        for place, power in enumerate(monomial):
            if not power:
                continue
            if space.atoms[place].kind != "symbol" or " " in space.atoms[place].name:
                raise Unsupported("a polynomial of more than symbols")
            symbol = Symbol(space.atoms[place].name)
            factors.append(Power(symbol, Number(Fraction(int(power)))) if power > 1 else symbol)
        terms.append(Multiply(tuple(factors)) if len(factors) > 1 else factors[0])
    if not terms:
        return Number(Fraction(0))
    return Add(tuple(terms)) if len(terms) > 1 else terms[0]
