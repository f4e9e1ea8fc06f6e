"""Closed forms of products: constants, linear factors, powers."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq_mpoly

from autograder.symbolic.form import folds, series
from autograder.symbolic.form.exponentials import exponential, turned
from autograder.symbolic.form.factors import factored
from autograder.symbolic.form.gammas import gamma
from autograder.symbolic.form.powers import minus_one_to, power
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio


def multiplied(space: Space, body: Ratio, place: int, lower: Ratio, upper: Ratio) -> Ratio:
    """Π body for the index from lower to upper, factor by factor."""
    if space.is_zero(body):
        return space.zero
    parts = factored(space, body)
    count = space.total([upper, space.negate(lower), space.one])
    result = power(space, space.rational(parts.content), count)
    for factor, times in parts.factors:
        one = _factor(space, factor, place, lower, upper)
        result = space.multiply(result, space.integer_power(one, times))
    return result


def _factor(space: Space, factor: fmpq_mpoly, place: int, lower: Ratio, upper: Ratio) -> Ratio:
    value = space.of(factor)
    if not space.depends(value, place):
        return power(space, value, space.total([upper, space.negate(lower), space.one]))
    changing = [
        p for p in space.occurring(factor) if space.depends(space.of(space.generators[p]), place)
    ]
    if changing == [place] and factor.degrees()[place] == 1:
        return _linear(space, factor, place, lower, upper)
    at = space.place_of(value)
    if at is not None:
        found = _power(space, at, place, lower, upper)
        if found is not None:
            return found
    return folds.between(space, "antiproduct", value, place, lower, upper)


def _linear(space: Space, factor: fmpq_mpoly, place: int, lower: Ratio, upper: Ratio) -> Ratio:
    """Π (αk + β) = α^count Γ(upper + 1 + β/α) / Γ(lower + β/α)"""
    constant, slope = space.halves(factor, place)
    shift = space.divide(space.of(constant), space.of(slope))
    count = space.total([upper, space.negate(lower), space.one])
    top = gamma(space, space.add(space.add(upper, space.one), shift))
    bottom = gamma(space, space.add(lower, shift))
    return space.multiply(power(space, space.of(slope), count), space.divide(top, bottom))


def _power(space: Space, at: int, place: int, lower: Ratio, upper: Ratio) -> Ratio | None:
    """A product of powers is a power of the sum of the exponents."""
    atom = space.atoms[at]
    match atom.kind:
        case "exp" | "turn" | "parity":
            exponent = series.summed(space, atom.arguments[0], place, lower, upper)
            if atom.kind == "parity":
                return minus_one_to(space, exponent)
            exponent = space.scale(exponent, Fraction(1, atom.data))
            raise_to = exponential if atom.kind == "exp" else turned
            return raise_to(space, exponent)
        case "pow" if not space.depends(atom.arguments[0], place):
            exponent = series.summed(space, atom.arguments[1], place, lower, upper)
            return power(space, atom.arguments[0], space.scale(exponent, Fraction(1, atom.data)))
        case "root":
            inner = multiplied(space, atom.arguments[0], place, lower, upper)
            return power(space, inner, space.rational(Fraction(1, atom.data)))
    return None
