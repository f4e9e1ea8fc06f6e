"""The functions of real numbers, exact where the result is rational."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flint import arb, fmpq, fmpz

from autograder.symbolic.balls import (
    MAX_BITS,
    Real,
    ball,
    bits,
    exact_root,
    finite,
    floor,
    is_zero,
    sign,
)
from autograder.symbolic.evaluate import Imprecise, TooCostly, Undefined

MAX_FACTORIAL: Final = 2_000


def divide(numerator: Real, denominator: Real) -> Real:
    """numerator / denominator"""
    if is_zero(denominator):
        raise Undefined("division by zero")
    if isinstance(denominator, arb) and denominator.contains(0):
        raise Imprecise("division by a number near zero")
    return numerator / denominator


def integer(value: Real) -> int:
    """An exact integer."""
    if isinstance(value, fmpq) and value.denom() == 1:
        return int(value.numer())
    raise Undefined("a bound or index is not an integer")


def power(base: Real, exponent: Real) -> Real:
    """base to the exponent; of a negative base only integer powers are real"""
    if isinstance(exponent, fmpq) and exponent.denom() == 1:
        return integer_power(base, int(exponent.numer()))
    if is_zero(base):
        if sign(exponent) > 0:
            return fmpq(0)
        raise Undefined("zero to a power that is not positive")
    if sign(base) < 0:
        raise Undefined("a power of a negative number")
    if isinstance(exponent, fmpq) and isinstance(base, fmpq):
        root = exact_root(base, int(exponent.denom()))
        if root is not None:
            return integer_power(root, int(exponent.numer()))
    return finite(ball(base) ** ball(exponent))


def integer_power(base: Real, exponent: int) -> Real:
    """base to an integer, exact as long as the result is of moderate size"""
    if is_zero(base):
        if exponent < 0:
            raise Undefined("division by zero")
        return fmpq(0) if exponent else fmpq(1)
    if isinstance(base, fmpq):
        if base == 1 or exponent in (0, 1):
            return base if exponent else fmpq(1)
        if bits(base) * abs(exponent) <= MAX_BITS:
            return base**exponent
    if abs(exponent) > 10**15:
        raise TooCostly("an exponent of too many digits")
    return finite(ball(base) ** fmpz(exponent))


def _sqrt(value: Real) -> Real:
    return _root(value, fmpq(2))


def _root(value: Real, degree: Real) -> Real:
    if not isinstance(degree, fmpq) or degree.denom() != 1 or degree <= 0:
        raise Undefined("a root whose degree is not a positive integer")
    if is_zero(value):
        return value
    if sign(value) < 0:
        if int(degree.numer()) % 2 == 0:
            raise Undefined("an even root of a negative number")
        return -_root(-value, degree)
    return power(value, 1 / degree)


def _log(value: Real, base: Real | None = None) -> Real:
    if is_zero(value) or sign(value) <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    numerator: Real = fmpq(0) if value == 1 else ball(value).log()
    return numerator if base is None else divide(numerator, _log(base))


def _exp(value: Real) -> Real:
    if is_zero(value):
        return fmpq(1)
    if abs(ball(value)) > 10**7:
        raise TooCostly("an exponential beyond every precision")
    return finite(ball(value).exp())


def _extreme(pick: int) -> Callable[..., Real]:
    def choose(*values: Real) -> Real:
        best = values[0]
        for value in values[1:]:
            best = value if sign(value - best) == pick else best
        return best

    return choose


def _absolute(value: Real) -> Real:
    return value if is_zero(value) or sign(value) >= 0 else -value


def _mod(value: Real, modulus: Real) -> Real:
    return value - modulus * floor(divide(value, modulus))


def _gcd(left: Real, right: Real) -> Real:
    return fmpq(fmpz(integer(left)).gcd(fmpz(integer(right))))


def _factorial(value: Real) -> Real:
    n = integer(value)
    if n < 0:
        raise Undefined("the factorial of a negative number")
    if n > MAX_FACTORIAL:
        raise TooCostly("a factorial of too many digits")
    return fmpq(fmpz.fac_ui(fmpz(n)))


def _binomial(n: Real, k: Real) -> Real:
    above, below = integer(n), integer(k)
    if below < 0 or (0 <= above < below):
        return fmpq(0)
    if below > MAX_FACTORIAL or abs(above) > MAX_FACTORIAL:
        raise TooCostly("a binomial of too many digits")
    if above < 0:
        return fmpq((-1) ** below) * fmpq(fmpz.bin_uiui(below - above - 1, below))
    return fmpq(fmpz.bin_uiui(above, below))


def _harmonic(value: Real) -> Real:
    n = integer(value)
    if n < 0:
        raise Undefined("a harmonic number below zero")
    if n > MAX_FACTORIAL:
        raise TooCostly("a harmonic number of too many digits")
    return sum((fmpq(1, k) for k in range(1, n + 1)), fmpq(0))


def _elementary(name: str, at_zero: int | None = None) -> Callable[[Real], Real]:
    """One of arb's functions, with its exact value at zero where that is rational."""

    def apply(value: Real) -> Real:
        if at_zero is not None and is_zero(value):
            return fmpq(at_zero)
        result: arb = getattr(ball(value), name)()
        if not result.is_finite():
            raise Undefined(f"{name} is not defined there")
        return result

    return apply


