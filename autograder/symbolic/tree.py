"""The typed tree that every formula is read into, whatever notation it was written in.

Nodes are frozen and compare by content; `span` says where in the source a node was read and
takes no part in equality. Numbers are exact: `0.1` is the fraction 1/10, marked `decimal`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Span = tuple[int, int]


@dataclass(frozen=True)
class Node:
    """A part of a formula."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Number(Node):
    """An exact rational number; `decimal` when it was written with a decimal point."""

    value: Fraction
    decimal: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Constant(Node):
    """A mathematical constant that no declared symbol hides."""

    name: Literal["pi", "e", "oo"]


@dataclass(frozen=True)
class Symbol(Node):
    """A declared symbol, or the index bound by a sum, product or recurrence."""

    name: str


@dataclass(frozen=True)
class Indexed(Node):
    """A member of a family, such as K[j]."""

    family: str
    index: Node


@dataclass(frozen=True)
class Label(Node):
    """A name on the left of an equation that the exercise does not declare: `W_out = ...`."""

    text: str


@dataclass(frozen=True)
class Negate(Node):
    """Minus `operand`."""

    operand: Node


@dataclass(frozen=True)
class Add(Node):
    """The sum of two or more terms."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Multiply(Node):
    """The product of two or more factors."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Divide(Node):
    """`numerator` over `denominator`."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Power(Node):
    """`base` to the `exponent`."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Call(Node):
    """A known function of its arguments; `functions.py` lists the names."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Fold(Node):
    """A sum or product of `body` for `index` from `lower` to `upper`, both included."""

    kind: Literal["sum", "product"]
    index: str
    lower: Node
    upper: Node
    body: Node


Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Relation(Node):
    """Two formulas compared: an equation or an inequality."""

    operator: Comparison
    left: Node
    right: Node


@dataclass(frozen=True)
class Sequence(Node):
    """Several formulas in brackets: a tuple or a list."""

    items: tuple[Node, ...]


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in the order they are written."""
    match node:
        case Indexed(index=index):
            return (index,)
        case Negate(operand=operand):
            return (operand,)
        case Add(terms=parts) | Multiply(factors=parts) | Call(arguments=parts):
            return parts
        case Sequence(items=parts):
            return parts
        case Divide(numerator=first, denominator=second):
            return (first, second)
        case Power(base=first, exponent=second):
            return (first, second)
        case Relation(left=first, right=second):
            return (first, second)
        case Fold(lower=lower, upper=upper, body=body):
            return (lower, upper, body)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def free_symbols(node: Node) -> frozenset[str]:
    """Names of the symbols and families (written `K[]`) that no sum or product binds."""
    match node:
        case Symbol(name=name):
            return frozenset({name})
        case Indexed(family=family, index=index):
            return free_symbols(index) | {f"{family}[]"}
        case Fold(index=index_name, lower=lower, upper=upper, body=body):
            bounds = free_symbols(lower) | free_symbols(upper)
            return bounds | (free_symbols(body) - {index_name})
        case _:
            return frozenset().union(*(free_symbols(child) for child in children(node)))
