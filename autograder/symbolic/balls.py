"""Numbers that are certain: exact rationals, and balls that hold the true value for sure.

A value is an `fmpq` (exact), an `arb` (a real ball) or an `acb` (a complex one). Two values differ for
certain, or agree to the precision asked for; nothing is decided by rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeVar

import flint
from flint import acb, arb, fmpq, fmpz

from autograder.symbolic.evaluate import Imprecise, TooCostly

Real = fmpq | arb
Complex = fmpq | arb | acb

MAX_BITS: Final = 60_000
_PRECISIONS: Final = (96, 256, 1024)
# Below this precision two values are never called equal.
_DECIDING: Final = 256
_SMALL: Final = arb(2) ** -32
_CLOSE: Final = arb(2) ** -120


def exact(value: Fraction) -> fmpq:
    """A fraction as python-flint's rational."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    """A python-flint rational as a fraction."""
    return Fraction(int(value.numer()), int(value.denom()))


def bits(value: fmpq) -> int:
    """How many bits the longer of numerator and denominator has."""
    return max(int(value.numer()).bit_length(), int(value.denom()).bit_length())


def ball(value: Real) -> arb:
    """The value as a ball."""
    return arb(value) if isinstance(value, fmpq) else value


def is_zero(value: Complex) -> bool:
    """Whether a value is exactly zero."""
    return isinstance(value, fmpq) and value == 0


def finite(value: arb) -> arb:
    """The ball itself, if it has an end.

    Raises:
        TooCostly: the number is beyond every precision.
    """
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
    if is_zero(value):
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


def exact_root(value: fmpq, degree: int) -> fmpq | None:
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


Any_ = TypeVar("Any_", bound=Complex)


def at_precision(compute: Callable[[], Any_]) -> Any_:
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


def differ(left: Callable[[], Complex], right: Callable[[], Complex]) -> bool:
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
            if isinstance(a, acb) or isinstance(b, acb):
                apart, close = _compare_complex(acb(a), acb(b))
            else:
                apart, close = _compare_real(ball(a), ball(b))
            if apart:
                return True
            if close and precision >= _DECIDING:
                return False
    raise Imprecise("the two values cannot be told apart or proved close")


def _compare_real(a: arb, b: arb) -> tuple[bool, bool]:
    """Whether two balls differ for certain, and whether their difference is as good as zero."""
    difference = a - b
    scale = max(abs(a.mid()), abs(b.mid()), _SMALL)
    return not difference.contains(0), bool(difference.rad() < scale * _CLOSE)


def _compare_complex(a: acb, b: acb) -> tuple[bool, bool]:
    difference = a - b
    radius = max(difference.real.rad(), difference.imag.rad())
    scale = max(abs(a).mid(), abs(b).mid(), _SMALL)
    return not difference.contains(0), bool(radius < scale * _CLOSE)
