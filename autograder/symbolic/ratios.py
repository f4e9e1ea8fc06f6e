"""Exact rational functions: what sequences are unrolled into and normal forms are made of.

A value is a quotient of two polynomials with rational coefficients over named generators, kept by
python-flint. Two values are equal exactly when the cross products are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from autograder.symbolic.arithmetic import Reals, exact, fraction
from autograder.symbolic.evaluate import Evaluator, TooCostly, Undefined, Unsupported
from autograder.symbolic.tree import Fold, Integral, Limit

MAX_TERMS: Final = 20_000
MAX_POWER: Final = 256


@dataclass(frozen=True, eq=False)
class Ratio:
    """A rational function `numerator / denominator`."""

    numerator: fmpq_mpoly
    denominator: fmpq_mpoly

    def __eq__(self, other: object) -> bool:
        """Whether the two are the same rational function."""
        if not isinstance(other, Ratio):
            return NotImplemented
        return bool(self.numerator * other.denominator == other.numerator * self.denominator)

    __hash__ = None  # type: ignore[assignment]

    def constant(self) -> Fraction | None:
        """The value, when it is a number."""
        numerator, denominator = self.numerator, self.denominator
        if not (numerator.is_constant() and denominator.is_constant()):
            return None
        return _constant(numerator) / _constant(denominator)

    def reduced(self) -> Ratio:
        """The same function in lowest terms, the denominator's leading coefficient 1."""
        common = self.numerator.gcd(self.denominator)
        numerator, denominator = self.numerator / common, self.denominator / common
        leading = denominator.leading_coefficient()
        return Ratio(numerator / leading, denominator / leading)


def _constant(polynomial: fmpq_mpoly) -> Fraction:
    if polynomial.is_zero():
        return Fraction(0)
    return fraction(fmpq(polynomial.leading_coefficient()))


class Ratios:
    """The algebra of rational functions over the given generators."""

    def __init__(self, generators: Iterable[str]) -> None:
        names = sorted(set(generators))
        # flint wants identifiers; positions stand for the names.
        self._context = fmpq_mpoly_ctx.get([f"g{i}" for i in range(len(names))], Ordering.lex)
        self._one = self._context.constant(1)
        self.generators = dict(zip(names, self._context.gens(), strict=True))

    def generator(self, name: str) -> Ratio:
        """The generator of this name."""
        return Ratio(self.generators[name], self._one)

    def rational(self, value: Fraction) -> Ratio:
        """A number."""
        return Ratio(self._context.constant(exact(value)), self._one)

    def constant(self, name: str) -> Ratio:
        """pi or e, where they are generators."""
        if name not in self.generators:
            raise Unsupported(f"{name} is no rational function")
        return self.generator(name)

    def add(self, left: Ratio, right: Ratio) -> Ratio:
        """left + right"""
        if left.denominator == right.denominator:
            return Ratio(left.numerator + right.numerator, left.denominator)
        top = left.numerator * right.denominator + right.numerator * left.denominator
        return self._bounded(Ratio(top, left.denominator * right.denominator))

    def multiply(self, left: Ratio, right: Ratio) -> Ratio:
        """left · right"""
        if len(left.numerator) * len(right.numerator) > 16 * MAX_TERMS:
            raise TooCostly("a polynomial of too many terms")
        top = left.numerator * right.numerator
        return self._bounded(Ratio(top, left.denominator * right.denominator))

    def negate(self, operand: Ratio) -> Ratio:
        """-operand"""
        return Ratio(-operand.numerator, operand.denominator)

    def divide(self, numerator: Ratio, denominator: Ratio) -> Ratio:
        """numerator / denominator"""
        if denominator.numerator.is_zero():
            raise Undefined("division by zero")
        return self.multiply(numerator, Ratio(denominator.denominator, denominator.numerator))

    def integer(self, value: Ratio) -> int:
        """A value that is an integer."""
        number = value.constant()
        if number is None or number.denominator != 1:
            raise Undefined("a bound or index is not an integer")
        return int(number)

    def compare(self, left: Ratio, right: Ratio) -> int:
        """-1, 0 or 1 where the difference is a number"""
        difference = self.add(left, self.negate(right)).constant()
        if difference is None:
            raise Unsupported("a comparison of polynomials")
        return (difference > 0) - (difference < 0)

    def analysis(self, node: Fold | Integral | Limit, at: Evaluator[Ratio]) -> Ratio:
        """Nothing that takes a limit is a rational function as it stands."""
        raise Unsupported(f"{type(node).__name__.lower()}s are no rational functions")

    def power(self, base: Ratio, exponent: Ratio) -> Ratio:
        """base to an integer power"""
        number = exponent.constant()
        if number is None or number.denominator != 1:
            raise Unsupported("a power that is not an integer")
        return self.integer_power(base, int(number))

    def integer_power(self, base: Ratio, exponent: int) -> Ratio:
        """base to the exponent, within the limits of size"""
        if base.constant() is not None:
            value = Reals().power(exact(base.constant() or Fraction(0)), fmpq(exponent))
            if not isinstance(value, fmpq):
                raise TooCostly("a number of too many digits")
            return self.rational(fraction(value))
        if exponent < 0:
            return self.integer_power(Ratio(base.denominator, base.numerator), -exponent)
        terms = max(len(base.numerator), len(base.denominator))
        if exponent > MAX_POWER or _terms_of_power(terms, exponent) > MAX_TERMS:
            raise TooCostly("a power of too many terms")
        return Ratio(base.numerator**exponent, base.denominator**exponent)

    def call(self, function: str, arguments: list[Ratio]) -> Ratio:
        """A function of numbers; of anything else there is no rational function."""
        numbers = [argument.constant() for argument in arguments]
        if any(number is None for number in numbers):
            raise Unsupported(f"{function} of a polynomial")
        value = Reals().call(function, [exact(number) for number in numbers if number is not None])
        if not isinstance(value, fmpq):
            raise Unsupported(f"{function} gives an irrational number")
        return self.rational(fraction(value))

    @staticmethod
    def _bounded(value: Ratio) -> Ratio:
        if max(len(value.numerator), len(value.denominator)) > MAX_TERMS:
            raise TooCostly("a polynomial of too many terms")
        return value


def _terms_of_power(terms: int, exponent: int) -> int:
    """An upper bound of the terms of a polynomial's power: combinations with repetition."""
    count = 1
    for k in range(1, min(exponent, terms - 1) + 1):
        count = count * (exponent + terms - k) // k
        if count > MAX_TERMS:
            break
    return count
