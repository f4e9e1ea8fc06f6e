"""Derivatives of trees, by the rules of calculus.

The result is not simplified beyond what comes for free. Where a function has a kink (|x| at 0, relu
at 0) its derivative is a formula that has no value there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from autograder.symbolic.substitute import substitute
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Derivative,
    Divide,
    Fold,
    Integral,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Power,
    Symbol,
    bound_name,
    free_symbols,
)

ZERO: Final = Number(Fraction(0))
ONE: Final = Number(Fraction(1))
TWO: Final = Number(Fraction(2))
_MAX_ORDER: Final = 8


class NotDifferentiable(ValueError):
    """A formula has no derivative that these rules know."""


def differentiate(node: Node, variable: str, order: int = 1) -> Node:
    """The derivative of some order with respect to a symbol.

    Raises:
        NotDifferentiable: a part of the formula has no derivative known here.
    """
    if order > _MAX_ORDER:
        raise NotDifferentiable(f"a derivative of order {order}")
    for _ in range(order):
        node = _d(node, variable)
    return node


def _d(node: Node, x: str) -> Node:
    if x not in free_symbols(node):
        return ZERO
    match node:
        case Symbol():
            return ONE
        case Negate(operand=operand):
            return negative(_d(operand, x))
        case Add(terms=terms):
            return plus(*(_d(term, x) for term in terms))
        case Multiply(factors=factors):
            return _of_product(factors, x)
        case Divide(numerator=top, denominator=bottom):
            return _of_quotient(top, bottom, x)
        case Power(base=base, exponent=exponent):
            return _of_power(node, base, exponent, x)
        case Call(function=function, arguments=arguments):
            return _of_call(function, arguments, x)
        case Piecewise(cases=cases, otherwise=otherwise):
            last = None if otherwise is None else _d(otherwise, x)
            return Piecewise(tuple((_d(value, x), test) for value, test in cases), last)
        case Matrix(rows=rows):
            return Matrix(tuple(tuple(_d(entry, x) for entry in row) for row in rows))
    return _of_binder(node, x)


def _of_binder(node: Node, x: str) -> Node:
    """Sums term by term; integrals by Leibniz' rule; derivatives of derivatives."""
    if bound_name(node) == x:
        node = _renamed(node, x)
    match node:
        case Fold(kind="sum", index=index, lower=lower, upper=upper, body=body):
            if x in free_symbols(lower) | free_symbols(upper):
                raise NotDifferentiable("a sum whose bounds depend on the variable")
            return Fold("sum", index, lower, upper, _d(body, x))
        case Integral(body=body, variable=variable, lower=lower, upper=upper):
            terms = [times(substitute(body, {variable: upper}), _d(upper, x))]
            if lower is not None:
                terms.append(negative(times(substitute(body, {variable: lower}), _d(lower, x))))
            inside = _d(body, x)
            if inside != ZERO:
                terms.append(Integral(inside, variable, lower, upper))
            return plus(*terms)
        case Derivative(body=body, variable=variable, order=order, point=point):
            inner = Derivative(_d(body, x), variable, order, point)
            outer = Derivative(body, variable, order + 1, point)
            first = ZERO if inner.body == ZERO else inner
            return plus(first, times(outer, _d(point, x)))
    raise NotDifferentiable(f"the derivative of a {type(node).__name__.lower()} is not known")


def _renamed(node: Node, x: str) -> Node:
    """The same binder with another name bound."""
    fresh = f"{x}_prime"
    body = substitute(node.body, {x: Symbol(fresh)})  # type: ignore[attr-defined]
    binder = "index" if isinstance(node, Fold) else "variable"
    return dataclasses.replace(node, **{binder: fresh, "body": body})  # type: ignore[arg-type]


def _of_product(factors: tuple[Node, ...], x: str) -> Node:
    terms = []
    for place, factor in enumerate(factors):
        slope = _d(factor, x)
        if slope != ZERO:
            terms.append(times(*factors[:place], slope, *factors[place + 1 :]))
    return plus(*terms)


def _of_quotient(top: Node, bottom: Node, x: str) -> Node:
    if x not in free_symbols(bottom):
        return Divide(_d(top, x), bottom)
    numerator = plus(times(_d(top, x), bottom), negative(times(top, _d(bottom, x))))
    return Divide(numerator, Power(bottom, TWO))


