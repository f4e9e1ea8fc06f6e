"""Floor, ceiling and remainders: whole parts pulled out, quotients of integers brought low."""

from __future__ import annotations

from fractions import Fraction
from math import floor as floored
from math import gcd, lcm

import flint
from flint import fmpq_mpoly

from autograder.symbolic.arithmetic import exact, fraction
from autograder.symbolic.form.constants import approximation, is_constant
from autograder.symbolic.form.factors import is_real, sign_of
from autograder.symbolic.form.magnitude import sign_or_split
from autograder.symbolic.form.powers import is_integer
from autograder.symbolic.form.ranges import Range
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio


def floor(space: Space, value: Ratio) -> Ratio:
    """The largest integer not above the value."""
    value = space.rationalised(value)
    number = space.constant(value)
    if number is not None:
        return space.rational(floored(number))
    if is_integer(space, value):
        return value
    if is_constant(space, value.numerator, value.denominator):
        found = _floor_of_constant(space, value)
        if found is not None:
            return space.rational(found)
    if value.denominator.is_one():
        return _without_denominator(space, value)
    if _all_integers(space, value) and sign_of(space, space.of(value.denominator)) is not None:
        return _quotient(space, *_integral(space, value))
    return _atom(space, value)


def ceiling(space: Space, value: Ratio) -> Ratio:
    """The smallest integer not below the value."""
    return space.negate(floor(space, space.negate(value)))


def truncated(space: Space, value: Ratio) -> Ratio:
    """The value without its fraction."""
    return floor(space, value) if sign_or_split(space, value) >= 0 else ceiling(space, value)


def remainder(space: Space, value: Ratio, modulus: Ratio) -> Ratio:
    """value - modulus · floor(value / modulus)"""
    times = floor(space, space.divide(value, modulus))
    return space.subtract(value, space.multiply(modulus, times))


def _floor_of_constant(space: Space, value: Ratio) -> int | None:
    with flint.ctx.workprec(256):
        ball = approximation(space, value)
        if ball is None or not ball.imag.contains(0):
            return None
        found = ball.real.floor().unique_fmpz()
    return None if found is None else int(found)


def _all_integers(space: Space, value: Ratio) -> bool:
    places = space.occurring(value.numerator, value.denominator)
    return all(space.atoms[place].integer for place in places)


def _without_denominator(space: Space, value: Ratio) -> Ratio:
    """Whole multiples of integers come out; of integers only fractions in [0, 1) stay in."""
    whole, rest = space.zero, space.zero
    for number, monomial in space.terms(value):
        if is_integer(space, monomial):
            whole = space.add(whole, space.scale(monomial, floored(number)))
            number -= floored(number)
        rest = space.add(rest, space.scale(monomial, number))
    if space.is_zero(rest):
        return whole
    if _all_integers(space, rest):
        return space.add(whole, _quotient(space, *_integral(space, rest)))
    return space.add(whole, _atom(space, rest))


def _integral(space: Space, value: Ratio) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    """Numerator and denominator with whole coefficients."""
    numbers = [*value.numerator.coeffs(), *value.denominator.coeffs()]
    scale = lcm(*(int(number.q) for number in numbers))
    return value.numerator * scale, value.denominator * scale


def _quotient(space: Space, top: fmpq_mpoly, bottom: fmpq_mpoly) -> Ratio:
    """floor(top / bottom) of integers, in the form that equal ones share."""
    if sign_of(space, space.of(bottom)) == -1:
        top, bottom = -top, -bottom
    whole, top = _divided(space, top, bottom)
    if top.is_zero():
        return space.of(whole)
    top, bottom = _without_content(space, top, bottom)
    if len(top) > 0 and top.leading_coefficient() < 0:
        flipped = _quotient(space, -top - 1, bottom)
        return space.subtract(space.of(whole - 1), flipped)
    value = _nested(space, top, bottom)
    if space.constant(value) is not None or is_integer(space, value):
        return space.add(space.of(whole), floor(space, value))
    return space.add(space.of(whole), _atom(space, value))


def _divided(space: Space, top: fmpq_mpoly, bottom: fmpq_mpoly) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    """A whole polynomial q and top - q·bottom, whose terms the leading one no longer divides."""
    quotient = space.context.constant(0)
    lead, leading = bottom.monoms()[0], fraction(bottom.leading_coefficient())
    for _ in range(60):
        for monomial, coefficient in top.to_dict().items():
            times = floored(fraction(coefficient) / leading)
            if times and all(a >= b for a, b in zip(monomial, lead, strict=True)):
                exponents = [a - b for a, b in zip(monomial, lead, strict=True)]
                part = space.context.term(exp_vec=exponents, coeff=times)
                quotient, top = quotient + part, top - part * bottom
                break
        else:
            break
    return quotient, top


def _without_content(
    space: Space, top: fmpq_mpoly, bottom: fmpq_mpoly
) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    """floor((g·a + c) / (g·b)) is floor((a + floor(c/g)) / b)."""
    found = top.to_dict().get((0,) * space.memory.size)
    constant = Fraction(0) if found is None else fraction(found)
    rest = top - exact(constant)
    content = gcd(*(int(number.p) for number in (*rest.coeffs(), *bottom.coeffs())))
    if content <= 1:
        return top, bottom
    kept = rest / content + floored(constant / content)
    return kept, bottom / content


def _nested(space: Space, top: fmpq_mpoly, bottom: fmpq_mpoly) -> Ratio:
    """top / bottom, a floor of its own within the numerator undone."""
    for place in space.occurring(top):
        atom = space.atoms[place]
        if atom.kind == "floor" and top.degrees()[place] == 1:
            rest, factor = space.halves(top, place)
            if factor.is_one():
                inside = space.add(atom.arguments[0], space.of(rest))
                return space.divide(inside, space.of(bottom))
    return space.make(top, bottom)


def _atom(space: Space, value: Ratio) -> Ratio:
    reach = Range()
    if is_real(space, value.numerator, value.denominator) and sign_of(space, value) == 1:
        reach = Range(Fraction(0), low_open=False)
    elif not _all_integers(space, value) and value.numerator.leading_coefficient() < 0:
        return space.negate(space.atom("ceil", space.negate(value), integer=True))
    return space.atom("floor", value, where=reach, integer=True)
