"""Logarithms as sums over factors, and the inverse functions that are logarithms.

In real formulas log of a product is the sum of the logarithms of the factors' magnitudes, wherever
the product is positive. In complex ones only positive factors are taken out.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq_mpoly, fmpz

from autograder.symbolic.evaluate import TooCostly, Undefined
from autograder.symbolic.form.basics import imaginary, pi
from autograder.symbolic.form.factors import factored, is_real, polynomial_sign, sign_of
from autograder.symbolic.form.powers import learn_positive, power
from autograder.symbolic.form.ranges import POSITIVE, Range
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio

_LARGEST_FACTORED = 10**24


def logarithm(space: Space, value: Ratio) -> Ratio:
    """The natural logarithm."""
    value = space.rationalised(value)
    if space.is_zero(value):
        raise Undefined("the logarithm of zero")
    if space.memory.complex:
        return _complex_logarithm(space, value)
    known = sign_of(space, value)
    if known == -1:
        raise Undefined("the logarithm of a negative number")
    if known is None:
        _learn(space, value)
    return magnitudes(space, value)


def _learn(space: Space, value: Ratio) -> None:
    parts = factored(space, value)
    if not is_real(space, value.numerator, value.denominator):
        return
    odd = [f for f, times in parts.factors if times % 2 and polynomial_sign(space, f) is None]
    if len(odd) == 1 and len(parts.factors) == 1:
        learn_positive(space, odd[0] if parts.content > 0 else -odd[0])


def magnitudes(space: Space, value: Ratio) -> Ratio:
    """Σ k·log|f| over the factors f^k."""
    parts = factored(space, value)
    terms = _number_terms(space, abs(parts.content))
    terms += [space.scale(_factor(space, f), times) for f, times in parts.factors]
    return space.total(terms)


def _number_terms(space: Space, value: Fraction) -> list[Ratio]:
    terms = []
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        if number > _LARGEST_FACTORED:
            raise TooCostly("a number of too many digits to factor")
        if number > 1:
            terms += [
                space.scale(_atom(space, space.context.constant(int(p))), sign * int(k))
                for p, k in fmpz(number).factor()
            ]
    return terms


def _factor(space: Space, factor: fmpq_mpoly) -> Ratio:
    """log|f| of an irreducible factor."""
    if len(factor) == 1 and factor.leading_coefficient() == 1:
        atom = space.atoms[factor.degrees().index(1)]
        match atom.kind:
            case "exp":
                return space.scale(atom.arguments[0], Fraction(1, atom.data))
            case "turn" | "i" | "zeta" | "whole":
                return space.zero
            case "root":
                return space.scale(magnitudes(space, atom.arguments[0]), Fraction(1, atom.data))
            case "pow":
                inner = space.scale(atom.arguments[1], Fraction(1, atom.data))
                return space.multiply(inner, magnitudes(space, atom.arguments[0]))
    return _atom(space, factor)


def _atom(space: Space, factor: fmpq_mpoly) -> Ratio:
    factor = factor if factor.leading_coefficient() > 0 else -factor
    reach = space.range(factor) if is_real(space, factor) else Range()
    where = POSITIVE if reach.low > 1 or (reach.low == 1 and reach.low_open) else Range()
    if reach.positive and reach.high <= 1:
        where = Range(high=Fraction(0))
    return space.atom("log", space.of(factor), where=where)


def _complex_logarithm(space: Space, value: Ratio) -> Ratio:
    sign = sign_of(space, value) if is_real(space, value.numerator, value.denominator) else None
    if sign is not None:
        turn = space.multiply(imaginary(space), pi(space)) if sign < 0 else space.zero
        return space.add(magnitudes(space, value), turn)
    parts = factored(space, value)
    rest = space.rational(1 if parts.content > 0 else -1)
    terms = _number_terms(space, abs(parts.content))
    for factor, times in parts.factors:
        if polynomial_sign(space, factor) == 1:
            terms.append(space.scale(_factor(space, factor), times))
        else:
            rest = space.multiply(rest, space.integer_power(space.of(factor), times))
    return space.total([*terms, space.atom("clog", rest, real=False)])


def inverse_hyperbolic(space: Space, name: str, value: Ratio) -> Ratio:
    """asinh, acosh and atanh by logarithms."""
    half = space.rational(Fraction(1, 2))
    if name == "atanh":
        above, below = space.add(space.one, value), space.subtract(space.one, value)
        return space.multiply(half, logarithm(space, space.divide(above, below)))
    square = space.multiply(value, value)
    shift = space.one if name == "asinh" else space.rational(-1)
    return logarithm(space, space.add(value, power(space, space.add(square, shift), half)))