def _of_power(node: Node, base: Node, exponent: Node, x: str) -> Node:
    if x not in free_symbols(exponent):
        if isinstance(exponent, Number):
            lowered: Node = Number(exponent.value - 1)
        else:
            lowered = Add((exponent, Negate(ONE)))
        return times(exponent, Power(base, lowered), _d(base, x))
    growth = times(_d(exponent, x), Call("log", (base,)))
    if x in free_symbols(base):
        growth = plus(growth, Divide(times(exponent, _d(base, x)), base))
    return times(node, growth)


def _call(name: str, *arguments: Node) -> Node:
    return Call(name, arguments)


def _over(bottom: Node) -> Node:
    return Divide(ONE, bottom)


def _square(node: Node) -> Node:
    return Power(node, TWO)


def _one_minus(node: Node) -> Node:
    return Add((ONE, Negate(node)))


def _one_plus(node: Node) -> Node:
    return Add((ONE, node))


_PI: Final = Constant("pi")
_HALF: Final = Number(Fraction(1, 2))
_RULES: Final[dict[str, Callable[[Node], Node]]] = {
    "exp": lambda u: _call("exp", u),
    "log": _over,
    "sqrt": lambda u: Divide(_HALF, _call("sqrt", u)),
    "sin": lambda u: _call("cos", u),
    "cos": lambda u: Negate(_call("sin", u)),
    "tan": lambda u: _one_plus(_square(_call("tan", u))),
    "cot": lambda u: Negate(_one_plus(_square(_call("cot", u)))),
    "sec": lambda u: Multiply((_call("sec", u), _call("tan", u))),
    "csc": lambda u: Negate(Multiply((_call("csc", u), _call("cot", u)))),
    "sinh": lambda u: _call("cosh", u),
    "cosh": lambda u: _call("sinh", u),
    "tanh": lambda u: _one_minus(_square(_call("tanh", u))),
    "coth": lambda u: _one_minus(_square(_call("coth", u))),
    "asin": lambda u: _over(_call("sqrt", _one_minus(_square(u)))),
    "acos": lambda u: Negate(_over(_call("sqrt", _one_minus(_square(u))))),
    "atan": lambda u: _over(_one_plus(_square(u))),
    "asinh": lambda u: _over(_call("sqrt", _one_plus(_square(u)))),
    "acosh": lambda u: _over(_call("sqrt", Add((_square(u), Negate(ONE))))),
    "atanh": lambda u: _over(_one_minus(_square(u))),
    "sigmoid": lambda u: Multiply((_call("sigmoid", u), _one_minus(_call("sigmoid", u)))),
    "softplus": lambda u: _call("sigmoid", u),
    "abs": lambda u: Divide(u, _call("abs", u)),
    "relu": lambda u: Multiply((_HALF, _one_plus(Divide(u, _call("abs", u))))),
    "erf": lambda u: Divide(Multiply((TWO, _call("exp", Negate(_square(u))))), _call("sqrt", _PI)),
}


def _of_call(function: str, arguments: tuple[Node, ...], x: str) -> Node:
    first = arguments[0]
    if len(arguments) == 1 and function in _RULES:
        return times(_RULES[function](first), _d(first, x))
    match function, arguments:
        case "log", (inside, base):
            return _d(Divide(Call("log", (inside,)), Call("log", (base,))), x)
        case "root", (inside, degree):
            return _d(Power(inside, Divide(ONE, degree)), x)
        case (("max" | "min"), (left, right)):
            # max(a, b) = (a + b + |a - b|) / 2
            gap: Node = Call("abs", (Add((left, Negate(right))),))
            gap = gap if function == "max" else Negate(gap)
            return _d(Multiply((_HALF, Add((left, right, gap)))), x)
    raise NotDifferentiable(f"the derivative of {function} is not known")


def plus(*terms: Node) -> Node:
    """The sum of terms, without the zeros."""
    kept = tuple(term for term in terms if term != ZERO)
    if len(kept) < 2:
        return kept[0] if kept else ZERO
    return Add(kept)


def times(*factors: Node) -> Node:
    """The product of factors, without the ones; 0 when one is 0."""
    if ZERO in factors:
        return ZERO
    kept = tuple(factor for factor in factors if factor != ONE)
    if len(kept) < 2:
        return kept[0] if kept else ONE
    return Multiply(kept)


def negative(node: Node) -> Node:
    """Minus a node; of zero, zero."""
    return node if node == ZERO else Negate(node)
