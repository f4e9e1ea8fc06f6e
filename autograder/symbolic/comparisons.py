"""Reads relations and what is built of them: chains, `and` and `or`, values under a condition.

a <= b   0 < a < b   x in [0, 1)   S divides n   n is even   a = b or a = -b   a if x > 0 else b
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from autograder.symbolic.tree import (
    Call,
    Comparison,
    Interval,
    Junction,
    Node,
    Number,
    Piecewise,
    Relation,
    Sequence,
)

if TYPE_CHECKING:
    from autograder.symbolic.parser import Parser

OPERATORS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
COMPARISONS: Final = OPERATORS | {"in", "divides"}
_WORDS: Final = frozenset({"in", "divides", "is"})
_SETS: Final = {"∪": "union", "∩": "intersection", "∖": "difference"}
_SET_WORDS: Final = {"U": "∪", "union": "∪", "cup": "∪", "intersection": "∩", "cap": "∩"}
_PARITIES: Final = {"even": 0, "odd": 1}
_TWO: Final = Number(Fraction(2))


def read_any(parser: Parser) -> Node:
    """A formula, a relation, or relations joined by `and` and `or`; `and` binds tighter."""
    return _junction(parser, "or")


def _junction(parser: Parser, word: str) -> Node:
    start = parser.stream.next.start
    parts = [_junction(parser, "and") if word == "or" else read_relation(parser)]
    while _at_word(parser, word):
        parser.stream.take()
        parts.append(_junction(parser, "and") if word == "or" else read_relation(parser))
    if len(parts) == 1:
        return parts[0]
    flat: list[Node] = []
    for part in parts:
        same = isinstance(part, Junction) and part.operator == word
        flat += part.parts if isinstance(part, Junction) and same else (part,)
    return Junction(word, tuple(flat), span=parser.since(start))  # type: ignore[arg-type]


def _at_word(parser: Parser, *words: str) -> bool:
    """Whether the next token is one of these words, or the sign for it, and no declared name."""
    token = parser.stream.next
    return (
        token.text in words and token.kind in ("word", "op") and not parser.names.known(token.text)
    )


def read_relation(parser: Parser) -> Node:
    """A formula, or a chain of formulas each compared with the next."""
    start = parser.stream.next.start
    left = read_value(parser)
    links: list[Node] = []
    while (operator := read_operator(parser)) is not None:
        at = left.span[0] if left.span else start
        if operator in _PARITIES:
            remainder, _, wanted = parity(left, operator)
            links.append(Relation("=", remainder, wanted, span=parser.since(at)))
            continue
        right = read_value(parser)
        if operator == "in":
            right = as_interval(right)
        compared = cast(Comparison, operator)
        links.append(Relation(compared, left, right, span=parser.since(at)))
        left = right
    if not links:
        return left
    return links[0] if len(links) == 1 else Junction("and", tuple(links), span=parser.since(start))


def parity(node: Node, word: str) -> tuple[Node, str, Node]:
    """`n is even` as n mod 2 = 0."""
    return Call("mod", (node, _TWO), span=node.span), "=", Number(Fraction(_PARITIES[word]))


def read_operator(parser: Parser) -> str | None:
    """The relation at hand, taken: a sign, `in`, `divides`, or a parity as in `n is even`."""
    stream = parser.stream
    if stream.at(*OPERATORS) or stream.at("in"):
        return stream.take().text
    if not (_at_word(parser, *_WORDS) or _at_word(parser, *_PARITIES)):
        return None
    word = stream.take().text
    if word == "is":
        if not _at_word(parser, *_PARITIES):
            raise stream.error("expected 'even' or 'odd' after 'is'")
        word = stream.take().text
    return word


def as_interval(node: Node) -> Node:
    """What stands after `in`: there (0, 1) and [0, 1] are intervals, not pairs."""
    if isinstance(node, Sequence) and len(node.items) == 2:
        is_open = node.brackets == "()"
        low, high = node.items
        return Interval(low, high, is_open, is_open, span=node.span)
    if isinstance(node, Call) and node.function in _SETS.values():
        return Call(node.function, tuple(map(as_interval, node.arguments)), span=node.span)
    return node


def read_value(parser: Parser) -> Node:
    """A formula, sets joined by ∪ and ∩, or `a if condition else b`."""
    start = parser.stream.next.start
    node = parser.expression()
    while parser.stream.at(*_SETS) or _at_word(parser, *_SET_WORDS):
        sign = parser.stream.take().text
        function = _SETS[_SET_WORDS.get(sign, sign)]
        right = as_interval(parser.expression())
        node = Call(function, (as_interval(node), right), span=parser.since(start))
    if _at_word(parser, "if") and _else_follows(parser):
        return _conditional(parser, node, start)
    return node


def _else_follows(parser: Parser) -> bool:
    """Whether an `else` belongs to the `if` at hand; without it the `if` is only a remark."""
    depth = 0
    for token in parser.stream.tokens[parser.stream.place :]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth < 0 or (depth == 0 and token.kind == "sep"):
            return False
        if depth == 0 and token.kind == "word" and token.text == "else":
            return True
    return False


def _conditional(parser: Parser, value: Node, start: int) -> Node:
    stream = parser.stream
    stream.take()
    condition = _junction(parser, "or")
    if not _at_word(parser, "else"):
        raise stream.error("expected 'else' after the condition")
    stream.take()
    with parser.deeper():
        otherwise = read_value(parser)
    cases = [(value, condition)]
    if isinstance(otherwise, Piecewise):  # a if p else b if q else c
        cases += otherwise.cases
        otherwise = otherwise.otherwise  # type: ignore[assignment]
    return Piecewise(tuple(cases), otherwise, span=parser.since(start))
