"""Sums and products in closed form where there is one, else as differences of an antidifference.

Σ_{k=a}^{b} f(k) is F(b) - F(a-1) with F(n+1) = F(n) + f(n+1): shifted, split and merged sums of
one body meet in one F. Bounds that cross give the empty sum; a closed form is meant for the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from autograder.symbolic.evaluate import NoValue, TooCostly, Unsupported
from autograder.symbolic.form import products, series
from autograder.symbolic.form.factors import sign_of
from autograder.symbolic.form.gammas import whole_part
from autograder.symbolic.form.ranges import EVERYTHING, NONNEGATIVE
from autograder.symbolic.form.rebuild import replaced
from autograder.symbolic.form.space import Space
from autograder.symbolic.ratios import Ratio
from autograder.symbolic.tree import Constant, Fold

if TYPE_CHECKING:
    from autograder.symbolic.form.build import Builder

_WRITTEN_OUT: Final = 24
_MOST_SHIFTS: Final = 12
_MOST_NESTED: Final = 4


def fold(builder: Builder, node: Fold) -> Ratio:
    """The normal form of a sum or product."""
    space = builder.space
    if Constant("oo") in (node.lower, node.upper):
        raise Unsupported("an infinite sum")
    lower, upper = builder.of(node.lower), builder.of(node.upper)
    depth = len(builder.bound)
    if depth >= _MOST_NESTED:
        raise TooCostly("too many sums within sums")
    above_zero = sign_of(space, lower) == 1 or space.is_zero(lower)
    name = f"#{depth}+" if above_zero else f"#{depth}"
    where = NONNEGATIVE if above_zero else EVERYTHING
    index = space.atom("bound", name=name, where=where, integer=True)
    outer = builder.bound.get(node.index)
    builder.bound[node.index] = index
    try:
        body = builder.of(node.body)
    finally:
        if outer is None:
            del builder.bound[node.index]
        else:
            builder.bound[node.index] = outer
    return folded(space, node.kind, body, space.places[name], lower, upper)


def folded(space: Space, kind: str, body: Ratio, place: int, lower: Ratio, upper: Ratio) -> Ratio:
    """The sum or product of a body over its index."""
    count = space.constant(space.subtract(upper, lower))
    if count is not None and count < 0:
        return space.zero if kind == "sum" else space.one
    if count is not None and count.denominator == 1 and count < _WRITTEN_OUT:
        values = [
            replaced(space, body, place, space.add(lower, space.rational(j)))
            for j in range(int(count) + 1)
        ]
        return space.total(values) if kind == "sum" else space.product(values)
    if kind == "sum":
        return series.summed(space, body, place, lower, upper)
    return products.multiplied(space, body, place, lower, upper)


def between(space: Space, kind: str, body: Ratio, place: int, lower: Ratio, upper: Ratio) -> Ratio:
    """F(upper) - F(lower - 1) of a body that has no closed form; a quotient for products."""
    body, lower, upper = _aligned(space, body, place, lower, upper)
    body, name = _renamed(space, body, place)
    last = antidifference(space, kind, body, upper, name)
    first = antidifference(space, kind, body, space.subtract(lower, space.one), name)
    return space.subtract(last, first) if kind == "antisum" else space.divide(last, first)


def _renamed(space: Space, body: Ratio, place: int) -> tuple[Ratio, str]:
    """The body in an index named by how deep the sums within it go, so that equal bodies meet."""
    sign = "+" if space.atoms[place].range == NONNEGATIVE else ""
    name = f"@{_height(space, body) + 1}{sign}"
    index = space.atom("bound", name=name, where=space.atoms[place].range, integer=True)
    return replaced(space, body, place, index), name


def _height(space: Space, value: Ratio) -> int:
    """How deep sums without a closed form are nested in a value."""
    height = 0
    for place in space.occurring(value.numerator, value.denominator):
        atom = space.atoms[place]
        inner = max((_height(space, argument) for argument in atom.arguments), default=0)
        height = max(height, inner + atom.kind.startswith("anti"))
    return height


def antidifference(space: Space, kind: str, body: Ratio, at: Ratio, index: str) -> Ratio:
    """F(at), whole steps from the atom's argument written out."""
    shift, base = whole_part(space, at)
    place = space.places[index]
    if abs(shift) > _MOST_SHIFTS:
        shift, base = 0, at
    try:
        steps = range(1, shift + 1) if shift > 0 else range(shift + 1, 1)
        terms = [replaced(space, body, place, space.add(base, space.rational(j))) for j in steps]
        if kind == "antiproduct" and any(space.is_zero(term) for term in terms):
            raise Unsupported("a product with a factor of zero")
    except NoValue:
        terms, shift, base = [], 0, at
    atom = space.atom(kind, body, base, data=index)
    if kind == "antisum":
        extra = space.total(terms)
        return space.add(atom, extra) if shift >= 0 else space.subtract(atom, extra)
    extra = space.product(terms)
    return space.multiply(atom, extra) if shift >= 0 else space.divide(atom, extra)


def _aligned(
    space: Space, body: Ratio, place: int, lower: Ratio, upper: Ratio
) -> tuple[Ratio, Ratio, Ratio]:
    """The body shifted and turned so that its first atom has the index alone as its argument."""
    index = space.of(space.generators[place])
    for occurring in space.occurring(body.numerator, body.denominator):
        if occurring == place:
            continue
        for argument in space.atoms[occurring].arguments:
            if not argument.denominator.is_one() or argument.numerator.degrees()[place] != 1:
                continue
            rest, factor = space.halves(argument.numerator, place)
            if not (factor.is_one() or (-factor).is_one()):
                continue
            rest_value = space.of(rest)
            if factor.is_one():
                moved = replaced(space, body, place, space.subtract(index, rest_value))
                return moved, space.add(lower, rest_value), space.add(upper, rest_value)
            moved = replaced(space, body, place, space.subtract(rest_value, index))
            return moved, space.subtract(rest_value, upper), space.subtract(rest_value, lower)
    return body, lower, upper
