"""Trigonometric and hyperbolic functions by exponentials, and their inverses as atoms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from autograder.symbolic.form.basics import imaginary, pi
from autograder.symbolic.form.constants import is_constant
from autograder.symbolic.form.exponentials import exponential, turned
from autograder.symbolic.form.factors import is_real, sign_of
from autograder.symbolic.form.ranges import EVERYTHING, POSITIVE, Range
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio

_HALF: Final = Fraction(1, 2)


def sine(space: Space, angle: Ratio) -> Ratio:
    """(e^(iα) - e^(-iα)) / 2i"""
    turn = _turned(space, angle)
    twice = space.subtract(turn, space.inverse(turn))
    return space.rationalised(space.scale(space.divide(twice, imaginary(space)), _HALF))


def cosine(space: Space, angle: Ratio) -> Ratio:
    """(e^(iα) + e^(-iα)) / 2"""
    turn = _turned(space, angle)
    return space.rationalised(space.scale(space.add(turn, space.inverse(turn)), _HALF))


def _turned(space: Space, angle: Ratio) -> Ratio:
    if is_real(space, angle.numerator, angle.denominator):
        return turned(space, angle)
    return exponential(space, space.multiply(imaginary(space), angle))


def hyperbolic_sine(space: Space, value: Ratio) -> Ratio:
    """(e^x - e^-x) / 2"""
    grown = exponential(space, value)
    return space.scale(space.subtract(grown, space.inverse(grown)), _HALF)


def hyperbolic_cosine(space: Space, value: Ratio) -> Ratio:
    """(e^x + e^-x) / 2"""
    grown = exponential(space, value)
    return space.scale(space.add(grown, space.inverse(grown)), _HALF)


def _over(above: Function, below: Function) -> Function:
    def quotient(space: Space, value: Ratio) -> Ratio:
        return space.divide(above(space, value), below(space, value))

    return quotient


Function = Callable[[Space, Ratio], Ratio]


def arc_sine(space: Space, value: Ratio) -> Ratio:
    """asin, odd; an exact part of π where the value is a known sine."""
    sign, value = _oriented(space, value)
    known = _known_angle(space, value, sine, range(1, 13))
    angle = known if known is not None else space.atom("asin", value, where=_side(space, value))
    return space.scale(angle, sign)


def arc_cosine(space: Space, value: Ratio) -> Ratio:
    """π/2 - asin"""
    return space.subtract(space.scale(pi(space), _HALF), arc_sine(space, value))


def arc_tangent(space: Space, value: Ratio) -> Ratio:
    """atan, odd; of 1/u for positive u it is π/2 - atan u."""
    sign, value = _oriented(space, value)
    known = _known_angle(space, value, TANGENT, range(1, 12))
    if known is not None:
        return space.scale(known, sign)
    if value.numerator.is_constant() and not value.denominator.is_constant():
        of_value = sign_of(space, value)
        if of_value == 1:
            inner = space.subtract(
                space.scale(pi(space), _HALF), arc_tangent(space, space.inverse(value))
            )
            return space.scale(inner, sign)
    return space.scale(space.atom("atan", value, where=_side(space, value)), sign)


def _oriented(space: Space, value: Ratio) -> tuple[int, Ratio]:
    """A sign and a value whose leading coefficient is positive."""
    value = space.rationalised(value)
    if space.is_zero(value) or value.numerator.leading_coefficient() > 0:
        return 1, value
    return -1, space.negate(value)


def _side(space: Space, value: Ratio) -> Range:
    return POSITIVE if sign_of(space, value) == 1 else EVERYTHING


def _known_angle(
    space: Space, value: Ratio, function: Function, twentyfourths: range
) -> Ratio | None:
    """The angle k·π/24 whose sine or tangent is the value, when there is one."""
    if space.is_zero(value):
        return space.zero
    if not is_constant(space, value.numerator, value.denominator):
        return None
    for k in (twelfth for twelfth in twentyfourths if twelfth % 2 == 0 or twelfth % 3 == 0):
        for sign in (1, -1):
            angle = space.scale(pi(space), Fraction(sign * k, 24))
            difference = space.subtract(value, function(space, angle))
            if space.is_zero(space.rationalised(difference)):
                return angle
    return None


TANGENT: Final[Function] = _over(sine, cosine)

FUNCTIONS: Final[dict[str, Function]] = {
    "sin": sine,
    "cos": cosine,
    "tan": TANGENT,
    "sinh": hyperbolic_sine,
    "cosh": hyperbolic_cosine,
    "tanh": _over(hyperbolic_sine, hyperbolic_cosine),
    "asin": arc_sine,
    "acos": arc_cosine,
    "atan": arc_tangent,
}
