"""Numbers as sample points need them: exact rationals, and certified real balls where not.

A value is an `fmpq` (exact) or an `arb` (a ball that is certain to hold the true value). Two values
differ for certain, or agree to the precision asked for; nothing is decided by rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import flint
from flint import arb, fmpq, fmpz

from autograder.symbolic.evaluate import Evaluator, Imprecise, TooCostly, Undefined, Unsupported
from autograder.symbolic.tree import Fold, Integral, Limit

Real = fmpq | arb

MAX_BITS: Final = 60_000
MAX_FACTORIAL: Final = 2_000
_PRECISIONS: Final = (96, 256, 1024)


def exact(value: Fraction) -> fmpq:
    """A fraction as python-flint's rational."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    """A python-flint rational as a fraction."""
    return Fraction(int(value.numer()), int(value.denom()))


def _bits(value: fmpq) -> int:
    return max(int(value.numer()).bit_length(), int(value.denom()).bit_length())


def ball(value: Real) -> arb:
    """The value as a ball."""
    return arb(value) if isinstance(value, fmpq) else value


class Reals:
    """The algebra of real numbers."""

    def rational(self, value: Fraction) -> Real:
        """An exact number."""
        return exact(value)

    def constant(self, name: str) -> Real:
        """pi or e; infinity is not a number."""
        if name == "oo":
            raise Unsupported("infinity has no value")
        if name == "i":
            raise Undefined("the imaginary unit is no real number")
        return arb.pi() if name == "pi" else arb.const_e()

    def add(self, left: Real, right: Real) -> Real:
        """left + right"""
        return left + right

    def multiply(self, left: Real, right: Real) -> Real:
        """left · right, exactly 0 when one of them is"""
        if _is_zero(left) or _is_zero(right):
            return fmpq(0)
        product = left * right
        if isinstance(product, fmpq) and _bits(product) > MAX_BITS:
            raise TooCostly("a number of too many digits")
        return product

    def negate(self, operand: Real) -> Real:
        """-operand"""
        return -operand

    def divide(self, numerator: Real, denominator: Real) -> Real:
        """numerator / denominator"""
        if _is_zero(denominator):
            raise Undefined("division by zero")
        if isinstance(denominator, arb) and denominator.contains(0):
            raise Imprecise("division by a number near zero")
        return numerator / denominator

    def integer(self, value: Real) -> int:
        """An exact integer."""
        if isinstance(value, fmpq) and value.denom() == 1:
            return int(value.numer())
        raise Undefined("a bound or index is not an integer")

    def power(self, base: Real, exponent: Real) -> Real:
        """base to the exponent; of a negative base only integer powers are real"""
        if isinstance(exponent, fmpq) and exponent.denom() == 1:
            return self._integer_power(base, int(exponent.numer()))
        if _is_zero(base):
            if sign(exponent) > 0:
                return fmpq(0)
            raise Undefined("zero to a power that is not positive")
        if sign(base) < 0:
            raise Undefined("a power of a negative number")
        if isinstance(exponent, fmpq) and isinstance(base, fmpq):
            root = _exact_root(base, int(exponent.denom()))
            if root is not None:
                return self._integer_power(root, int(exponent.numer()))
        return _finite(ball(base) ** ball(exponent))

    def _integer_power(self, base: Real, exponent: int) -> Real:
        if _is_zero(base):
            if exponent < 0:
                raise Undefined("division by zero")
            return fmpq(0) if exponent else fmpq(1)
        if isinstance(base, fmpq):
            if base == 1 or exponent in (0, 1):
                return base if exponent else fmpq(1)
            if _bits(base) * abs(exponent) <= MAX_BITS:
                return base**exponent
        if abs(exponent) > 10**15:
            raise TooCostly("an exponent of too many digits")
        return _finite(ball(base) ** fmpz(exponent))

    def compare(self, left: Real, right: Real) -> int:
        """-1, 0 or 1"""
        return sign(left - right)

    def analysis(self, node: Fold | Integral | Limit, at: Evaluator[Real]) -> Real:
        """An infinite sum, an integral or a limit"""
        raise Unsupported(f"no certain value of {type(node).__name__.lower()}s is known")

    def call(self, function: str, arguments: list[Real]) -> Real:
        """A function of real numbers, exact where the result is rational."""
        try:
            return _FUNCTIONS[function](*arguments)
        except KeyError:
            raise Unsupported(f"{function} has no value") from None


def _is_zero(value: Real) -> bool:
    return isinstance(value, fmpq) and value == 0


def _finite(value: arb) -> arb:
    if not value.is_finite():
        raise TooCostly("a number beyond every precision")
    return value


def sign(value: Real) -> int:
    """-1, 0 or 1.

    Raises:
        Imprecise: the ball holds zero and other numbers.
    """
    if value > 0:
        return 1
    if value < 0:
        return -1
    if _is_zero(value):
        return 0
    raise Imprecise("a sign that the precision does not decide")


def floor(value: Real) -> fmpq:
    """The largest integer not above the value.

    Raises:
        Imprecise: the ball holds an integer and numbers below it.
    """
    if isinstance(value, fmpq):
        return fmpq(value.floor())
    low, high = value.lower().floor().unique_fmpz(), value.upper().floor().unique_fmpz()
    if low is None or low != high:
        raise Imprecise("a rounding that the precision does not decide")
    return fmpq(low)


