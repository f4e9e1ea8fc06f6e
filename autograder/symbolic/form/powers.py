"""Powers: bases split into factors, exponents into terms, so that the rules of powers hold by form.

In real formulas a factor whose sign is not known may leave an even root or a symbolic power only
where it is positive, or alone: √(x·y) is no √x·√y, and √(x²) is |x|.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Final

from flint import fmpq_mpoly, fmpz

from autograder.symbolic.arithmetic import exact
from autograder.symbolic.evaluate import TooCostly, Undefined, Unsupported
from autograder.symbolic.form import exponentials
from autograder.symbolic.form.basics import needed_root, root_of_unity
from autograder.symbolic.form.factors import (
    Factored,
    factored,
    is_real,
    polynomial_sign,
    primitive,
    sign_of,
)
from autograder.symbolic.form.magnitude import absolute, varies
from autograder.symbolic.form.ranges import EVERYTHING, POSITIVE
from autograder.symbolic.form.space import Restart, Space
from autograder.symbolic.ratios import Ratio

_LARGEST_FACTORED: Final = 10**24


def power(space: Space, base: Ratio, exponent: Ratio) -> Ratio:
    """base to the exponent."""
    number = space.constant(exponent)
    if number is not None and number.denominator == 1:
        if space.is_zero(base) and number <= 0:
            if number == 0:
                return space.one
            raise Undefined("division by zero")
        return space.integer_power(base, int(number))
    if space.is_zero(base):
        return space.zero
    if _has_logarithm(space, exponent):
        from autograder.symbolic.form.logarithms import logarithm

        return exponentials.exponential(space, space.multiply(exponent, logarithm(space, base)))
    if not space.memory.complex and not is_integer(space, exponent):
        return _real_power(space, factored(space, base), exponent)
    return space.product([_piece(space, p, exponent) for p in _plain_pieces(space, base, exponent)])


def _has_logarithm(space: Space, exponent: Ratio) -> bool:
    return any(
        space.atoms[p].kind == "log"
        for p in space.occurring(exponent.numerator, exponent.denominator)
    )


Piece = tuple[fmpq_mpoly | Fraction, int]


def _plain_pieces(space: Space, base: Ratio, exponent: Ratio) -> list[Piece]:
    """The base as factors that may be raised one by one: to integers all of them may."""
    parts = factored(space, base)
    if not is_integer(space, exponent):
        return _complex_pieces(space, parts)
    minus: list[Piece] = [(Fraction(-1), 1)] if parts.content < 0 else []
    return [*minus, *_number_pieces(abs(parts.content)), *parts.factors]


def _real_power(space: Space, parts: Factored, exponent: Ratio) -> Ratio:
    """Factors of known sign one by one; squares by their magnitude; the rest must be positive."""
    pieces = _number_pieces(abs(parts.content))
    odd: list[fmpq_mpoly] = []
    squares = space.one
    sign = 1 if parts.content > 0 else -1
    unknown = [(f, times) for f, times in parts.factors if polynomial_sign(space, f) is None]
    alone = sum(times % 2 for _, times in unknown) == 1
    for factor, times in parts.factors:
        known = polynomial_sign(space, factor)
        if known is not None:
            pieces.append((factor if known > 0 else -factor, times))
            sign *= known if times % 2 else 1
        elif times % 2 and alone:
            odd.append(factor)
            pieces.append((factor, times))
        else:
            odd += [factor] * (times % 2)
            root = space.integer_power(space.of(factor), times // 2)
            squares = space.multiply(squares, root)
    if odd:
        pieces = _learned(space, pieces, odd, sign, alone=alone)
    elif sign < 0:
        raise Undefined("a power of a negative number")
    result = space.product([_piece(space, piece, exponent) for piece in pieces])
    if space.constant(squares) == 1:
        return result
    return space.multiply(result, _square_power(space, squares, space.scale(exponent, 2)))


def _learned(
    space: Space, pieces: list[Piece], odd: list[fmpq_mpoly], sign: int, *, alone: bool
) -> list[Piece]:
    """The factors of odd power are positive together, wherever the power has a value."""
    product = space.context.constant(sign)
    for factor in odd:
        product *= factor
    learn_positive(space, product)
    if not alone:
        return [*pieces, (product, 1)]
    return [(-f, t) if f is odd[0] and sign < 0 else (f, t) for f, t in pieces]


def _square_power(space: Space, root: Ratio, exponent: Ratio) -> Ratio:
    """|root| to an exponent."""
    size = absolute(space, root)
    whole = space.constant(exponent)
    if whole is not None and whole.denominator == 1:
        return space.integer_power(size, int(whole))
    if not is_real(space, size.numerator, size.denominator):
        raise Unsupported("a power of a wave")
    return raised_positive(space, size, exponent)


def learn_positive(space: Space, factor: fmpq_mpoly) -> None:
    """A factor under an even root or a logarithm is positive wherever the formula has a value."""
    sign = 1 if factor.leading_coefficient() > 0 else -1
    label = space.label(primitive(factor))
    known = space.memory.signs.get(label)
    if known is not None and known != sign:
        raise Undefined("a power or logarithm of a negative number")
    if known is not None or not space.memory.learns:
        return
    if not is_real(space, factor) or varies(space, space.of(factor)):
        raise Unsupported("a root or logarithm of unknown sign")
    space.memory.signs[label] = sign
    raise Restart


def _complex_pieces(space: Space, parts: Factored) -> list[Piece]:
    """Of complex numbers only positive factors may be taken out of a power."""
    found = _number_pieces(abs(parts.content))
    rest: list[Ratio] = []
    sign = 1 if parts.content > 0 else -1
    for factor, times in parts.factors:
        of_factor = polynomial_sign(space, factor)
        if of_factor is None:
            rest.append(space.integer_power(space.of(factor), times))
        else:
            found.append((factor if of_factor > 0 else -factor, times))
            sign *= of_factor if times % 2 else 1
    if rest:
        value = space.scale(space.product(rest), sign)
        if not value.denominator.is_one():
            raise Unsupported("a complex power of a quotient")
        return [*found, (value.numerator, 1)]
    return found if sign > 0 else [*found, (Fraction(-1), 1)]


def _number_pieces(value: Fraction) -> list[Piece]:
    found: list[Piece] = []
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        if number > _LARGEST_FACTORED:
            raise TooCostly("a number of too many digits to factor")
        if number > 1:
            found += [(Fraction(int(p)), sign * int(k)) for p, k in fmpz(number).factor()]
    return found


def _piece(space: Space, piece: Piece, exponent: Ratio) -> Ratio:
    base, times = piece
    exponent = space.scale(exponent, times)
    if isinstance(base, Fraction):
        if base == -1:
            return minus_one_to(space, exponent)
        return raised(space, space.context.constant(int(base)), exponent)
    if len(base) == 1 and base.leading_coefficient() == 1:
        place = base.degrees().index(1)
        atom = space.atoms[place]
        if atom.kind in ("root", "pow", "exp", "turn"):
            return _power_of_power(space, place, exponent)
    return raised(space, base, exponent)


def _power_of_power(space: Space, place: int, exponent: Ratio) -> Ratio:
    atom = space.atoms[place]
    whole = is_integer(space, exponent)
    if atom.kind == "turn":
        if not whole:
            raise Unsupported("a power of a point on the unit circle")
        return exponentials.turned(
            space, space.scale(space.multiply(atom.arguments[0], exponent), Fraction(1, atom.data))
        )
    if not (whole or atom.range.nonnegative):
        raise Unsupported("a power of a complex power")
    inner = space.scale(exponent, Fraction(1, atom.data))
    if atom.kind == "exp":
        return exponentials.exponential(space, space.multiply(atom.arguments[0], inner))
    if atom.kind == "pow":
        inner = space.multiply(atom.arguments[1], inner)
    return raised(space, atom.arguments[0].numerator, inner)


def raised(space: Space, base: fmpq_mpoly, exponent: Ratio) -> Ratio:
    """One irreducible factor to an exponent, term by term of the exponent."""
    result = space.one
    for number, monomial in space.terms(exponent):
        part = (
            _constant_power(space, base, number)
            if space.constant(monomial) == 1
            else _symbolic_power(space, base, number, monomial)
        )
        result = space.multiply(result, part)
    return result


def _constant_power(space: Space, base: fmpq_mpoly, exponent: Fraction) -> Ratio:
    if exponent.denominator == 1:
        return space.integer_power(space.of(base), int(exponent))
    scale, base = _integral(base)
    label = space.label(base)
    degree = needed_root(space, label, exponent.denominator)
    positive = not space.memory.complex or polynomial_sign(space, base) == 1
    root = space.atom(
        "root",
        space.of(base),
        name=f"({label})^(1/{degree})",
        where=POSITIVE if positive else EVERYTHING,
        real=positive,
        data=degree,
        relation=(degree, lambda: base),
    )
    result = space.integer_power(root, int(exponent * degree))
    return result if scale == 1 else space.divide(result, _number_power(space, scale, exponent))


def _integral(base: fmpq_mpoly) -> tuple[Fraction, fmpq_mpoly]:
    """A positive number k and k·base with integer coefficients."""
    scale = 1
    for coefficient in base.coeffs():
        scale = int(fmpz(scale).lcm(fmpz(coefficient.q)))
    return Fraction(scale), base * scale


def _number_power(space: Space, number: Fraction, exponent: Fraction) -> Ratio:
    return power(space, space.rational(number), space.rational(exponent))


def _symbolic_power(space: Space, base: fmpq_mpoly, number: Fraction, monomial: Ratio) -> Ratio:
    label, shown = space.label(base), space.key(monomial)
    degree = needed_root(space, f"{label}^{shown}", number.denominator)
    positive = polynomial_sign(space, base) == 1 or (
        not space.memory.complex and not is_integer(space, monomial)
    )
    atom = space.atom(
        "pow",
        space.of(base),
        monomial,
        name=f"({label})^(({shown})/{degree})",
        where=POSITIVE if positive else EVERYTHING,
        real=not space.memory.complex or positive,
        data=degree,
    )
    return space.integer_power(atom, int(number * degree))


def minus_one_to(space: Space, exponent: Ratio) -> Ratio:
    """(-1)^n for whole n: only the odd terms of n matter. e^(iπx) for others."""
    number = space.constant(exponent)
    if number is not None:
        return root_of_unity(space, number)
    if not is_integer(space, exponent):
        from autograder.symbolic.form.basics import imaginary, pi

        if not space.memory.complex:
            raise Unsupported("a power of a negative number")
        angle = space.product([imaginary(space), pi(space), exponent])
        return exponentials.exponential(space, angle)
    return exponentials.parity(space, exponent)


def is_integer(space: Space, value: Ratio) -> bool:
    """Whether a value is an integer wherever its integer symbols are."""
    if not value.denominator.is_one():
        return False
    if any(coefficient.q != 1 for coefficient in value.numerator.coeffs()):
        return _binomially_integer(space, value.numerator)
    return all(space.atoms[p].integer for p in space.occurring(value.numerator))


def _binomially_integer(space: Space, polynomial: fmpq_mpoly) -> bool:
    """Whether n(n+1)/2 and its like are integers: tried on every residue."""
    places = space.occurring(polynomial)
    if not all(space.atoms[p].integer for p in places) or len(places) > 2:
        return False
    scale = 1
    for coefficient in polynomial.coeffs():
        scale = int(fmpz(scale).lcm(fmpz(coefficient.q)))
    if scale > 12:
        return False
    size = scale * scale if scale > 3 else scale * 6
    for residues in itertools.product(range(size), repeat=len(places)):
        values = [exact(Fraction(0))] * space.memory.size
        for place, residue in zip(places, residues, strict=True):
            values[place] = exact(Fraction(residue))
        if polynomial(*values).q != 1:
            return False
    return True


def raised_positive(space: Space, base: Ratio, exponent: Ratio) -> Ratio:
    """A value known to be positive, to an exponent, factor by factor."""
    parts = factored(space, base)
    found: list[Piece] = _number_pieces(abs(parts.content))
    for factor, times in parts.factors:
        found.append((factor if polynomial_sign(space, factor) != -1 else -factor, times))
    return space.product([_piece(space, piece, exponent) for piece in found])


def root(space: Space, value: Ratio, degree: int) -> Ratio:
    """The root of a degree; an odd one is real also of negative numbers."""
    if degree % 2 == 0 or space.memory.complex or sign_of(space, value) == 1:
        return power(space, value, space.rational(Fraction(1, degree)))
    parts = factored(space, value)
    sign = 1 if parts.content > 0 else -1
    result = power(space, space.rational(abs(parts.content)), space.rational(Fraction(1, degree)))
    for factor, times in parts.factors:
        if polynomial_sign(space, factor) == -1:
            factor, sign = -factor, sign * (-1) ** times
        result = space.multiply(
            result, _piece(space, (factor, times), space.rational(Fraction(1, degree)))
        )
    return space.scale(result, sign)
