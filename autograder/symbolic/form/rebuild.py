"""Puts a value in the place of a generator, and brings what depended on it to normal form again."""

from __future__ import annotations

from fractions import Fraction

from autograder.symbolic.evaluate import Unsupported
from autograder.symbolic.form import circular, gammas, logarithms, rounding
from autograder.symbolic.form.exponentials import exponential, turned
from autograder.symbolic.form.magnitude import absolute
from autograder.symbolic.form.powers import minus_one_to, power, root
from autograder.symbolic.form.space import Atom, Space
from autograder.symbolic.ratios import Ratio

_OPAQUE = frozenset({"gcd", "lcm", "erf", "member"})


def replaced(space: Space, value: Ratio, place: int, new: Ratio) -> Ratio:
    """The value with a generator replaced, also inside the atoms."""
    images: dict[int, Ratio] = {}
    for occurring in space.occurring(value.numerator, value.denominator):
        if occurring == place:
            images[place] = new
        elif space._atom_depends(occurring, place):
            atom = space.atoms[occurring]
            arguments = [replaced(space, argument, place, new) for argument in atom.arguments]
            images[occurring] = _rebuilt(space, atom, arguments)
    if not images:
        return value
    top = space.evaluated(value.numerator, images)
    return space.divide(top, space.evaluated(value.denominator, images))


def _rebuilt(space: Space, atom: Atom, arguments: list[Ratio]) -> Ratio:
    first = arguments[0]
    match atom.kind:
        case "exp":
            return exponential(space, space.scale(first, Fraction(1, atom.data)))
        case "turn":
            return turned(space, space.scale(first, Fraction(1, atom.data)))
        case "root":
            return root(space, first, atom.data)
        case "pow":
            return power(space, first, space.scale(arguments[1], Fraction(1, atom.data)))
        case "parity":
            return minus_one_to(space, first)
        case "log":
            return logarithms.magnitudes(space, first)
        case "abs":
            return absolute(space, first)
        case "gamma":
            return gammas.gamma(space, first)
        case "polygamma":
            order = space.constant(arguments[1])
            assert order is not None
            return gammas.polygamma(space, int(order), first)
    return _rebuilt_call(space, atom, arguments)


def _rebuilt_call(space: Space, atom: Atom, arguments: list[Ratio]) -> Ratio:
    first = arguments[0]
    match atom.kind:
        case "asin" | "atan":
            return circular.FUNCTIONS[atom.kind](space, first)
        case "floor":
            return rounding.floor(space, first)
        case "ceil":
            return rounding.ceiling(space, first)
        case "antisum" | "antiproduct":
            from autograder.symbolic.form import folds

            return folds.antidifference(space, atom.kind, first, arguments[1], atom.data)
        case kind if kind in _OPAQUE:
            name = f"{atom.data}[{space.key(first)}]" if kind == "member" else ""
            return space.atom(
                kind,
                *arguments,
                name=name,
                where=atom.range,
                integer=atom.integer,
                real=atom.real,
                data=atom.data,
            )
    raise Unsupported(f"{atom.kind} of a changing value")