def _atan2(y: Real, x: Real) -> Real:
    if is_zero(y) and sign(x) > 0:
        return fmpq(0)
    if is_zero(x) and is_zero(y):
        raise Undefined("the angle of the origin")
    return finite(arb.atan2(ball(y), ball(x)))


def _negative_argument(value: Real) -> Real:
    if is_zero(value):
        raise Undefined("the argument of zero")
    return arb.pi()


def _gamma(value: Real) -> Real:
    if isinstance(value, fmpq) and value.denom() == 1:
        if value <= 0:
            raise Undefined("the gamma function at zero or a negative integer")
        return _factorial(value - 1)
    result = ball(value).gamma()
    if not result.is_finite():
        raise Imprecise("the gamma function near a pole")
    return result


def _double_factorial(value: Real) -> Real:
    n = integer(value)
    if n < -1:
        raise Undefined("the double factorial of a negative number")
    if n > MAX_FACTORIAL:
        raise TooCostly("a double factorial of too many digits")
    product = 1
    for k in range(n, 1, -2):
        product *= k
    return fmpq(product)


FUNCTIONS: Final[dict[str, Callable[..., Real]]] = {
    "floor": floor,
    "ceil": lambda x: -floor(-x),
    "trunc": lambda x: floor(x) if sign(x) >= 0 else -floor(-x),
    "round": lambda x: floor(x + fmpq(1, 2)),
    "abs": _absolute,
    "sign": lambda x: fmpq(sign(x)),
    "min": _extreme(-1),
    "max": _extreme(1),
    "mod": _mod,
    "gcd": _gcd,
    "sqrt": _sqrt,
    "root": _root,
    "exp": _exp,
    "log": _log,
    "sin": _elementary("sin", 0),
    "cos": _elementary("cos", 1),
    "tan": _elementary("tan", 0),
    "sinh": _elementary("sinh", 0),
    "cosh": _elementary("cosh", 1),
    "tanh": _elementary("tanh", 0),
    "asin": _elementary("asin", 0),
    "acos": _elementary("acos"),
    "atan": _elementary("atan", 0),
    "relu": lambda x: _extreme(1)(fmpq(0), x),
    "sigmoid": lambda x: 1 / (1 + _exp(-x)),
    "softplus": lambda x: _log(1 + _exp(x)),
    "factorial": _factorial,
    "binomial": _binomial,
    "harmonic": _harmonic,
    "asinh": _elementary("asinh", 0),
    "acosh": _elementary("acosh"),
    "atanh": _elementary("atanh", 0),
    "atan2": _atan2,
    "erf": _elementary("erf", 0),
    "Gamma": _gamma,
    "digamma": _elementary("digamma"),
    "doublefactorial": _double_factorial,
    "conjugate": lambda x: x,
    "re": lambda x: x,
    "im": lambda x: fmpq(0),
    "arg": lambda x: fmpq(0) if sign(x) > 0 else _negative_argument(x),
}
