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
    """A mathematical constant that no declared symbol hides; `i` is the imaginary unit."""

    name: Literal["pi", "e", "oo", "i"]


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


@dataclass(frozen=True)
class Integral(Node):
    """The integral of `body` over `variable` from `lower` to `upper`.

    Without `lower` it is an antiderivative, known up to a constant, at `upper`.
    """

    body: Node
    variable: str
    lower: Node | None
    upper: Node


Side = Literal["both", "left", "right"]


@dataclass(frozen=True)
class Limit(Node):
    """The limit of `body` as `variable` goes to `target`: from below is `left`."""

    body: Node
    variable: str
    target: Node
    side: Side = "both"


@dataclass(frozen=True)
class Derivative(Node):
    """The derivative of some `order` of `body` with respect to `variable`, at `point`.

    For the usual d/dx the point is the symbol x itself.
    """

    body: Node
    variable: str
    order: int
    point: Node


@dataclass(frozen=True)
class Piecewise(Node):
    """The value of the first case whose condition holds; `otherwise` where none does.

    Each case is a pair (value, condition). Without `otherwise` there is then no value.
    """

    cases: tuple[tuple[Node, Node], ...]
    otherwise: Node | None = None


Comparison = Literal["=", "!=", "<", "<=", ">", ">=", "in", "divides"]


@dataclass(frozen=True)
class Relation(Node):
    """Two formulas compared: an equation, an inequality, membership or divisibility."""

    operator: Comparison
    left: Node
    right: Node


@dataclass(frozen=True)
class Junction(Node):
    """Relations joined by `and` or `or`; a chain such as 0 < a < b is an `and`."""

    operator: Literal["and", "or"]
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Sequence(Node):
    """Several formulas in brackets: a tuple or a list.

    `(0, 1)` and `[0, 1]` may also be meant as intervals: `brackets` tells how they were written.
    """

    items: tuple[Node, ...]
    brackets: Literal["()", "[]"] = field(default="()", compare=False)


@dataclass(frozen=True)
class Set(Node):
    """A set of listed members, in no order; without members the empty set."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Interval(Node):
    """The numbers between two ends, which an open end leaves out."""

    low: Node
    high: Node
    low_open: bool
    high_open: bool


@dataclass(frozen=True)
class Matrix(Node):
    """Rows of entries, all of one length; a column vector has rows of one entry."""

    rows: tuple[tuple[Node, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in the order of its fields."""
    match node:
        case Symbol() | Number() | Constant() | Label():
            return ()
        case Add(terms=parts) | Multiply(factors=parts) | Call(arguments=parts):
            return parts
        case Divide(numerator=first, denominator=second):
            return (first, second)
        case Power(base=first, exponent=second):
            return (first, second)
        case Negate(operand=part) | Indexed(index=part):
            return (part,)
        case Fold(lower=first, upper=second, body=body):
            return (first, second, body)
        case Relation(left=first, right=second) | Interval(low=first, high=second):
            return (first, second)
        case Sequence(items=parts) | Set(items=parts) | Junction(parts=parts):
            return parts
    return _rare_children(node)


def _rare_children(node: Node) -> tuple[Node, ...]:
    match node:
        case Integral(body=body, lower=lower, upper=upper):
            return (body, upper) if lower is None else (body, lower, upper)
        case Limit(body=body, target=part) | Derivative(body=body, point=part):
            return (body, part)
        case Piecewise(cases=cases, otherwise=otherwise):
            parts = tuple(part for case in cases for part in case)
            return parts if otherwise is None else (*parts, otherwise)
        case Matrix(rows=rows):
            return tuple(entry for row in rows for entry in row)
    return ()


def bound_name(node: Node) -> str | None:
    """The name that a node binds in its `body`, and nowhere else: an index or a variable."""
    match node:
        case Fold(index=name):
            return name
        case Integral(variable=name) | Limit(variable=name) | Derivative(variable=name):
            return name
    return None


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def free_symbols(node: Node) -> frozenset[str]:
    """Names of the symbols and families (written `K[]`) that nothing in the node binds."""
    match node:
        case Symbol(name=name):
            return frozenset({name})
        case Indexed(family=family, index=index):
            return free_symbols(index) | {f"{family}[]"}
    parts = children(node)
    bound = bound_name(node)
    if bound is None:
        return frozenset().union(*(free_symbols(part) for part in parts))
    # A sum keeps its body last, the others first.
    *bounds, body = parts if isinstance(node, Fold) else (*parts[1:], parts[0])
    outside = frozenset().union(*(free_symbols(bound) for bound in bounds))
    return outside | (free_symbols(body) - {bound})
