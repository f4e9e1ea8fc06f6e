"""Changes a formula in the ways in which students get it wrong.

A check that gives a mutant full credit either does not look closely, or shows that the change does
not matter; which of the two is what `prove` finds out.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from autograder.symbolic.substitute import substitute
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import (
    Add,
    Call,
    Divide,
    Fold,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Sequence,
    Symbol,
    free_symbols,
)

_ONE: Final = Number(Fraction(1))
_OTHER_CALL: Final = {"floor": "ceil", "ceil": "floor", "min": "max", "max": "min"}

Change = tuple[str, Node]


@dataclass(frozen=True)
class Mutant:
    """A changed formula, and what was changed."""

    what: str
    node: Node


def mutants(node: Node, table: SymbolTable) -> list[Mutant]:
    """Every mutant of a formula, each once, the formula itself left out."""
    found: dict[Node, str] = {}
    for what, changed in itertools.chain(_as_a_whole(node, table), _everywhere(node, _at)):
        if changed != node:
            found.setdefault(changed, what)
    return [Mutant(what, changed) for changed, what in found.items()]


def _as_a_whole(node: Node, table: SymbolTable) -> Iterator[Change]:
    """A sign, a factor, a constant, a shifted index, two symbols swapped."""
    yield "opposite sign", Negate(node)
    yield "twice as much", Multiply((Number(Fraction(2)), node))
    yield "one more", Add((node, _ONE))
    yield "one less", Add((node, Negate(_ONE)))
    names = sorted(free_symbols(node) & set(table.symbols))
    for name in names:
        if table.symbols[name].set == "integer":
            for step, word in ((_ONE, "+ 1"), (Negate(_ONE), "- 1")):
                moved = substitute(node, {name: Add((Symbol(name), step))})
                yield f"{name} {word} for {name}", moved
    for first, second in itertools.combinations(names, 2):
        swapped = substitute(node, {first: Symbol(second), second: Symbol(first)})
        yield f"{first} and {second} swapped", swapped


def _moved(index: Node, by: Node) -> Node:
    """An index moved by one; of several indices the first."""
    if isinstance(index, Sequence):
        first, *others = index.items
        return Sequence((_moved(first, by), *others))
    return Add((index, by))


def _everywhere(node: Node, change: Callable[[Node], Iterator[Change]]) -> Iterator[Change]:
    """The tree with one of its parts changed, for every part and every change."""
    yield from change(node)
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            for what, part in _everywhere(value, change):
                yield what, dataclasses.replace(node, **{field.name: part})  # type: ignore[arg-type]
        elif isinstance(value, tuple):
            for place, item in enumerate(value):
                for what, part in _everywhere(item, change) if isinstance(item, Node) else ():
                    parts = (*value[:place], part, *value[place + 1 :])
                    yield what, dataclasses.replace(node, **{field.name: parts})


def _at(node: Node) -> Iterator[Change]:
    """The changes of one part alone."""
    match node:
        case Add(terms=terms):
            yield from _without_one(terms, Add, "a term dropped")
            for place, term in enumerate(terms):
                changed = (*terms[:place], Negate(term), *terms[place + 1 :])
                yield "the sign of a term", Add(changed)
        case Multiply(factors=factors):
            yield from _without_one(factors, Multiply, "a factor dropped")
        case Negate(operand=operand):
            yield "a minus dropped", operand
        case Divide(numerator=top, denominator=bottom):
            yield "a denominator dropped", top
            yield "a quotient upside down", Divide(bottom, top)
        case Power(base=base, exponent=exponent):
            yield "an exponent dropped", base
            yield "an exponent one more", Power(base, Add((exponent, _ONE)))
            yield "an exponent one less", Power(base, Add((exponent, Negate(_ONE))))
        case Number(value=value):
            yield f"{value + 1} for {value}", Number(value + 1)
            yield f"{value - 1} for {value}", Number(value - 1)
        case Indexed(family=family, index=index):
            yield "the next member", Indexed(family, _moved(index, _ONE))
            yield "the member before", Indexed(family, _moved(index, Negate(_ONE)))
        case Call() | Fold():
            yield from _at_function(node)


def _at_function(node: Call | Fold) -> Iterator[Change]:
    if isinstance(node, Fold):
        first, last = Add((node.lower, _ONE)), Add((node.upper, Negate(_ONE)))
        yield "the first term left out", dataclasses.replace(node, lower=first)
        yield "the last term left out", dataclasses.replace(node, upper=last)
        yield "a term too many", dataclasses.replace(node, upper=Add((node.upper, _ONE)))
        return
    other = _OTHER_CALL.get(node.function)
    if other is not None:
        yield f"{other} for {node.function}", Call(other, node.arguments)
    if len(node.arguments) == 1:
        yield f"{node.function} dropped", node.arguments[0]


def _without_one(
    parts: tuple[Node, ...], make: Callable[[tuple[Node, ...]], Node], what: str
) -> Iterator[Change]:
    for place in range(len(parts)):
        rest = (*parts[:place], *parts[place + 1 :])
        yield what, rest[0] if len(rest) == 1 else make(rest)
