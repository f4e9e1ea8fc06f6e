"""The algebra of real numbers at a sample point: exact rationals, and certified real balls where not."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from autograder.symbolic import real_functions
from autograder.symbolic.balls import (
    MAX_BITS,
    Complex,
    Real,
    at_precision,
    ball,
    bits,
    differ,
    exact,
    floor,
    fraction,
    is_zero,
    sign,
)
from autograder.symbolic.evaluate import Evaluator, TooCostly, Undefined, Unsupported
from autograder.symbolic.tree import Fold, Integral, Limit

__all__ = [
    "Complex",
    "Real",
    "Reals",
    "at_precision",
    "ball",
    "differ",
    "exact",
    "floor",
    "fraction",
    "sign",
]


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
        if is_zero(left) or is_zero(right):
            return fmpq(0)
        product = left * right
        if isinstance(product, fmpq) and bits(product) > MAX_BITS:
            raise TooCostly("a number of too many digits")
        return product

    def negate(self, operand: Real) -> Real:
        """-operand"""
        return -operand

    def divide(self, numerator: Real, denominator: Real) -> Real:
        """numerator / denominator"""
        return real_functions.divide(numerator, denominator)

    def integer(self, value: Real) -> int:
        """An exact integer."""
        return real_functions.integer(value)

    def power(self, base: Real, exponent: Real) -> Real:
        """base to the exponent; of a negative base only integer powers are real"""
        return real_functions.power(base, exponent)

    def compare(self, left: Real, right: Real) -> int:
        """-1, 0 or 1"""
        return sign(left - right)

    def analysis(self, node: Fold | Integral | Limit, at: Evaluator[Real]) -> Real:
        """An infinite sum, an integral or a limit"""
        from autograder.symbolic import limits, quadrature, series  # they compute with this algebra

        if isinstance(node, Fold):
            return series.infinite_sum(node, at)
        if isinstance(node, Integral):
            return quadrature.definite_integral(node, at)
        return limits.limit_value(node, at)

    def call(self, function: str, arguments: list[Real]) -> Real:
        """A function of real numbers, exact where the result is rational."""
        try:
            return real_functions.FUNCTIONS[function](*arguments)
        except KeyError:
            raise Unsupported(f"{function} has no value") from None
