"""The atoms that many builders share: π, i, roots of unity, the conjugate of a value."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Final

from flint import fmpq_mpoly, fmpz_poly

from autograder.symbolic.evaluate import Unsupported
from autograder.symbolic.form.factors import is_real
from autograder.symbolic.form.ranges import Range
from autograder.symbolic.form.space import Restart, Space
from autograder.symbolic.ratios import Ratio

_PI: Final = Range(Fraction(31415926535, 10**10), Fraction(31415926536, 10**10))
_MOST_ROOTS: Final = 60


def pi(space: Space) -> Ratio:
    """π"""
    return space.atom("pi", name="pi", where=_PI)


def imaginary(space: Space) -> Ratio:
    """The imaginary unit."""
    minus_one = space.context.constant(-1)
    return space.atom("i", name="i", real=False, relation=(2, lambda: minus_one))


def root_of_unity(space: Space, turn: Fraction) -> Ratio:
    """e^(iπ·turn), by square roots where twelfths are enough, else by a cyclotomic number."""
    turn %= 2
    twelfths = turn * 12
    if twelfths.denominator == 1 and int(twelfths) % 2 == 0:
        return _by_radicals(space, int(twelfths) // 2)
    if (turn * 4).denominator == 1:
        return _eighth(space, int(turn * 4))
    if twelfths.denominator == 1:
        thirds, quarter = root_of_unity(space, turn - Fraction(1, 4)), _eighth(space, 1)
        return space.multiply(thirds, quarter)
    order = (turn / 2).denominator
    order = needed_root(space, "unity", order)
    if order > _MOST_ROOTS:
        raise Unsupported("a root of unity of high order")
    power = int(turn / 2 * order)
    zeta = space.atom("zeta", name=f"zeta{order}", real=False, data=order)
    place = space.places[f"zeta{order}"]
    if place not in space.relations:
        space.relations[place] = _cyclotomic(space, place, order)
    return space.integer_power(zeta, power)


def needed_root(space: Space, name: str, degree: int) -> int:
    """The common degree of all the roots of one quantity; a new one starts the form again."""
    known = space.memory.roots.get(name)
    if known is None:
        space.memory.roots[name] = degree
        return degree
    common = lcm(known, degree)
    if common != known:
        space.memory.roots[name] = common
        raise Restart
    return common


def _by_radicals(space: Space, sixths: int) -> Ratio:
    """e^(iπ·k/6) = cos + i sin, with √3."""
    half, root = space.rational(Fraction(1, 2)), space.scale(square_root(space, 3), Fraction(1, 2))
    cosines = {0: space.one, 1: root, 2: half, 3: space.zero}

    def cosine(k: int) -> Ratio:
        k %= 12
        k = min(k, 12 - k)
        return cosines[k] if k <= 3 else space.negate(cosines[6 - k])

    if sixths % 6 == 0:
        return space.rational(1 if sixths % 12 == 0 else -1)
    sine = space.multiply(imaginary(space), cosine(sixths - 3))
    return space.add(cosine(sixths), sine)


def _eighth(space: Space, eighths: int) -> Ratio:
    """e^(iπ·k/4)"""
    i = imaginary(space)
    if eighths % 2 == 0:
        return space.integer_power(i, eighths // 2 % 4)
    corner = space.scale(
        space.multiply(space.add(space.one, i), square_root(space, 2)), Fraction(1, 2)
    )
    return space.multiply(corner, space.integer_power(i, eighths // 2 % 4))


def square_root(space: Space, number: int) -> Ratio:
    """The root of a prime number, at the degree that the problem needs."""
    degree = needed_root(space, str(number), 2)
    value = space.context.constant(number)
    high = Fraction(number)
    root = space.atom(
        "root",
        space.of(value),
        name=f"{number}^(1/{degree})",
        where=Range(Fraction(1), high),
        data=degree,
        relation=(degree, lambda: value),
    )
    return space.integer_power(root, degree // 2)


def _cyclotomic(space: Space, place: int, order: int) -> tuple[int, fmpq_mpoly]:
    """The relation of a primitive root of unity, as its leading power."""
    polynomial = fmpz_poly.cyclotomic(order)
    degree = polynomial.degree()
    generator = space.generators[place]
    lower = sum(
        (-int(polynomial[k]) * generator**k for k in range(degree)), space.context.constant(0)
    )
    return degree, lower


def conjugate(space: Space, value: Ratio) -> Ratio:
    """The complex conjugate.

    Raises:
        Unsupported: the value holds complex atoms of which no conjugate is known.
    """
    if is_real(space, value.numerator, value.denominator):
        return value
    images: dict[int, Ratio] = {}
    for place in space.occurring(value.numerator, value.denominator):
        atom = space.atoms[place]
        generator = space.of(space.generators[place])
        if atom.kind == "i":
            images[place] = space.negate(generator)
        elif atom.kind in ("turn", "zeta"):
            images[place] = space.inverse(generator)
        elif not atom.real:
            raise Unsupported("the conjugate of a complex function")
    top = space.evaluated(value.numerator, images)
    return space.divide(top, space.evaluated(value.denominator, images))


def real_part(space: Space, value: Ratio) -> Ratio:
    """The real part."""
    return space.scale(space.add(value, conjugate(space, value)), Fraction(1, 2))


def imaginary_part(space: Space, value: Ratio) -> Ratio:
    """The imaginary part."""
    twice = space.subtract(value, conjugate(space, value))
    return space.scale(space.divide(twice, imaginary(space)), Fraction(1, 2))


def seems_real(space: Space, value: Ratio) -> bool:
    """Whether a value equals its own conjugate."""
    if is_real(space, value.numerator, value.denominator):
        return True
    return space.is_zero(space.subtract(value, conjugate(space, value)))
