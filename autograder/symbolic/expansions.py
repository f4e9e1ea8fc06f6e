"""Functions that are read as what they stand for: square(x) as x^2, cot(x) as cos(x)/sin(x)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from autograder.symbolic.functions import Arity
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Multiply,
    Negate,
    Node,
    Number,
    Piecewise,
    Power,
    Relation,
)

_PI: Final = Constant("pi")
_ZERO: Final = Number(Fraction(0))
_ONE: Final = Number(Fraction(1))
_TWO: Final = Number(Fraction(2))
_THREE: Final = Number(Fraction(3))


def _call(name: str, *arguments: Node) -> Node:
    return Call(name, arguments)


def _over(numerator: Node, denominator: Node) -> Node:
    return Divide(numerator, denominator)


def _minus(left: Node, right: Node) -> Node:
    return Add((left, Negate(right)))


def _step(x: Node) -> Node:
    zero, one = Relation("<", x, _ZERO), Relation(">", x, _ZERO)
    return Piecewise(((_ZERO, zero), (_ONE, one)), Divide(_ONE, _TWO))


def _beta_function(a: Node, b: Node) -> Node:
    top = Multiply((_call("Gamma", a), _call("Gamma", b)))
    return _over(top, _call("Gamma", Add((a, b))))


def _lcm(a: Node, b: Node) -> Node:
    return _over(_call("abs", Multiply((a, b))), _call("gcd", a, b))


EXPANSIONS: Final[dict[str, tuple[Arity, Callable[..., Node]]]] = {
    "square": ((1, 1), lambda x: Power(x, _TWO)),
    "pow": ((2, 2), Power),
    "cbrt": ((1, 1), lambda x: _call("root", x, _THREE)),
    "nthroot": ((2, 2), lambda x, n: _call("root", x, n)),
    "exp2": ((1, 1), lambda x: Power(_TWO, x)),
    "expm1": ((1, 1), lambda x: _minus(_call("exp", x), _ONE)),
    "log1p": ((1, 1), lambda x: _call("log", Add((_ONE, x)))),
    "rsqrt": ((1, 1), lambda x: _over(_ONE, _call("sqrt", x))),
    "isqrt": ((1, 1), lambda x: _call("floor", _call("sqrt", x))),
    "reciprocal": ((1, 1), lambda x: _over(_ONE, x)),
    "hypot": ((2, 2), lambda x, y: _call("sqrt", Add((Power(x, _TWO), Power(y, _TWO))))),
    "cot": ((1, 1), lambda x: _over(_call("cos", x), _call("sin", x))),
    "sec": ((1, 1), lambda x: _over(_ONE, _call("cos", x))),
    "csc": ((1, 1), lambda x: _over(_ONE, _call("sin", x))),
    "coth": ((1, 1), lambda x: _over(_call("cosh", x), _call("sinh", x))),
    "sech": ((1, 1), lambda x: _over(_ONE, _call("cosh", x))),
    "csch": ((1, 1), lambda x: _over(_ONE, _call("sinh", x))),
    "acot": ((1, 1), lambda x: _call("atan", _over(_ONE, x))),
    "asec": ((1, 1), lambda x: _call("acos", _over(_ONE, x))),
    "acsc": ((1, 1), lambda x: _call("asin", _over(_ONE, x))),
    "acoth": ((1, 1), lambda x: _call("atanh", _over(_ONE, x))),
    "erfc": ((1, 1), lambda x: _minus(_ONE, _call("erf", x))),
    "silu": ((1, 1), lambda x: Multiply((x, _call("sigmoid", x)))),
    "clip": ((3, 3), lambda x, low, high: _call("max", low, _call("min", x, high))),
    "heaviside": ((1, 1), _step),
    "lcm": ((2, 2), _lcm),
    "nPr": ((2, 2), lambda n, k: _over(_call("factorial", n), _call("factorial", _minus(n, k)))),
    "betafunction": ((2, 2), _beta_function),
    "degrees": ((1, 1), lambda x: _over(Multiply((x, Number(Fraction(180)))), _PI)),
    "radians": ((1, 1), lambda x: _over(Multiply((x, _PI)), Number(Fraction(180)))),
}
