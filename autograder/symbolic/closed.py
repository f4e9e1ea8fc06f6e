"""Infinite geometric sums, limits and integrals as formulas without them, where simple rules give one.

Every rule is checked by a proof before it is used: that the ratio of a sum's terms is constant, that
a quotient is 0/0, that an antiderivative has the integrand as its derivative.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Final

from autograder.symbolic.calculus import NotDifferentiable, differentiate, plus, times
from autograder.symbolic.form.prove import Facts, proved
from autograder.symbolic.substitute import substitute
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Fold,
    Integral,
    Limit,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
    Symbol,
    free_symbols,
    walk,
)

_INFINITY: Final = Constant("oo")
_ZERO: Final = Number(Fraction(0))
_ONE: Final = Number(Fraction(1))
_SECONDS: Final = 0.1
_MOST_STEPS: Final = 4
# Continuous everywhere, so that a limit is the value and an antiderivative has no gap.
_SMOOTH: Final = frozenset({"exp", "sin", "cos", "sinh", "cosh", "tanh", "sigmoid", "atan"})


def closed(node: Node, facts: Facts) -> Node:
    """The formula with what these rules know worked out; the rest stays."""
    if not any(_is_analysis(part) for part in walk(node)):
        return node
    return _closed(node, facts)


def _is_analysis(node: Node) -> bool:
    if isinstance(node, Fold):
        return node.upper == _INFINITY
    return isinstance(node, Limit) or (isinstance(node, Integral) and node.lower is not None)


def _closed(node: Node, facts: Facts) -> Node:
    match node:
        case Add(terms=parts):
            return Add(tuple(_closed(part, facts) for part in parts))
        case Multiply(factors=parts):
            return Multiply(tuple(_closed(part, facts) for part in parts))
        case Negate(operand=operand):
            return Negate(_closed(operand, facts))
        case Divide(numerator=top, denominator=bottom):
            return Divide(_closed(top, facts), _closed(bottom, facts))
        case Power(base=base, exponent=exponent):
            return Power(_closed(base, facts), _closed(exponent, facts))
        case Call(arguments=arguments):
            parts = tuple(_closed(argument, facts) for argument in arguments)
            return dataclasses.replace(node, arguments=parts)
        case Fold(kind="sum", upper=upper) if upper == _INFINITY:
            return _geometric(node, facts) or node
        case Limit():
            return _limit(node.body, node, facts, 0) or node
        case Integral(lower=lower) if lower is not None:
            return _integral(node, lower, facts) or node
    return node


def _is_zero(node: Node, facts: Facts) -> bool:
    return proved(node, _ZERO, facts, _SECONDS)


def _geometric(node: Fold, facts: Facts) -> Node | None:
    """first/(1 - r), where the ratio r of neighbouring terms is constant and below 1 in size."""
    index = Symbol(node.index)
    following = substitute(node.body, {node.index: Add((index, _ONE))})
    first = substitute(node.body, {node.index: node.lower})
    second = substitute(node.body, {node.index: Add((node.lower, _ONE))})
    ratio = Divide(second, first)
    if not proved(following, Multiply((ratio, node.body)), facts, _SECONDS):
        return None
    value = Divide(first, Add((_ONE, Negate(ratio))))
    return Piecewise(((value, Relation("<", Call("abs", (ratio,)), _ONE)),))


def _limit(body: Node, limit: Limit, facts: Facts, step: int) -> Node | None:
    """The value there of what is continuous; of 0/0, the limit of the slopes' quotient."""
    x, target = limit.variable, limit.target
    if target == _INFINITY or _INFINITY in walk(target) or step > _MOST_STEPS:
        return None
    if not isinstance(body, Divide):
        return substitute(body, {x: target}) if _is_smooth(body, x) else None
    top, bottom = body.numerator, body.denominator
    if not (_is_smooth(top, x) and _is_smooth(bottom, x)):
        return None
    at_top, at_bottom = (substitute(part, {x: target}) for part in (top, bottom))
    if not _is_zero(at_bottom, facts):
        return Divide(at_top, at_bottom)
    if not _is_zero(at_top, facts):
        return None
    try:
        slopes = Divide(differentiate(top, x), differentiate(bottom, x))
    except NotDifferentiable:
        return None
    return _limit(slopes, limit, facts, step + 1)


