"""Factorials, binomials and harmonic numbers: shifts by integers written out as products and sums."""

from __future__ import annotations

from fractions import Fraction
from math import factorial as whole_factorial
from typing import Final

from autograder.symbolic.evaluate import TooCostly, Undefined, Unsupported
from autograder.symbolic.form.basics import pi
from autograder.symbolic.form.powers import is_integer, power
from autograder.symbolic.form.ranges import EVERYTHING, POSITIVE
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio

_MOST_SHIFTS: Final = 40
_LARGEST: Final = 300


def gamma(space: Space, value: Ratio) -> Ratio:
    """Γ(z), as the factorial of z without its whole part times the factors between."""
    number = space.constant(value)
    if number is not None and number.denominator <= 2:
        return _known_gamma(space, number)
    shift, base = whole_part(space, value)
    if abs(shift) > _MOST_SHIFTS:
        raise TooCostly("a factorial far from another")
    atom = space.atom("gamma", space.add(base, space.one), where=POSITIVE)
    steps = range(1, shift) if shift > 0 else range(shift, 1)
    between = space.product([space.add(base, space.rational(j)) for j in steps])
    return space.multiply(atom, between) if shift > 0 else space.divide(atom, between)


def whole_part(space: Space, value: Ratio) -> tuple[int, Ratio]:
    """The whole part of the constant term, and the value without it."""
    if not value.denominator.is_one():
        return 0, value
    constant = value.numerator.to_dict().get((0,) * space.memory.size)
    shift = 0 if constant is None else int(constant.floor())
    return shift, space.subtract(value, space.rational(shift))


def _known_gamma(space: Space, number: Fraction) -> Ratio:
    if number.denominator == 1:
        if number <= 0:
            raise Undefined("the factorial of a negative number")
        if number > _LARGEST:
            raise TooCostly("a factorial of too many digits")
        return space.rational(whole_factorial(int(number) - 1))
    root = power(space, pi(space), space.rational(Fraction(1, 2)))
    half, factor = Fraction(1, 2), Fraction(1)
    if abs(number) > _MOST_SHIFTS:
        raise TooCostly("a factorial far from another")
    while number > half:
        number -= 1
        factor *= number
    while number < half:
        factor /= number
        number += 1
    return space.scale(root, factor)


def factorial(space: Space, value: Ratio) -> Ratio:
    """n!"""
    return gamma(space, space.add(value, space.one))


def double_factorial(space: Space, value: Ratio) -> Ratio:
    """n!!, of 2m or 2m - 1, by factorials."""
    half = space.scale(value, Fraction(1, 2))
    two = space.rational(2)
    if is_integer(space, half):
        return space.multiply(power(space, two, half), factorial(space, half))
    middle = space.add(half, space.rational(Fraction(1, 2)))
    if not is_integer(space, middle):
        raise Unsupported("a double factorial of unknown parity")
    whole = factorial(space, space.scale(middle, 2))
    return space.divide(whole, space.multiply(power(space, two, middle), factorial(space, middle)))


def binomial(space: Space, above: Ratio, below: Ratio) -> Ratio:
    """n over k, a polynomial in n where k or n - k is a small number."""
    rest = space.subtract(above, below)
    for few in (space.constant(below), space.constant(rest)):
        if few is not None and few.denominator == 1 and few <= _MOST_SHIFTS:
            if few < 0:
                return space.zero
            steps = [space.subtract(above, space.rational(j)) for j in range(int(few))]
            return space.scale(space.product(steps), Fraction(1, whole_factorial(int(few))))
    bottom = space.multiply(factorial(space, below), factorial(space, rest))
    return space.divide(factorial(space, above), bottom)


def harmonic(space: Space, value: Ratio) -> Ratio:
    """1 + 1/2 + ... + 1/n"""
    return space.subtract(polygamma(space, 1, space.add(value, space.one)),
                          polygamma(space, 1, space.one))  # fmt: skip


def polygamma(space: Space, order: int, value: Ratio) -> Ratio:
    """A function whose step from z to z + 1 is z^-order: sums of such powers are differences."""
    shift, base = whole_part(space, value)
    if abs(shift) > _MOST_SHIFTS:
        raise TooCostly("a harmonic number far from another")
    base = space.add(base, space.one)
    result = space.atom("polygamma", base, space.rational(order), where=EVERYTHING)
    steps = range(shift - 1) if shift > 1 else range(shift - 1, 0)
    for j in steps:
        term = space.integer_power(space.add(base, space.rational(j)), -order)
        result = space.add(result, term) if shift > 1 else space.subtract(result, term)
    return result