def _exact_root(value: fmpq, degree: int) -> fmpq | None:
    """The rational root of a positive rational, if it is rational."""
    if degree == 1:
        return value
    if degree > 64:
        return None
    parts = []
    for part in (value.numer(), value.denom()):
        root = _integer_root(int(part), degree)
        if root**degree != int(part):
            return None
        parts.append(root)
    return fmpq(parts[0], parts[1])


def _integer_root(value: int, degree: int) -> int:
    return int(fmpz(value).root(degree))


def _sqrt(value: Real) -> Real:
    return _root(value, fmpq(2))


def _root(value: Real, degree: Real) -> Real:
    if not isinstance(degree, fmpq) or degree.denom() != 1 or degree <= 0:
        raise Undefined("a root whose degree is not a positive integer")
    if _is_zero(value):
        return value
    if sign(value) < 0:
        if int(degree.numer()) % 2 == 0:
            raise Undefined("an even root of a negative number")
        return -_root(-value, degree)
    return Reals().power(value, 1 / degree)


def _log(value: Real, base: Real | None = None) -> Real:
    if _is_zero(value) or sign(value) <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    numerator: Real = fmpq(0) if value == 1 else ball(value).log()
    return numerator if base is None else Reals().divide(numerator, _log(base))


def _exp(value: Real) -> Real:
    if _is_zero(value):
        return fmpq(1)
    if abs(ball(value)) > 10**7:
        raise TooCostly("an exponential beyond every precision")
    return _finite(ball(value).exp())


def _extreme(pick: int) -> Callable[..., Real]:
    def choose(*values: Real) -> Real:
        best = values[0]
        for value in values[1:]:
            best = value if sign(value - best) == pick else best
        return best

    return choose


def _absolute(value: Real) -> Real:
    return value if _is_zero(value) or sign(value) >= 0 else -value


def _mod(value: Real, modulus: Real) -> Real:
    return value - modulus * floor(Reals().divide(value, modulus))


def _gcd(left: Real, right: Real) -> Real:
    return fmpq(fmpz(Reals().integer(left)).gcd(fmpz(Reals().integer(right))))


def _factorial(value: Real) -> Real:
    n = Reals().integer(value)
    if n < 0:
        raise Undefined("the factorial of a negative number")
    if n > MAX_FACTORIAL:
        raise TooCostly("a factorial of too many digits")
    return fmpq(fmpz.fac_ui(fmpz(n)))


def _binomial(n: Real, k: Real) -> Real:
    above, below = Reals().integer(n), Reals().integer(k)
    if below < 0 or (0 <= above < below):
        return fmpq(0)
    if below > MAX_FACTORIAL or abs(above) > MAX_FACTORIAL:
        raise TooCostly("a binomial of too many digits")
    if above < 0:
        return fmpq((-1) ** below) * fmpq(fmpz.bin_uiui(below - above - 1, below))
    return fmpq(fmpz.bin_uiui(above, below))


def _harmonic(value: Real) -> Real:
    n = Reals().integer(value)
    if n < 0:
        raise Undefined("a harmonic number below zero")
    if n > MAX_FACTORIAL:
        raise TooCostly("a harmonic number of too many digits")
    return sum((fmpq(1, k) for k in range(1, n + 1)), fmpq(0))


def _elementary(name: str, at_zero: int | None = None) -> Callable[[Real], Real]:
    """One of arb's functions, with its exact value at zero where that is rational."""

    def apply(value: Real) -> Real:
        if at_zero is not None and _is_zero(value):
            return fmpq(at_zero)
        result: arb = getattr(ball(value), name)()
        if not result.is_finite():
            raise Undefined(f"{name} is not defined there")
        return result

    return apply


_FUNCTIONS: Final[dict[str, Callable[..., Real]]] = {
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
}


def at_precision(compute: Callable[[], Real]) -> Real:
    """A value at the least precision that decides every rounding in it.

    Raises:
        Imprecise: none of the precisions does.
    """
    for precision in _PRECISIONS:
        with flint.ctx.workprec(precision):
            try:
                return compute()
            except Imprecise:
                if precision == _PRECISIONS[-1]:
                    raise
    raise AssertionError("unreachable")


def differ(left: Callable[[], Real], right: Callable[[], Real]) -> bool:
    """Whether two values differ for certain; False means they agree to 250 bits or exactly.

    Raises:
        NoValue: one of them has no value, or the precision does not decide.
    """
    for precision in _PRECISIONS:
        with flint.ctx.workprec(precision):
            try:
                a, b = left(), right()
            except Imprecise:
                if precision == _PRECISIONS[-1]:
                    raise
                continue
            if isinstance(a, fmpq) and isinstance(b, fmpq):
                return a != b
            difference = ball(a) - ball(b)
            if not difference.contains(0):
                return True
            if _is_tight(difference, ball(a), ball(b), precision):
                return False
    raise Imprecise("the two values cannot be told apart or proved close")


def _is_tight(difference: arb, a: arb, b: arb, precision: int) -> bool:
    """Whether a difference that may be zero is small beside the values themselves."""
    scale = max(abs(a.mid()), abs(b.mid()), arb(2) ** -32)
    return precision >= 256 and bool(difference.rad() < scale * arb(2) ** -120)
