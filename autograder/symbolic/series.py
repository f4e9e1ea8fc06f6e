"""Values of infinite sums whose terms are a power times a polynomial: Σ r^k P(k), by their closed form."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Final

from flint import fmpq

from autograder.symbolic.balls import Real, is_zero, sign
from autograder.symbolic.calculus import times
from autograder.symbolic.evaluate import Evaluator, Undefined, Unsupported
from autograder.symbolic.real_functions import divide, integer, integer_power
from autograder.symbolic.tree import (
    Add,
    Divide,
    Fold,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    free_symbols,
)

_MOST_DEGREE: Final = 12
_ZERO: Final = Number(Fraction(0))
_ONE: Final = Number(Fraction(1))


def infinite_sum(node: Fold, at: Evaluator[Real]) -> Real:
    """The sum of r^k · P(k) over k from the lower bound on, where P is a polynomial and |r| < 1.

    Raises:
        NoValue: the terms are of another form, or the sum diverges.
    """
    if node.kind != "sum":
        raise Unsupported("no certain value of infinite products is known")
    shape = _shape(node.body, node.index)
    if shape is None:
        raise Unsupported("no certain value of this infinite sum is known")
    ratio, degree = at.value(shape[0]), shape[1]
    start = integer(at.value(node.lower))
    if sign(abs(ratio) - 1) >= 0:
        raise Undefined("the sum diverges")
    if is_zero(ratio):
        raise Unsupported("a sum of powers of zero")
    # t(start + k) = r^k · Q(k), with Q of this degree found from its first values.
    values = [
        divide(_term(node, at, start + k), integer_power(ratio, k)) for k in range(degree + 1)
    ]
    return _sum_of(values, ratio)


def _term(node: Fold, at: Evaluator[Real], k: int) -> Real:
    return at.bound(node.body, node.index, fmpq(k))


def _sum_of(values: list[Real], ratio: Real) -> Real:
    """Σ r^k Q(k): with the forward differences of Q, Σ r^k C(k, j) = r^j / (1 - r)^(j+1)."""
    total: Real = fmpq(0)
    differences = list(values)
    for j in range(len(values)):
        weight = divide(integer_power(ratio, j), integer_power(1 - ratio, j + 1))
        total = total + differences[0] * weight
        differences = [b - a for a, b in itertools.pairwise(differences)]
    return total


def _shape(node: Node, k: str) -> tuple[Node, int] | None:
    """A formula as r^k times a polynomial in k: r and the degree, or None."""
    if k not in free_symbols(node):
        return _ONE, 0
    match node:
        case Symbol():
            return _ONE, 1
        case Negate(operand=operand):
            return _shape(operand, k)
        case Multiply(factors=factors):
            return _of_product([_shape(factor, k) for factor in factors])
        case Divide(numerator=top, denominator=bottom):
            above, below = _shape(top, k), _shape(bottom, k)
            if above is None or below is None or below[1]:
                return None
            return (above[0] if below[0] == _ONE else Divide(above[0], below[0])), above[1]
        case Add(terms=terms):
            return _of_sum([_shape(term, k) for term in terms])
        case Power(base=base, exponent=Number(value=n)) if n.denominator == 1 and 0 <= n <= 8:
            inner = _shape(base, k)
            if inner is None or inner[1] * int(n) > _MOST_DEGREE:
                return None
            ratio = _ONE if inner[0] == _ONE else Power(inner[0], Number(n))
            return ratio, inner[1] * int(n)
        case Power(base=base, exponent=exponent) if k not in free_symbols(base):
            slope = _slope(exponent, k)
            return None if slope is None else (Power(base, slope), 0)
    return None


def _of_product(shapes: list[tuple[Node, int] | None]) -> tuple[Node, int] | None:
    known = [shape for shape in shapes if shape is not None]
    degree = sum(shape[1] for shape in known)
    if len(known) < len(shapes) or degree > _MOST_DEGREE:
        return None
    return times(*(shape[0] for shape in known)), degree


def _of_sum(shapes: list[tuple[Node, int] | None]) -> tuple[Node, int] | None:
    """A sum has the form only where every term has the ratio 1, or all have the same."""
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes) or len({shape[0] for shape in known}) != 1:
        return None
    return known[0][0], max(shape[1] for shape in known)


def _slope(exponent: Node, k: str) -> Node | None:
    """The factor of k in an exponent that is linear in k."""
    match exponent:
        case _ if k not in free_symbols(exponent):
            return _ZERO
        case Symbol():
            return _ONE
        case Negate(operand=operand):
            inner = _slope(operand, k)
            return None if inner is None else Negate(inner)
        case Add(terms=terms):
            slopes = [_slope(term, k) for term in terms]
            known = tuple(slope for slope in slopes if slope is not None)
            return Add(known) if len(known) == len(slopes) else None
        case Multiply(factors=factors):
            moving = [factor for factor in factors if k in free_symbols(factor)]
            rest = tuple(factor for factor in factors if k not in free_symbols(factor))
            slope = _slope(moving[0], k) if len(moving) == 1 else None
            return None if slope is None else Multiply((*rest, slope)) if rest else slope
    return None
