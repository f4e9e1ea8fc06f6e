"""Absolute values, signs and extremes: by the sign where it is known, else by cases.

A quantity of unknown sign raises `Split`, and the proof is made once for each sign. Inside a sum,
where the sign may change from term to term, the absolute value is an atom whose square is known.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq_mpoly

from autograder.symbolic.evaluate import Unsupported
from autograder.symbolic.form.basics import conjugate, imaginary, seems_real
from autograder.symbolic.form.factors import (
    factored,
    is_real,
    polynomial_sign,
    primitive,
    sign_of,
    wave_label,
)
from autograder.symbolic.form.ranges import NONNEGATIVE
from autograder.symbolic.form.space import Space, Split
from autograder.symbolic.ratios import Ratio


def absolute(space: Space, value: Ratio) -> Ratio:
    """The absolute value; of a complex number its modulus."""
    value = space.rationalised(value)
    known = sign_of(space, value) if _is_plain(space, value) else None
    if known is not None:
        return space.scale(value, known)
    if not _is_plain(space, value):
        return _modulus(space, value)
    parts = factored(space, value)
    result = space.rational(abs(parts.content))
    for factor, times in parts.factors:
        size = space.of(factor)
        if times % 2:
            size = _factor_size(space, factor)
        result = space.multiply(result, space.integer_power(size, times))
    return result


def _is_plain(space: Space, value: Ratio) -> bool:
    return is_real(space, value.numerator, value.denominator)


def _factor_size(space: Space, factor: fmpq_mpoly) -> Ratio:
    sign = polynomial_sign(space, factor)
    if sign is not None:
        return space.scale(space.of(factor), sign)
    if varies(space, space.of(factor)):
        return _size_atom(space, factor)
    raise _split(space, factor)


def _split(space: Space, factor: fmpq_mpoly) -> Split:
    factor = primitive(factor)
    return Split(space.label(factor), space.linear_form(factor))


def _size_atom(space: Space, factor: fmpq_mpoly) -> Ratio:
    square = factor * factor
    return space.atom("abs", space.of(factor), where=NONNEGATIVE, relation=(2, lambda: square))


def varies(space: Space, value: Ratio) -> bool:
    """Whether a value depends on the index of a sum that is being built."""
    return any(
        atom.kind == "bound" and space.depends(value, place)
        for place, atom in enumerate(space.atoms)
    )


def _modulus(space: Space, value: Ratio) -> Ratio:
    """|z|: of a real or imaginary value by its sign, else √(z·z̄)."""
    other = conjugate(space, value)
    if space.is_zero(space.add(value, other)):
        value = space.rationalised(space.divide(value, imaginary(space)))
    elif not space.is_zero(space.subtract(value, other)):
        from autograder.symbolic.form.powers import power

        square = space.rationalised(space.multiply(value, other))
        return power(space, square, space.rational(Fraction(1, 2)))
    if _is_plain(space, value):
        return absolute(space, value)
    return space.scale(value, sign_or_split(space, value))


def sign_or_split(space: Space, value: Ratio) -> int:
    """The sign of a real value.

    Raises:
        Split: it is not known.
    """
    value = space.rationalised(value)
    if not seems_real(space, value):
        raise Unsupported("the sign of a complex number")
    sign = sign_of(space, value)
    if sign is not None:
        return sign
    if varies(space, value):
        raise Unsupported("a sign that changes from term to term")
    if not _is_plain(space, value):
        raise Split(wave_label(space, value)[0])
    for factor, times in factored(space, value).factors:
        if times % 2 and polynomial_sign(space, factor) is None:
            raise _split(space, factor)
    raise Unsupported("a sign that is not known")


def sign(space: Space, value: Ratio) -> Ratio:
    """-1, 0 or 1"""
    if space.is_zero(value):
        return space.zero
    if sign_of(space, value) is None and varies(space, value):
        return space.divide(value, absolute(space, value))
    return space.rational(sign_or_split(space, value))


def extreme(space: Space, values: list[Ratio], pick: int) -> Ratio:
    """The largest value (`pick` 1) or the smallest (-1)."""
    best = values[0]
    for value in values[1:]:
        difference = space.subtract(value, best)
        if space.is_zero(difference):
            continue
        if varies(space, difference) and sign_of(space, difference) is None:
            gap = space.scale(absolute(space, difference), pick)
            best = space.scale(space.total([best, value, gap]), Fraction(1, 2))
        elif sign_or_split(space, difference) == pick:
            best = value
    return best