def _is_smooth(node: Node, x: str) -> bool:
    """Whether a formula is continuous in x wherever x is real."""
    if x not in free_symbols(node):
        return True
    match node:
        case Symbol():
            return True
        case Add(terms=parts) | Multiply(factors=parts):
            return all(_is_smooth(part, x) for part in parts)
        case Negate(operand=operand):
            return _is_smooth(operand, x)
        case Divide(numerator=top, denominator=bottom):
            return x not in free_symbols(bottom) and _is_smooth(top, x)
        case Power(base=base, exponent=Number(value=value)):
            return value >= 0 and value.denominator == 1 and _is_smooth(base, x)
        case Power(base=Constant(), exponent=exponent):
            return _is_smooth(exponent, x)
        case Call(function=function, arguments=(inside,)):
            return function in _SMOOTH and _is_smooth(inside, x)
    return False


def _integral(node: Integral, lower: Node, facts: Facts) -> Node | None:
    """F(upper) - F(lower) of a continuous integrand."""
    x = node.variable
    if _INFINITY in (*walk(lower), *walk(node.upper)):
        return None
    primitive = _primitive(node.body, x, facts)
    if primitive is None:
        return None
    ends = (substitute(primitive, {x: end}) for end in (node.upper, lower))
    upper_value, lower_value = ends
    return Add((upper_value, Negate(lower_value)))


def _primitive(body: Node, x: str, facts: Facts) -> Node | None:
    """An antiderivative, term by term."""
    if x not in free_symbols(body):
        return Multiply((body, Symbol(x)))
    match body:
        case Add(terms=terms):
            parts = [_primitive(term, x, facts) for term in terms]
            known = [part for part in parts if part is not None]
            return plus(*known) if len(known) == len(parts) else None
        case Negate(operand=operand):
            inner = _primitive(operand, x, facts)
            return None if inner is None else Negate(inner)
        case Divide(numerator=top, denominator=bottom) if x not in free_symbols(bottom):
            inner = _primitive(top, x, facts)
            return None if inner is None else Divide(inner, bottom)
        case Multiply(factors=factors):
            fixed = [factor for factor in factors if x not in free_symbols(factor)]
            rest = [factor for factor in factors if x in free_symbols(factor)]
            if fixed and len(rest) == 1:
                inner = _primitive(rest[0], x, facts)
                return None if inner is None else times(*fixed, inner)
    return _elementary(body, x, facts)


def _elementary(body: Node, x: str, facts: Facts) -> Node | None:
    match body:
        case Symbol():
            return Divide(Power(body, Number(Fraction(2))), Number(Fraction(2)))
        case Power(base=Symbol(name=name), exponent=exponent) if name == x:
            if x in free_symbols(exponent):
                return None
            raised = Add((exponent, _ONE))
            value = Divide(Power(Symbol(x), raised), raised)
            if _is_nonnegative(exponent, facts):
                return value
            return Piecewise(((value, Relation(">", raised, _ZERO)),))
        case Power(base=Constant(name="e"), exponent=inside):
            return _over_slope(body, inside, x, facts)
        case Call(function="exp" | "sin" | "cos" as function, arguments=(inside,)):
            whole: dict[str, Node] = {
                "exp": body,
                "sin": Negate(Call("cos", (inside,))),
                "cos": Call("sin", (inside,)),
            }
            return _over_slope(whole[function], inside, x, facts)
    return None


def _over_slope(primitive: Node, inside: Node, x: str, facts: Facts) -> Node | None:
    """The antiderivative of a function of a·x + b, whose slope is not zero."""
    slope = differentiate(inside, x)
    if x in free_symbols(slope) or _is_zero(slope, facts):
        return None
    return Divide(primitive, slope)


def _is_nonnegative(exponent: Node, facts: Facts) -> bool:
    match exponent:
        case Number(value=value):
            return value >= 0
        case Symbol(name=name):
            domain = facts.symbols.get(name)
            return domain is not None and domain.nonnegative
    return False
