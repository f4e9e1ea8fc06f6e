"""e to a value: the terms of the exponent apart, turns on the unit circle among them.

Trigonometric and hyperbolic functions are written in these exponentials, where their identities
are identities of polynomials.
"""

from __future__ import annotations

from fractions import Fraction

from autograder.symbolic.evaluate import Unsupported
from autograder.symbolic.form import powers
from autograder.symbolic.form.basics import imaginary, needed_root, root_of_unity
from autograder.symbolic.form.ranges import POSITIVE
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio


def exponential(space: Space, exponent: Ratio) -> Ratio:
    """e to the exponent."""
    exponent = space.rationalised(exponent)
    result = space.one
    for number, monomial in space.terms(exponent):
        result = space.multiply(result, _term(space, number, monomial))
    return result


def _term(space: Space, number: Fraction, monomial: Ratio) -> Ratio:
    if "i" in space.places and monomial.numerator.degrees()[space.places["i"]]:
        angle = space.divide(monomial, imaginary(space))
        return _turn(space, number, angle)
    found = space.occurring(monomial.numerator)
    logs = [p for p in found if space.atoms[p].kind in ("log", "clog")]
    if len(logs) == 1 and monomial.numerator.degrees()[logs[0]] == 1:
        return _undone(space, number, monomial, logs[0])
    if any(not space.atoms[p].real for p in found):
        raise Unsupported("the exponential of a complex function")
    shown = space.key(monomial)
    degree = needed_root(space, f"exp({shown})", number.denominator)
    atom = space.atom("exp", monomial, name=f"exp({shown})/{degree}", where=POSITIVE, data=degree)
    return space.integer_power(atom, int(number * degree))


def _undone(space: Space, number: Fraction, monomial: Ratio, log: int) -> Ratio:
    """e^(c·log f) is f^c."""
    rest = space.scale(space.divide(monomial, space.of(space.generators[log])), number)
    atom = space.atoms[log]
    inside = atom.arguments[0]
    if atom.kind == "clog":
        if not powers.is_integer(space, rest):
            raise Unsupported("a power of a complex logarithm")
        return powers.power(space, inside, rest)
    if space.constant(inside) is None and not space.memory.complex:
        from autograder.symbolic.form.magnitude import absolute

        inside = absolute(space, inside)
    return powers.raised_positive(space, inside, rest)


def turned(space: Space, angle: Ratio) -> Ratio:
    """e^(i·angle)"""
    angle = space.rationalised(angle)
    result = space.one
    for number, monomial in space.terms(angle):
        result = space.multiply(result, _turn(space, number, monomial))
    return result


def _turn(space: Space, number: Fraction, angle: Ratio) -> Ratio:
    """e^(i·number·angle) for one monomial."""
    found = space.occurring(angle.numerator)
    if any(not space.atoms[p].real for p in found):
        raise Unsupported("the cosine of a complex function")
    if "pi" in space.places and angle.numerator.degrees()[space.places["pi"]] == 1:
        rest = space.divide(angle, space.of(space.generators[space.places["pi"]]))
        if space.constant(rest) == 1:
            return root_of_unity(space, number)
        if powers.is_integer(space, rest):
            return _whole_turns(space, number, rest)
    place = space.place_of(angle)
    if place is not None and number.denominator == 1:
        kind, arguments = space.atoms[place].kind, space.atoms[place].arguments
        if kind == "asin":
            return space.integer_power(_arc(space, arguments[0]), int(number))
        if kind == "atan":
            return space.integer_power(_slope(space, arguments[0]), int(number))
    shown = space.key(angle)
    degree = needed_root(space, f"turn({shown})", number.denominator)
    atom = space.atom("turn", angle, name=f"turn({shown})/{degree}", real=False, data=degree)
    return space.integer_power(atom, int(number * degree))


def _whole_turns(space: Space, number: Fraction, count: Ratio) -> Ratio:
    """e^(iπ·number·n) for whole n."""
    if number.denominator == 1:
        return parity(space, space.scale(count, number))
    shown = space.key(count)
    degree = needed_root(space, f"whole({shown})", number.denominator)
    one = space.context.constant(1)
    atom = space.atom(
        "whole",
        count,
        name=f"whole({shown})/{degree}",
        real=False,
        data=degree,
        relation=(2 * degree, lambda: one),
    )
    return space.integer_power(atom, int(number * degree) % (2 * degree))


def parity(space: Space, exponent: Ratio) -> Ratio:
    """(-1)^n for whole n: even terms go, and n² is as odd as n."""
    if any(coefficient.q != 1 for coefficient in exponent.numerator.coeffs()):
        return _parity_atom(space, exponent)
    odd: dict[tuple[int, ...], int] = {}
    for monomial, coefficient in exponent.numerator.to_dict().items():
        flat = tuple(min(power, 1) for power in monomial)
        odd[flat] = (odd.get(flat, 0) + int(coefficient.p)) % 2
    result = space.one
    for monomial in sorted(odd):
        if not odd[monomial]:
            continue
        if not any(monomial):
            result = space.negate(result)
            continue
        term = space.of(space.context.term(exp_vec=monomial))
        result = space.multiply(result, _parity_atom(space, term))
    return result


def _parity_atom(space: Space, exponent: Ratio) -> Ratio:
    one = space.context.constant(1)
    return space.atom(
        "parity", exponent, name=f"(-1)^({space.key(exponent)})", relation=(2, lambda: one)
    )


def _arc(space: Space, sine: Ratio) -> Ratio:
    """e^(i·asin s) = √(1 - s²) + i s"""
    square = space.subtract(space.one, space.multiply(sine, sine))
    cosine = powers.power(space, square, space.rational(Fraction(1, 2)))
    return space.add(cosine, space.multiply(imaginary(space), sine))


def _slope(space: Space, tangent: Ratio) -> Ratio:
    """e^(i·atan t) = (1 + i t) / √(1 + t²)"""
    square = space.add(space.one, space.multiply(tangent, tangent))
    size = powers.power(space, square, space.rational(Fraction(1, 2)))
    return space.divide(space.add(space.one, space.multiply(imaginary(space), tangent)), size)
