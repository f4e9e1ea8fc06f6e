"""The field in which formulas have their normal form: rational functions of named generators.

A generator is a symbol, or an atom: a power, a logarithm, a rounding, a sum, whose arguments are in
normal form themselves. Relations between generators (the square of √2 is 2) reduce every result.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from autograder.symbolic.arithmetic import exact, fraction
from autograder.symbolic.evaluate import TooCostly, Undefined
from autograder.symbolic.form.ranges import EVERYTHING, Range, point
from autograder.symbolic.ratios import Ratio
from autograder.symbolic.tree import Node

MAX_TERMS: Final = 1500
MAX_POWER: Final = 64
# Beyond this size a common factor costs more to find than it saves.
_MOST_FOR_GCD: Final = 20_000
_FIRST_SIZE: Final = 12
_LAST_SIZE: Final = 96
_GENERATOR: Final = re.compile(r"g(\d+)")


class Restart(Exception):
    """Something learned on the way changes what was built before: build it again."""


# Monomials by name with their coefficient and the range of the monomial.
LinearForm = tuple[tuple[str, Fraction, Range], ...]


@dataclass(frozen=True)
class Split(Exception):
    """The sign of a quantity matters and is not known: take each sign in turn."""

    quantity: str
    form: LinearForm = ()
    tie: tuple[str, Node] | None = None
    case: bool = False


@dataclass(frozen=True, eq=False)
class Atom:
    """What a generator stands for: its kind, and arguments in normal form."""

    name: str
    kind: str
    arguments: tuple[Ratio, ...] = ()
    range: Range = EVERYTHING
    integer: bool = False
    real: bool = True
    data: Any = None


@dataclass
class Memory:
    """What restarts keep: the size of the field, the roots it must hold, signs that are known."""

    size: int = _FIRST_SIZE
    roots: dict[str, int] = field(default_factory=dict)
    signs: dict[str, int] = field(default_factory=dict)
    forms: tuple[LinearForm, ...] = ()
    deadline: float = float("inf")
    restarts: int = 0
    complex: bool = False
    learns: bool = True


class Space:
    """One field of rational functions, growing an atom at a time up to the size of its memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        names = [f"g{i}" for i in range(memory.size)]
        self.context = fmpq_mpoly_ctx.get(names, Ordering.lex)
        self.generators = self.context.gens()
        self.atoms: list[Atom] = []
        self.places: dict[str, int] = {}
        self.relations: dict[int, tuple[int, fmpq_mpoly]] = {}
        self.known: list[fmpq_mpoly] = []
        self._unit = self.context.constant(1)
        self.zero = Ratio(self.context.constant(0), self._unit)
        self.one = Ratio(self._unit, self._unit)
        self.steps = 0

    # --- atoms

    def atom(
        self,
        kind: str,
        *arguments: Ratio,
        name: str = "",
        where: Range = EVERYTHING,
        integer: bool = False,
        real: bool = True,
        data: Any = None,
        relation: tuple[int, Callable[[], fmpq_mpoly]] | None = None,
    ) -> Ratio:
        """The generator of an atom, made when it is met first."""
        key = name or f"{kind}({';'.join(self.key(argument) for argument in arguments)})"
        place = self.places.get(key)
        if place is None:
            place = len(self.atoms)
            if place >= self.memory.size:
                self._grow()
            self.places[key] = place
            self.atoms.append(Atom(key, kind, arguments, where, integer, real, data))
            if relation is not None:
                self.relations[place] = (relation[0], relation[1]())
        return Ratio(self.generators[place], self._unit)

    def _grow(self) -> None:
        if self.memory.size >= _LAST_SIZE:
            raise TooCostly("a formula of too many parts")
        self.memory.size *= 2
        raise Restart

    def place_of(self, value: Ratio) -> int | None:
        """The generator that a value is, if it is one."""
        if not value.denominator.is_one() or len(value.numerator) != 1:
            return None
        degrees = value.numerator.degrees()
        if sum(degrees) != 1 or value.numerator.leading_coefficient() != 1:
            return None
        return degrees.index(1)

    def key(self, value: Ratio) -> str:
        """A string that equal values share."""
        value = self.rationalised(value)
        if value.denominator.is_one():
            return self.label(value.numerator)
        return f"({self.label(value.numerator)})/({self.label(value.denominator)})"

    def label(self, polynomial: fmpq_mpoly) -> str:
        """The polynomial with its atoms by name, which restarts do not change."""
        return _GENERATOR.sub(lambda match: self.atoms[int(match[1])].name, str(polynomial))

    # --- arithmetic

    def rational(self, value: Fraction | int) -> Ratio:
        """A number."""
        number = exact(Fraction(value))
        return Ratio(self.context.constant(number), self._unit)

    def of(self, polynomial: fmpq_mpoly) -> Ratio:
        """A polynomial."""
        return Ratio(polynomial, self._unit)

    def constant(self, value: Ratio) -> Fraction | None:
        """The value, when it is a rational number."""
        if not (value.numerator.is_constant() and value.denominator.is_one()):
            return None
        if value.numerator.is_zero():
            return Fraction(0)
        return fraction(fmpq(value.numerator.leading_coefficient()))

    def is_zero(self, value: Ratio) -> bool:
        """Whether the value is zero in the field."""
        return bool(value.numerator.is_zero())

    def add(self, left: Ratio, right: Ratio) -> Ratio:
        """left + right"""
        if left.denominator == right.denominator:
            return self.make(left.numerator + right.numerator, left.denominator)
        top = left.numerator * right.denominator + right.numerator * left.denominator
        return self.make(top, left.denominator * right.denominator)

    def total(self, values: list[Ratio]) -> Ratio:
        """The sum of values."""
        result = self.zero
        for value in values:
            result = self.add(result, value)
        return result

    def subtract(self, left: Ratio, right: Ratio) -> Ratio:
        """left - right"""
        return self.add(left, self.negate(right))

    def multiply(self, left: Ratio, right: Ratio) -> Ratio:
        """left · right"""
        if len(left.numerator) * len(right.numerator) > 8 * MAX_TERMS:
            raise TooCostly("a polynomial of too many terms")
        return self.make(left.numerator * right.numerator, left.denominator * right.denominator)

    def product(self, values: list[Ratio]) -> Ratio:
        """The product of values."""
        result = self.one
        for value in values:
            result = self.multiply(result, value)
        return result

    def scale(self, value: Ratio, factor: Fraction | int) -> Ratio:
        """A rational number of times the value."""
        if factor == 0:
            return self.zero
        return Ratio(value.numerator * exact(Fraction(factor)), value.denominator)

    def negate(self, value: Ratio) -> Ratio:
        """-value"""
        return Ratio(-value.numerator, value.denominator)

    def inverse(self, value: Ratio) -> Ratio:
        """1 / value"""
        return self.make(value.denominator, value.numerator)

    def divide(self, numerator: Ratio, denominator: Ratio) -> Ratio:
        """numerator / denominator"""
        return self.multiply(numerator, self.inverse(denominator))

    def integer_power(self, base: Ratio, exponent: int) -> Ratio:
        """base to an integer, within the limits of size"""
        if exponent < 0:
            return self.integer_power(self.inverse(base), -exponent)
        terms = max(len(base.numerator), len(base.denominator))
        if terms > 1 and (exponent > MAX_POWER or _power_terms(terms, exponent) > MAX_TERMS):
            raise TooCostly("a power of too many terms")
        if exponent > 10_000 or exponent * _bits(base) > 40_000:
            raise TooCostly("a power of too many digits")
        if not self.relations:
            return Ratio(base.numerator**exponent, base.denominator**exponent)
        result = self.one
        while exponent:
            if exponent & 1:
                result = self.multiply(result, base)
            exponent >>= 1
            if exponent:
                base = self.multiply(base, base)
        return result

    def make(self, top: fmpq_mpoly, bottom: fmpq_mpoly) -> Ratio:
        """top / bottom, reduced by the relations and in lowest terms."""
        self._tick()
        if self.relations:
            top, bottom = self.reduce(top), self.reduce(bottom)
        if bottom.is_zero():
            raise Undefined("division by zero")
        if top.is_zero():
            return self.zero
        if not bottom.is_constant() and len(top) * len(bottom) <= _MOST_FOR_GCD:
            common = top.gcd(bottom)
            if not common.is_constant():
                top, bottom = top / common, bottom / common
        if max(len(top), len(bottom)) > MAX_TERMS:
            raise TooCostly("a polynomial of too many terms")
        leading = bottom.leading_coefficient()
        return Ratio(top, bottom) if leading == 1 else Ratio(top / leading, bottom / leading)

    def _tick(self) -> None:
        self.steps += 1
        if self.steps % 16 == 0 and time.thread_time() > self.memory.deadline:
            raise TooCostly("the time for a proof is over")

    # --- relations

    def reduce(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial with every root brought below its degree."""
        degrees = polynomial.degrees()
        for place in sorted(self.relations, reverse=True):
            degree, value = self.relations[place]
            if degrees[place] >= degree:
                polynomial = self._lowered(polynomial, place, degree, value)
                degrees = polynomial.degrees()
        return polynomial

    def _lowered(
        self, polynomial: fmpq_mpoly, place: int, degree: int, value: fmpq_mpoly
    ) -> fmpq_mpoly:
        if len(polynomial) > 2 * MAX_TERMS:
            raise TooCostly("a polynomial of too many terms")
        while polynomial.degrees()[place] >= degree:
            groups: dict[int, dict[tuple[int, ...], fmpq]] = {}
            for monomial, coefficient in polynomial.to_dict().items():
                times, rest = divmod(monomial[place], degree)
                lowered = (*monomial[:place], rest, *monomial[place + 1 :])
                groups.setdefault(times, {})[lowered] = coefficient
            polynomial = sum(
                (self.context.from_dict(terms) * value**times for times, terms in groups.items()),
                self.context.constant(0),
            )
        return polynomial

    def rationalised(self, value: Ratio) -> Ratio:
        """The value with no square root in its denominator."""
        for place in sorted(self.relations, reverse=True):
            degree, square = self.relations[place]
            if degree == 2 and value.denominator.degrees()[place]:
                even, odd = self.halves(value.denominator, place)
                root = self.generators[place]
                bottom = even * even - odd * odd * square
                if self.reduce(bottom).is_zero():
                    continue
                value = self.make(value.numerator * (even - odd * root), bottom)
        return value

    def halves(self, polynomial: fmpq_mpoly, place: int) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """a and b of `a + b·g`, for a generator g that occurs to the first power."""
        coefficients = self.coefficients(polynomial, place)
        nothing = self.context.constant(0)
        return coefficients.get(0, nothing), coefficients.get(1, nothing)

    # --- parts

    def coefficients(self, polynomial: fmpq_mpoly, place: int) -> dict[int, fmpq_mpoly]:
        """The coefficients of a polynomial in one generator, by its power."""
        groups: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for monomial, coefficient in polynomial.to_dict().items():
            rest = (*monomial[:place], 0, *monomial[place + 1 :])
            groups.setdefault(monomial[place], {})[rest] = coefficient
        return {power: self.context.from_dict(terms) for power, terms in groups.items()}

    def occurring(self, *polynomials: fmpq_mpoly) -> list[int]:
        """The generators that occur in polynomials, in order."""
        return [
            place
            for place, degrees in enumerate(zip(*(p.degrees() for p in polynomials), strict=True))
            if max(degrees) > 0  # the degrees of zero are below it
        ]

    def terms(self, value: Ratio) -> list[tuple[Fraction, Ratio]]:
        """The value as a sum of numbers times monomials over the common denominator."""
        return [
            (
                fraction(coefficient),
                self.make(self.context.term(exp_vec=monomial), value.denominator),
            )
            for monomial, coefficient in value.numerator.to_dict().items()
        ]

    def depends(self, value: Ratio, place: int) -> bool:
        """Whether a value depends on a generator, also inside its atoms."""
        occurring = self.occurring(value.numerator, value.denominator)
        return any(p == place or self._atom_depends(p, place) for p in occurring)

    def _atom_depends(self, outer: int, place: int) -> bool:
        return outer > place and any(
            self.depends(argument, place) for argument in self.atoms[outer].arguments
        )

    def evaluated(self, polynomial: fmpq_mpoly, values: Mapping[int, Ratio]) -> Ratio:
        """A polynomial with generators replaced by values."""
        result = self.zero
        for monomial, coefficient in polynomial.to_dict().items():
            kept = [0 if place in values else power for place, power in enumerate(monomial)]
            term = self.of(self.context.term(exp_vec=kept, coeff=coefficient))
            for place, value in values.items():
                if monomial[place]:
                    term = self.multiply(term, self.integer_power(value, int(monomial[place])))
            result = self.add(result, term)
        return result

    def linear_form(self, polynomial: fmpq_mpoly) -> LinearForm:
        """The terms of a polynomial, each monomial a quantity of its own."""
        form = []
        for monomial, coefficient in polynomial.to_dict().items():
            term = self.context.term(exp_vec=monomial)
            name = self.label(term) if any(monomial) else ""
            form.append((name, fraction(coefficient), self.range(term)))
        return tuple(form)

    # --- ranges

    def range(self, polynomial: fmpq_mpoly) -> Range:
        """Where the values of a polynomial lie, as far as its terms tell one by one."""
        if len(polynomial) > 40:
            return EVERYTHING
        total = point(Fraction(0))
        for monomial, coefficient in polynomial.to_dict().items():
            part = point(fraction(coefficient))
            for place, power in enumerate(monomial):
                if power:
                    part *= self.atoms[place].range.power(int(power))
            total += part
        return total


def _bits(value: Ratio) -> int:
    numbers = [*value.numerator.coeffs(), *value.denominator.coeffs()]
    return max(int(part).bit_length() for number in numbers for part in (number.p, number.q))


def _power_terms(terms: int, exponent: int) -> int:
    """An upper bound of the terms of a power: combinations with repetition."""
    count = 1
    for k in range(1, min(exponent, terms - 1) + 1):
        count = count * (exponent + terms - k) // k
        if count > MAX_TERMS:
            break
    return count
