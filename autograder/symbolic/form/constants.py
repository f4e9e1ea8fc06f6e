"""Constants: their values in certified balls, and a proof that an algebraic one is zero.

An algebraic integer that is not zero is not smaller than a bound that its conjugates give; a ball
around zero of smaller radius is then a proof (the separation bound).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import log2
from typing import Final

import flint
from flint import acb, arb, fmpq, fmpq_mpoly

from autograder.symbolic.arithmetic import fraction
from autograder.symbolic.form.space import Atom, Space
from autograder.symbolic.ratios import Ratio

_PRECISIONS: Final = (64, 256, 1024)
_MOST_BITS: Final = 20_000
ALGEBRAIC: Final = frozenset({"i", "root", "zeta"})
_CONSTANT: Final = ALGEBRAIC | {"pi", "exp", "log", "asin", "atan", "turn", "pow"}


def is_constant(space: Space, *polynomials: fmpq_mpoly) -> bool:
    """Whether no symbol occurs, also inside the atoms."""
    return all(_constant_atom(space, place) for place in space.occurring(*polynomials))


def _constant_atom(space: Space, place: int) -> bool:
    atom = space.atoms[place]
    return atom.kind in _CONSTANT and all(
        is_constant(space, argument.numerator, argument.denominator) for argument in atom.arguments
    )


def constant_sign(space: Space, value: Ratio) -> int | None:
    """The sign of a real constant, by its value; None for what is no constant or looks like 0."""
    if not is_constant(space, value.numerator, value.denominator):
        return None
    for precision in _PRECISIONS:
        with flint.ctx.workprec(precision):
            ball = approximation(space, value)
        if ball is None or not ball.is_finite():
            continue
        if ball.real > 0 or ball.real < 0:
            return 1 if ball.real > 0 else -1
    return None


def approximation(space: Space, value: Ratio) -> acb | None:
    """A constant in a certified ball at the working precision."""
    values: dict[int, acb] = {}
    for place in space.occurring(value.numerator, value.denominator):
        ball = _atom_value(space, space.atoms[place])
        if ball is None:
            return None
        values[place] = ball
    bottom = _polynomial_value(value.denominator, values)
    return _polynomial_value(value.numerator, values) / bottom


def _polynomial_value(polynomial: fmpq_mpoly, values: Mapping[int, acb]) -> acb:
    total = acb(0)
    for monomial, coefficient in polynomial.to_dict().items():
        term = acb(coefficient)
        for place, power in enumerate(monomial):
            if power:
                term *= values[place] ** int(power)
        total += term
    return total


def _atom_value(space: Space, atom: Atom) -> acb | None:
    if atom.kind == "pi":
        return acb.pi()
    if atom.kind == "i":
        return acb(0, 1)
    if atom.kind == "zeta":
        return (2 * acb.pi() * acb(0, 1) / int(atom.data)).exp()
    balls = [approximation(space, argument) for argument in atom.arguments]
    known = [ball for ball in balls if ball is not None]
    return _function_value(atom, known) if len(known) == len(balls) else None


def _function_value(atom: Atom, arguments: list[acb]) -> acb | None:
    first = arguments[0]
    match atom.kind:
        case "exp":
            return (first / int(atom.data)).exp()
        case "turn":
            return (first * acb(0, 1) / int(atom.data)).exp()
        case "root":
            return first.root(int(atom.data))
        case "pow":
            return first ** (arguments[1] / int(atom.data))
        case "log":
            return acb(abs(first).log())
        case "asin" | "atan":
            return first.asin() if atom.kind == "asin" else first.atan()
    return None


def vanishes(space: Space, polynomial: fmpq_mpoly) -> bool:
    """Whether a polynomial is zero because its coefficients are algebraic numbers that are."""
    algebraic = [p for p in space.occurring(polynomial) if _is_algebraic(space, p)]
    if not algebraic:
        return bool(polynomial.is_zero())
    groups: dict[tuple[int, ...], dict[tuple[int, ...], fmpq]] = {}
    for monomial, coefficient in polynomial.to_dict().items():
        outer = tuple(0 if p in algebraic else power for p, power in enumerate(monomial))
        inner = tuple(power if p in algebraic else 0 for p, power in enumerate(monomial))
        groups.setdefault(outer, {})[inner] = coefficient
    return all(_is_zero_number(space, space.context.from_dict(t)) for t in groups.values())


def _is_algebraic(space: Space, place: int) -> bool:
    atom = space.atoms[place]
    if atom.kind not in ALGEBRAIC:
        return False
    return all(
        argument.denominator.is_one()
        and all(coefficient.q == 1 for coefficient in argument.numerator.coeffs())
        and all(_is_algebraic(space, p) for p in space.occurring(argument.numerator))
        for argument in atom.arguments
    )


def _is_zero_number(space: Space, polynomial: fmpq_mpoly) -> bool:
    value = space.of(polynomial)
    with flint.ctx.workprec(128):
        ball = approximation(space, value)
    if ball is None or not ball.contains(0):
        return False
    bits = _separation_bits(space, polynomial)
    if bits > _MOST_BITS:
        return False
    with flint.ctx.workprec(bits + 64):
        ball = approximation(space, value)
        return ball is not None and bool(ball.abs_upper() < arb(2) ** -bits)


def _separation_bits(space: Space, polynomial: fmpq_mpoly) -> int:
    """-log2 of a bound below which only zero lies, for an algebraic number."""
    places = space.occurring(polynomial)
    tower = sorted(_below(space, places))
    degree = 1
    for place in tower:
        degree *= _degree(space.atoms[place])
    scale = _scale(polynomial)
    house = _house_bits(space, polynomial) + log2(scale) + 1
    return int(house * max(degree - 1, 1) + log2(scale)) + 8


def _below(space: Space, places: list[int]) -> set[int]:
    """Generators and everything that they are made of."""
    found = set(places)
    for place in places:
        for argument in space.atoms[place].arguments:
            found |= _below(space, space.occurring(argument.numerator))
    return found


def _degree(atom: Atom) -> int:
    if atom.kind == "zeta":
        return int(atom.data)
    return int(atom.data) if atom.kind == "root" else 2


def _scale(polynomial: fmpq_mpoly) -> int:
    """The common denominator of the coefficients."""
    scale = 1
    for coefficient in polynomial.coeffs():
        scale = scale * int(coefficient.q) // _gcd(scale, int(coefficient.q))
    return scale


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _house_bits(space: Space, polynomial: fmpq_mpoly) -> float:
    """log2 of a bound on every conjugate of an algebraic number."""
    total = Fraction(0)
    for monomial, coefficient in polynomial.to_dict().items():
        bits = sum(
            int(power) * max(_atom_house(space, space.atoms[place]), 0)
            for place, power in enumerate(monomial)
            if power
        )
        total += abs(fraction(coefficient)) * Fraction(2) ** (int(bits) + 1)
    return log2(total) if total else 0.0


def _atom_house(space: Space, atom: Atom) -> float:
    if atom.kind != "root":
        return 0.0
    return _house_bits(space, atom.arguments[0].numerator) / int(atom.data) + 0.01
