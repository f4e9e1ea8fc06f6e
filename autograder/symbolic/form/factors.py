"""Values taken apart: rational content, irreducible factors, and the sign of each."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import fmpq, fmpq_mpoly

from autograder.symbolic.arithmetic import fraction
from autograder.symbolic.evaluate import TooCostly
from autograder.symbolic.form.constants import constant_sign
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio

_MOST_TERMS: Final = 120
_MOST_DEGREE: Final = 80


@dataclass(frozen=True, eq=False)
class Factored:
    """A value as a rational number times powers of irreducible polynomials."""

    content: Fraction
    factors: tuple[tuple[fmpq_mpoly, int], ...]


def factored(space: Space, value: Ratio) -> Factored:
    """The value in factors; those of the denominator have negative powers."""
    content, above = _factors(value.numerator)
    below_content, below = _factors(value.denominator)
    parts = [*above, *((factor, -power) for factor, power in below)]
    return Factored(content / below_content, tuple(parts))


def _factors(polynomial: fmpq_mpoly) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
    if polynomial.is_constant():
        return fraction(fmpq(polynomial.leading_coefficient())), []
    if len(polynomial) == 1:
        generators = polynomial.context().gens()
        parts = [(g, int(d)) for g, d in zip(generators, polynomial.degrees(), strict=True) if d]
        return fraction(polynomial.leading_coefficient()), parts
    if len(polynomial) > _MOST_TERMS or max(polynomial.degrees()) > _MOST_DEGREE:
        raise TooCostly("a polynomial too large to factor")
    content, factors = polynomial.factor()
    return fraction(fmpq(content)), [(factor, int(power)) for factor, power in factors]


def is_real(space: Space, *polynomials: fmpq_mpoly) -> bool:
    """Whether every generator that occurs stands for a real number."""
    return all(space.atoms[place].real for place in space.occurring(*polynomials))


def polynomial_sign(space: Space, polynomial: fmpq_mpoly) -> int | None:
    """The sign of a polynomial almost everywhere: 1, -1, 0, or None where it is not known."""
    if polynomial.is_constant():
        return 0 if polynomial.is_zero() else (1 if polynomial.leading_coefficient() > 0 else -1)
    if not is_real(space, polynomial):
        return None
    reach = space.range(polynomial)
    if reach.nonnegative:
        return 1
    if reach.high <= 0:
        return -1
    known = constant_sign(space, space.of(polynomial))
    return known if known is not None else _deduced_sign(space, polynomial)


def _deduced_sign(space: Space, polynomial: fmpq_mpoly) -> int | None:
    leading = 1 if polynomial.leading_coefficient() > 0 else -1
    signs = space.memory.signs
    if signs and (known := signs.get(space.label(primitive(polynomial)))) is not None:
        return known * leading
    for sign in (1, -1):
        if any(space.range(sign * polynomial - known).nonnegative for known in space.known):
            return sign
    return _definite(space, polynomial)


def _definite(space: Space, polynomial: fmpq_mpoly) -> int | None:
    """The sign of a quadratic whose discriminant is never positive."""
    for place, degree in enumerate(polynomial.degrees()):
        if degree != 2:
            continue
        parts = space.coefficients(polynomial, place)
        nothing = space.context.constant(0)
        a, b, c = (parts.get(power, nothing) for power in (2, 1, 0))
        reach = space.range(a)
        if space.range(4 * a * c - b * b).nonnegative and (reach.positive or reach.negative):
            return 1 if reach.positive else -1
    return None


def primitive(polynomial: fmpq_mpoly) -> fmpq_mpoly:
    """The positive multiple, or the negative one, whose leading coefficient is 1."""
    return polynomial / polynomial.leading_coefficient()


def sign_of(space: Space, value: Ratio) -> int | None:
    """The sign of a value almost everywhere, or None where it is not known."""
    value = space.rationalised(value)
    if not is_real(space, value.numerator, value.denominator):
        return _wave_sign(space, value)
    quick = polynomial_sign(space, value.numerator), polynomial_sign(space, value.denominator)
    if quick[0] is not None and quick[1] is not None:
        return quick[0] * quick[1]
    parts = factored(space, value)
    sign = 1 if parts.content > 0 else -1
    for factor, power in parts.factors:
        if power % 2:
            of_factor = polynomial_sign(space, factor)
            if of_factor is None:
                return None
            sign *= of_factor
    return sign


def wave_label(space: Space, value: Ratio) -> tuple[str, int]:
    """The name of a real value made of waves up to a positive factor, and the factor's sign."""
    leading = fraction(value.numerator.leading_coefficient())
    return space.key(space.scale(value, 1 / leading)), 1 if leading > 0 else -1


def _wave_sign(space: Space, value: Ratio) -> int | None:
    """The sign of a trigonometric polynomial: known, or its constant term outweighs its waves."""
    if space.memory.signs:
        label, leading = wave_label(space, value)
        if (known := space.memory.signs.get(label)) is not None:
            return known * leading
    places = space.occurring(value.numerator, value.denominator)
    if len(value.denominator) != 1 or any(space.atoms[p].kind != "turn" for p in places):
        return constant_sign(space, value)
    shift = value.denominator.degrees()
    centre, waves = Fraction(0), Fraction(0)
    for monomial, coefficient in value.numerator.to_dict().items():
        if monomial == shift:
            centre = fraction(coefficient)
        else:
            waves += abs(fraction(coefficient))
    if abs(centre) < waves or centre == 0:
        return None
    return 1 if centre > 0 else -1
