"""Writes a formula anew without changing what it says, as different students would.

Each rewriting must keep full credit: the notation, the order of terms, the name of a bound index,
a quotient as a power are no part of an answer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from autograder.symbolic.show import latex, plain
from autograder.symbolic.substitute import substitute
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import (
    Add,
    Divide,
    Fold,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    walk,
)

_ONE: Final = Number(Fraction(1))
_INDICES: Final = ("r", "u", "q", "z", "ell", "index")


@dataclass(frozen=True)
class Rewriting:
    """The same formula, written in another way."""

    what: str
    text: str


def rewritings(node: Node, table: SymbolTable) -> Iterator[Rewriting]:
    """The formula in plain text and in LaTeX, as it stands and after harmless changes."""
    seen: set[str] = set()
    index = next(name for name in _INDICES if table.find(name) is None)
    for what, changed in (
        ("as it stands", node),
        ("terms and factors in another order", _throughout(node, _reversed)),
        ("quotients as powers", _throughout(node, _as_power)),
        ("indices renamed and shifted", _throughout(node, lambda part: _shifted(part, index))),
        ("minus twice", Negate(Negate(node))),
    ):
        for notation, show in (("plain text", plain), ("LaTeX", latex)):
            text = show(changed)
            if text not in seen:
                seen.add(text)
                yield Rewriting(f"{what}, in {notation}", text)


def _throughout(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with every part changed, from the leaves up."""
    changes: dict[str, object] = {}
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            changes[field.name] = _throughout(value, change)
        elif isinstance(value, tuple) and all(isinstance(item, Node) for item in value):
            changes[field.name] = tuple(_throughout(item, change) for item in value)
    return change(dataclasses.replace(node, **changes))  # type: ignore[arg-type]


def _reversed(node: Node) -> Node:
    if isinstance(node, Add):
        return Add(tuple(reversed(node.terms)))
    return Multiply(tuple(reversed(node.factors))) if isinstance(node, Multiply) else node


def _as_power(node: Node) -> Node:
    if isinstance(node, Divide):
        return Multiply((node.numerator, Power(node.denominator, Negate(_ONE))))
    return node


def _shifted(node: Node, name: str) -> Node:
    """Σ_{k=a}^{b} f(k) as Σ_{r=a+1}^{b+1} f(r − 1); one sum inside another keeps its index."""
    if not isinstance(node, Fold) or any(isinstance(part, Fold) for part in walk(node.body)):
        return node
    body = substitute(node.body, {node.index: Add((Symbol(name), Negate(_ONE)))})
    lower, upper = Add((node.lower, _ONE)), Add((node.upper, _ONE))
    return Fold(node.kind, name, lower, upper, body)
