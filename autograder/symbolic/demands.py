"""What form a formula may be asked to have, besides being right: closed, expanded, factored, simplified."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd
from typing import Final, Literal

from autograder.symbolic.evaluate import Evaluator, NoMembers, NoValue
from autograder.symbolic.ratios import Ratio, Ratios
from autograder.symbolic.tree import (
    Add,
    Call,
    Constant,
    Divide,
    Fold,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    free_symbols,
    walk,
)

Demand = Literal["closed", "number", "expanded", "factored", "simplified", "one-fraction"]

# How much longer than the author's a simplified formula may be.
_SLACK: Final = 1.6
_MARGIN: Final = 3
_ONE: Final = Number(Fraction(1))


def meets(demand: Demand, node: Node, answer: Node) -> bool:
    """Whether a formula that is right has the form; `answer` is the author's."""
    return _CHECKS[demand](node, answer)


def _closed(node: Node, answer: Node) -> bool:
    return not any(isinstance(part, Fold) for part in walk(node))


def _number(node: Node, answer: Node) -> bool:
    return not free_symbols(node)


def _expanded(node: Node, answer: Node) -> bool:
    """No product of sums, no power of a sum."""
    for part in walk(node):
        if isinstance(part, Multiply) and any(_is_sum(factor) for factor in part.factors):
            return False
        if isinstance(part, Power) and _is_sum(part.base) and _is_whole(part.exponent):
            return False
        if isinstance(part, Divide) and _is_sum(part.numerator):
            return False
        if isinstance(part, Negate) and _is_sum(part.operand):
            return False
    return True


def _is_sum(node: Node) -> bool:
    return isinstance(node, Add) or (isinstance(node, Negate) and _is_sum(node.operand))


def _is_whole(node: Node) -> bool:
    return isinstance(node, Number) and node.value.denominator == 1 and node.value > 1


def _factored(node: Node, answer: Node) -> bool:
    """A product whose factors cannot be factored further over the rationals."""
    return all(_is_irreducible(factor) for factor in _factors(node))


def _factors(node: Node) -> list[Node]:
    match node:
        case Negate(operand=operand):
            return _factors(operand)
        case Multiply(factors=factors):
            return [inner for factor in factors for inner in _factors(factor)]
        case Divide(numerator=above, denominator=below):
            return [*_factors(above), *_factors(below)]
        case Power(base=base):
            return _factors(base)
    return [node]


def _is_irreducible(node: Node) -> bool:
    if not isinstance(node, Add):
        return True
    ratio = _rational(node)
    if ratio is None:
        return True  # what no polynomial is cannot be told to be factorable
    _, factors = ratio.numerator.factor()
    return sum(power for _, power in factors) == 1 and ratio.denominator.is_constant()


def _rational(node: Node) -> Ratio | None:
    names = [name for name in free_symbols(node) if not name.endswith("[]")]
    ratios = Ratios(names)
    values = {name: ratios.generator(name) for name in names}
    try:
        return Evaluator(ratios, values, NoMembers[Ratio]()).value(node).reduced()
    except NoValue:
        return None


def _simplified(node: Node, answer: Node) -> bool:
    """Not much longer than the author's formula, and no arithmetic left to do."""
    if _size(node) > _SLACK * _size(answer) + _MARGIN:
        return False
    return not any(_is_arithmetic(part) for part in walk(node))


def _size(node: Node) -> int:
    return sum(isinstance(part, (Number, Symbol, Constant, Call, Power)) for part in walk(node))


def _is_arithmetic(node: Node) -> bool:
    """`2*3`, `x + 0`, `x + x`, `2*x/4`, `x*y/x`, `x^1`: what anyone would work out."""
    match node:
        case Add(terms=terms):
            parts = [_split(term) for term in terms]
            rests = [rest for _, rest in parts]
            return len(set(rests)) < len(rests) or any(number == 0 for number, _ in parts)
        case Multiply(factors=factors):
            numbers = [part.value for part in map(_bare, factors) if isinstance(part, Number)]
            return len(numbers) > 1 or any(number in (0, 1) for number in numbers)
        case Divide(numerator=above, denominator=below):
            (top, up), (bottom, down) = _split(above), _split(below)
            shared = gcd(top.numerator, bottom.numerator) > 1 or abs(bottom) == abs(top) != 1
            return shared or below == _ONE or bool(set(up) & set(down))
        case Power(exponent=Number(value=value)):
            return value in (0, 1)
    return False


def _bare(node: Node) -> Node:
    return _bare(node.operand) if isinstance(node, Negate) else node


def _split(term: Node) -> tuple[Fraction, tuple[Node, ...]]:
    """A term's number, and its other factors."""
    if isinstance(term, Negate):
        inner, parts = _split(term.operand)
        return -inner, parts
    factors = term.factors if isinstance(term, Multiply) else (term,)
    number = Fraction(1)
    rest: list[Node] = []
    for factor in factors:
        if isinstance(factor, Number):
            number *= factor.value
        else:
            rest.append(factor)
    return number, tuple(rest)


def _one_fraction(node: Node, answer: Node) -> bool:
    """At most one division, and that the outermost thing."""
    bare = node.operand if isinstance(node, Negate) else node
    divisions = [part for part in walk(node) if isinstance(part, Divide)]
    return not divisions or divisions == [bare]


_CHECKS: Final[dict[Demand, Callable[[Node, Node], bool]]] = {
    "closed": _closed,
    "number": _number,
    "expanded": _expanded,
    "factored": _factored,
    "simplified": _simplified,
    "one-fraction": _one_fraction,
}

TOLD: Final[dict[Demand, str]] = {
    "closed": "there is still a sum or product in it; give it in closed form",
    "number": "there are still symbols in it; a number is asked for",
    "expanded": "it is not expanded: multiply the brackets out",
    "factored": "it is not factored: write it as a product as far as it goes",
    "simplified": "it can be written more simply",
    "one-fraction": "write it as one fraction",
}
