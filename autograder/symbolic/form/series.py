"""Closed forms of sums: powers of the index, geometric terms, fractions, binomial terms."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb, factorial
from typing import Final

from flint import fmpq, fmpq_mpoly

from autograder.symbolic.evaluate import NoValue, Unsupported
from autograder.symbolic.form import folds
from autograder.symbolic.form.factors import factored
from autograder.symbolic.form.gammas import polygamma
from autograder.symbolic.form.powers import power
from autograder.symbolic.form.rebuild import replaced
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio

_MOST_DEGREE: Final = 12
_GEOMETRIC: Final = frozenset({"exp", "pow", "turn", "parity", "whole"})


@dataclass(frozen=True)
class _Sum:
    """The index and the bounds of one sum."""

    space: Space
    place: int
    lower: Ratio
    upper: Ratio

    @property
    def index(self) -> Ratio:
        return self.space.of(self.space.generators[self.place])

    def at(self, value: Ratio, new: Ratio) -> Ratio:
        return replaced(self.space, value, self.place, new)

    def changing(self, polynomial: fmpq_mpoly) -> list[int]:
        """The generators of a polynomial that change with the index."""
        space = self.space
        return [
            p
            for p in space.occurring(polynomial)
            if p == self.place or space.depends(space.of(space.generators[p]), self.place)
        ]


def summed(space: Space, body: Ratio, place: int, lower: Ratio, upper: Ratio) -> Ratio:
    """Σ body for the index from lower to upper."""
    over = _Sum(space, place, lower, upper)
    below = over.changing(body.denominator)
    if below == [place] and over.changing(body.numerator) in ([place], []):
        return _rational(over, body)
    fixed, changing = _split_denominator(over, body.denominator)
    result = space.zero
    for coefficient, term in _terms(over, body.numerator):
        part = _term(over, space.divide(term, space.of(changing)))
        result = space.add(result, space.multiply(coefficient, part))
    return space.divide(result, space.of(fixed))


def _split_denominator(over: _Sum, polynomial: fmpq_mpoly) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    """The factors of a denominator that do not change with the index, and those that do."""
    space = over.space
    one = space.context.constant(1)
    if not over.changing(polynomial):
        return polynomial, one
    fixed, changing = one, one
    parts = factored(space, space.of(polynomial))
    for factor, times in parts.factors:
        if over.changing(factor):
            changing *= factor**times
        else:
            fixed *= factor**times
    return fixed * (
        polynomial.leading_coefficient() / (fixed * changing).leading_coefficient()
    ), changing


def _terms(over: _Sum, polynomial: fmpq_mpoly) -> list[tuple[Ratio, Ratio]]:
    """Coefficients that do not change with the index, each with a monomial that does."""
    space = over.space
    changing = set(over.changing(polynomial))
    groups: dict[tuple[int, ...], dict[tuple[int, ...], fmpq]] = {}
    for monomial, coefficient in polynomial.to_dict().items():
        inner = tuple(d if p in changing else 0 for p, d in enumerate(monomial))
        outer = tuple(0 if p in changing else d for p, d in enumerate(monomial))
        groups.setdefault(inner, {})[outer] = coefficient
    return [
        (space.of(space.context.from_dict(terms)), space.of(space.context.term(exp_vec=inner)))
        for inner, terms in groups.items()
    ]


def _term(over: _Sum, term: Ratio) -> Ratio:
    """The sum of one monomial in what changes."""
    space = over.space
    changing = over.changing(term.numerator) + over.changing(term.denominator)
    others = [p for p in changing if p != over.place]
    degree = int(term.numerator.degrees()[over.place])
    plain = len(term.numerator) == 1 and len(term.denominator) == 1
    if plain and not term.denominator.degrees()[over.place] and degree <= _MOST_DEGREE:
        if not others:
            return _powers(over, degree)
        if all(space.atoms[p].kind in _GEOMETRIC for p in others):
            found = _geometric(over, term, degree)
            if found is not None:
                return found
    if any(space.atoms[p].kind == "gamma" for p in others):
        found = _binomial(over, term)
        if found is not None:
            return found
    if not others:
        return _rational(over, term)
    return folds.between(space, "antisum", term, over.place, over.lower, over.upper)


def _powers(over: _Sum, degree: int) -> Ratio:
    """Σ k^d, by a polynomial Q with Q(k+1) - Q(k) = k^d."""
    space = over.space
    if degree == 0:
        return space.total([over.upper, space.negate(over.lower), space.one])
    coefficients = [Fraction(0)] * (degree + 2)
    for power_of in range(degree, -1, -1):
        target = Fraction(int(power_of == degree))
        for higher in range(power_of + 2, degree + 2):
            target -= coefficients[higher] * comb(higher, power_of)
        coefficients[power_of + 1] = target / (power_of + 1)
    numbers = [space.rational(c) for c in coefficients]
    top = _polynomial(space, numbers, space.add(over.upper, space.one))
    return space.subtract(top, _polynomial(space, numbers, over.lower))


def _polynomial(space: Space, coefficients: list[Ratio], at: Ratio) -> Ratio:
    result = space.zero
    for coefficient in reversed(coefficients):
        result = space.add(space.multiply(result, at), coefficient)
    return result


def _geometric(over: _Sum, term: Ratio, degree: int) -> Ratio | None:
    """Σ k^d X(k) with X(k+1) = r X(k), by a polynomial Q with r Q(k+1) - Q(k) = k^d."""
    space = over.space
    wave = space.divide(term, space.integer_power(over.index, degree))
    ratio = space.divide(over.at(wave, space.add(over.index, space.one)), wave)
    if over.changing(ratio.numerator) or over.changing(ratio.denominator):
        return None
    less_one = space.subtract(ratio, space.one)
    if space.is_zero(less_one):
        return None
    coefficients = [space.zero] * (degree + 1)
    for j in range(degree, -1, -1):
        target = space.rational(int(j == degree))
        for higher in range(j + 1, degree + 1):
            known = space.scale(space.multiply(ratio, coefficients[higher]), comb(higher, j))
            target = space.subtract(target, known)
        coefficients[j] = space.divide(target, less_one)
    after = space.add(over.upper, space.one)
    top = space.multiply(_polynomial(space, coefficients, after), over.at(wave, after))
    bottom = _polynomial(space, coefficients, over.lower)
    return space.subtract(top, space.multiply(bottom, over.at(wave, over.lower)))


def _rational(over: _Sum, value: Ratio) -> Ratio:
    """A rational function of the index, by partial fractions over linear factors."""
    space, index = over.space, over.index
    parts = factored(space, space.of(value.denominator))
    result, rest = space.zero, value
    for factor, times in parts.factors:
        degree = factor.degrees()[over.place]
        if degree == 0:
            continue
        if degree > 1:
            return folds.between(space, "antisum", value, over.place, over.lower, over.upper)
        constant, slope = space.halves(factor, over.place)
        pole = space.divide(space.of(-constant), space.of(slope))
        smooth = space.multiply(value, space.integer_power(space.subtract(index, pole), times))
        for order in range(times, 0, -1):
            share = over.at(smooth, pole)
            share = space.scale(share, Fraction(1, factorial(times - order)))
            piece = space.integer_power(space.subtract(index, pole), order)
            rest = space.subtract(rest, space.divide(share, piece))
            result = space.add(result, space.multiply(share, _steps(over, pole, order)))
            smooth = _derivative(over, smooth)
    for power_of, coefficient in space.coefficients(rest.numerator, over.place).items():
        part = space.divide(space.of(coefficient), space.of(rest.denominator))
        result = space.add(result, space.multiply(part, _powers(over, int(power_of))))
    return result


def _steps(over: _Sum, pole: Ratio, order: int) -> Ratio:
    """Σ 1/(k - pole)^order"""
    space = over.space
    end = space.subtract(space.add(over.upper, space.one), pole)
    number = space.constant(end)
    if number is not None and number <= 0:  # below the pole: j = pole - k counts the other way
        start = polygamma(space, order, space.subtract(pole, over.upper))
        last = polygamma(space, order, space.subtract(space.add(pole, space.one), over.lower))
        return space.scale(space.subtract(last, start), -1 if order % 2 else 1)
    last = polygamma(space, order, end)
    return space.subtract(last, polygamma(space, order, space.subtract(over.lower, pole)))


def _derivative(over: _Sum, value: Ratio) -> Ratio:
    top, bottom = value.numerator, value.denominator
    above = top.derivative(over.place) * bottom - top * bottom.derivative(over.place)
    return over.space.make(above, bottom * bottom)


def _binomial(over: _Sum, term: Ratio) -> Ratio | None:
    """Σ k^d X(k) / (k! (n-k)!) for k from 0 to n: the binomial theorem and its derivatives."""
    space = over.space
    found = _binomial_top(over, term)
    if found is None:
        return None
    count, wave, degree = found
    try:
        ratio = space.divide(over.at(wave, space.add(over.index, space.one)), wave)
    except NoValue:
        return None
    if over.changing(ratio.numerator) or over.changing(ratio.denominator):
        return None
    whole = _binomial_sum(over, count, ratio, degree)
    whole = space.multiply(whole, over.at(wave, space.zero))
    return _trimmed(over, term, whole, count)


def _binomial_top(over: _Sum, term: Ratio) -> tuple[Ratio, Ratio, int] | None:
    """n, what is left of the term without k^d / (k! (n-k)!), and d."""
    from autograder.symbolic.form.gammas import factorial as gamma_factorial

    space, index = over.space, over.index
    for p in over.changing(term.denominator):
        atom = space.atoms[p]
        if atom.kind != "gamma":
            continue
        count = space.subtract(space.add(atom.arguments[0], index), space.one)
        if over.changing(count.numerator) or over.changing(count.denominator):
            continue
        both = space.multiply(
            gamma_factorial(space, index), gamma_factorial(space, space.subtract(count, index))
        )
        wave = space.multiply(term, both)
        degree = int(wave.numerator.degrees()[over.place])
        wave = space.divide(wave, space.integer_power(index, degree))
        kinds = {
            space.atoms[q].kind
            for q in over.changing(wave.numerator) + over.changing(wave.denominator)
        }
        if kinds <= _GEOMETRIC and degree <= _MOST_DEGREE:
            return count, wave, degree
    return None


def _binomial_sum(over: _Sum, count: Ratio, ratio: Ratio, degree: int) -> Ratio:
    """Σ_j S(d, j) n(n-1)...(n-j+1) r^j (1 + r)^(n-j) / n!"""
    from autograder.symbolic.form.gammas import factorial as gamma_factorial

    space, total = over.space, over.space.zero
    base = space.add(space.one, ratio)
    if space.is_zero(base):
        raise Unsupported("an alternating binomial sum")
    for j in range(degree + 1):
        falling = [space.subtract(count, space.rational(i)) for i in range(j)]
        grown = power(space, base, space.subtract(count, space.rational(j)))
        part = space.product([*falling, space.integer_power(ratio, j), grown])
        total = space.add(total, space.scale(part, _stirling(degree, j)))
    return space.divide(total, gamma_factorial(space, count))


def _stirling(n: int, k: int) -> int:
    """In how many ways n things fall into k groups."""
    signed = (comb(k, j) * int(j**n) * (-1 if (k - j) % 2 else 1) for j in range(k + 1))
    return sum(signed) // factorial(k)


def _trimmed(over: _Sum, term: Ratio, whole: Ratio, count: Ratio) -> Ratio | None:
    """The sum from 0 to n without the terms that the bounds leave out."""
    space = over.space
    first = space.constant(over.lower)
    missing = space.constant(space.subtract(count, over.upper))
    if first is None or missing is None or not (0 <= first <= 6 and 0 <= missing <= 6):
        return None
    for j in range(int(first)):
        whole = space.subtract(whole, over.at(term, space.rational(j)))
    for j in range(int(missing)):
        whole = space.subtract(whole, over.at(term, space.subtract(count, space.rational(j))))
    return whole
