"""Reads structures that are written as calls: Matrix([[1, 2], [3, 4]]), Piecewise((a, x > 0), ...).

Also Interval(0, 1), Interval.open(0, 1), Set(1, 2), Union(a, b), where(x > 0, a, b).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from autograder.symbolic import comparisons
from autograder.symbolic.lexer import Token
from autograder.symbolic.tree import (
    Add,
    Call,
    Interval,
    Matrix,
    Multiply,
    Node,
    Number,
    Piecewise,
    Sequence,
    Set,
)

if TYPE_CHECKING:
    from autograder.symbolic.parser import Parser

Reader = Callable[["Parser", Token], Node]


def arguments_of(parser: Parser) -> list[Node]:
    """Everything between the brackets at hand, of any kind."""
    stream = parser.stream
    opening = stream.take()
    items: list[Node] = []
    if stream.next.kind != "close":
        items.append(comparisons.read_any(parser))
        while stream.accept(","):
            items.append(comparisons.read_any(parser))
    stream.close(opening)
    return items


def _matrix(parser: Parser, token: Token) -> Node:
    """A matrix; `Matrix([a, b])` is a column, as SymPy has it, and `array([a, b])` a list."""
    arguments = arguments_of(parser)
    span = parser.since(token.start)
    if len(arguments) != 1:
        raise parser.stream.error("a matrix is written as Matrix([[a, b], [c, d]])", token)
    (first,) = arguments
    if isinstance(first, Sequence) and token.text in ("Matrix", "matrix", "Vector", "vector"):
        return Matrix(tuple((item,) for item in first.items), span=span)
    if isinstance(first, (Matrix, Sequence)):
        return first
    return Sequence((first,), "[]", span=span)


def _piecewise(parser: Parser, token: Token) -> Node:
    """SymPy's Piecewise((a, x > 0), (b, True))."""
    stream = parser.stream
    opening = stream.take()
    cases: list[tuple[Node, Node]] = []
    otherwise: Node | None = None
    while True:
        pair = stream.take()
        if pair.text not in ("(", "[") or pair.kind != "open":
            raise stream.error("each case is written as (value, condition)", pair)
        value = parser.expression()
        if not stream.accept(","):
            raise stream.error("expected a comma and the condition of this case")
        if stream.next.text in ("True", "true", "otherwise"):
            stream.take()
            otherwise = value
        else:
            cases.append((value, comparisons.read_any(parser)))
        stream.close(pair)
        if not stream.accept(","):
            break
    stream.close(opening)
    if not cases:
        raise stream.error("a piecewise formula needs a case with a condition", token)
    return Piecewise(tuple(cases), otherwise, span=parser.since(token.start))


def _where(parser: Parser, token: Token) -> Node:
    """NumPy's and PyTorch's where(condition, a, b)."""
    arguments = arguments_of(parser)
    if len(arguments) != 3:
        raise parser.stream.error("where takes a condition and two values", token)
    condition, value, otherwise = arguments
    return Piecewise(((value, condition),), otherwise, span=parser.since(token.start))


def _interval(parser: Parser, token: Token) -> Node:
    arguments = arguments_of(parser)
    if len(arguments) != 2:
        raise parser.stream.error("an interval has two ends", token)
    kind = token.text.rpartition(".")[2]
    low_open, high_open = kind in ("open", "Lopen"), kind in ("open", "Ropen")
    low, high = arguments
    return Interval(low, high, low_open, high_open, span=parser.since(token.start))


def _set(parser: Parser, token: Token) -> Node:
    arguments = arguments_of(parser)
    if len(arguments) == 1 and isinstance(arguments[0], (Sequence, Set)):
        arguments = list(arguments[0].items)
    return Set(tuple(arguments), span=parser.since(token.start))


def _tuple(parser: Parser, token: Token) -> Node:
    arguments = arguments_of(parser)
    if len(arguments) == 1 and isinstance(arguments[0], (Sequence, Set)):
        arguments = list(arguments[0].items)
    return Sequence(tuple(arguments), span=parser.since(token.start))


def _joined(function: str) -> Reader:
    def read(parser: Parser, token: Token) -> Node:
        arguments = tuple(comparisons.as_interval(node) for node in arguments_of(parser))
        if len(arguments) < 2:
            raise parser.stream.error(f"{token.text} joins two sets or more", token)
        return Call(function, arguments, span=parser.since(token.start))

    return read


READERS: Final[dict[str, Reader]] = {
    "matrix": _matrix,
    "piecewise": _piecewise,
    "where": _where,
    "Interval": _interval,
    "Interval.open": _interval,
    "Interval.Lopen": _interval,
    "Interval.Ropen": _interval,
    "set": _set,
    "tuple": _tuple,
    "union": _joined("union"),
    "intersection": _joined("intersection"),
}


def sum_of(terms: tuple[Node, ...], span: tuple[int, int] | None = None) -> Node:
    """The sum of listed terms."""
    if len(terms) < 2:
        return terms[0] if terms else Number(Fraction(0), span=span)
    return Add(terms, span=span)


def product_of(factors: tuple[Node, ...], span: tuple[int, int] | None = None) -> Node:
    """The product of listed factors."""
    if len(factors) < 2:
        return factors[0] if factors else Number(Fraction(1), span=span)
    return Multiply(factors, span=span)
