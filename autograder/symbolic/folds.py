r"""Reads what binds or takes an index: sums, products, and members of families.

\sum_{k=0}^{t-1} x      sum_{k=0}^(t-1) x      \prod_{i<j} S_i      \sum_{0 \le k < t} x
sum(x, k, 0, t-1)       sum(x, (k, 0, t-1))    sum(x for k in range(t))    sum(x, k=0..t-1)
K_j   K_{j}   K^{(j)}   K[j]   K(j)   K^j
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from autograder.symbolic.extent import without_what_follows
from autograder.symbolic.lexer import Token
from autograder.symbolic.stream import TokenStream
from autograder.symbolic.tree import (
    Add,
    Constant,
    Fold,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Sequence,
    Symbol,
)

if TYPE_CHECKING:
    from autograder.symbolic.parser import Parser

FoldKind = Literal["sum", "product"]

# Words that end a factor because they belong to a generator or to the prose around a formula.
BINDER_WORDS: Final = frozenset(
    "for in and or with where if when else otherwise divides is even odd union intersection".split()
)

_ONE: Final = Number(Fraction(1))


def read_fold(parser: Parser, kind: FoldKind) -> Node:
    """A sum or product in any of its notations; the operator itself is the next token."""
    stream = parser.stream
    token = stream.take()
    if stream.at("_", "^"):
        return _operator_form(parser, kind, token)
    if stream.at("(", "[", "{"):
        return _function_form(parser, kind, token)
    raise stream.error(f"the {kind} needs its index and bounds, as in {kind}_{{k=1}}^{{n}}", token)


def _operator_form(parser: Parser, kind: FoldKind, token: Token) -> Node:
    stream = parser.stream
    index: str | None = None
    lower: Node | None = None
    upper: Node | None = None
    while stream.at("_", "^"):
        if stream.take().text == "_":
            index, lower, bound = _lower_bound(parser, token)
            upper = upper or bound
        else:
            upper = parser.exponent()
    if index is None or lower is None:
        raise stream.error(f"the {kind} does not say its index, as in {kind}_{{k=1}}^{{n}}", token)
    if upper is None:
        raise stream.error(f"the {kind} over {index} has no upper bound", token)
    start = stream.place
    with parser.deeper():
        body = _within(parser, index, parser.term)
    bracketed = stream.closing_place(start) == stream.place - 1
    fold = Fold(kind, index, lower, upper, body, span=parser.since(token.start))
    return fold if kind == "sum" or bracketed else without_what_follows(fold)


def _lower_bound(parser: Parser, fold: Token) -> tuple[str, Node, Node | None]:
    """What stands under the sign: `k=0`, `k`, `i<j`, `0 <= k < t`; the index, lower, upper."""
    stream = parser.stream
    opening = stream.take() if stream.at("{", "(") else None
    first: Node | None = None
    if opening and stream.next.kind != "word":
        first = parser.expression()
        first = _shift(first, 1 if _relation(parser, "<", "<=") == "<" else 0)
    index = _index_name(parser, fold)
    lower: Node = first if first is not None else _ONE
    upper: Node | None = None
    if stream.accept("="):
        lower = parser.expression() if opening else parser.postfix()
        if stream.accept(".."):
            upper = parser.expression()
    elif opening and stream.at("<", "<="):
        strict = stream.take().text == "<"
        upper = _shift(parser.expression(), -1 if strict else 0)
    elif opening and stream.at(">", ">="):
        strict = stream.take().text == ">"
        lower = _shift(parser.expression(), 1 if strict else 0)
        upper = Constant("oo")
    if opening:
        stream.close(opening)
    return index, lower, upper


def _relation(parser: Parser, *operators: str) -> str:
    if not parser.stream.at(*operators):
        raise parser.stream.error("expected '<' or '<=' before the index")
    return parser.stream.take().text


def _index_name(parser: Parser, fold: Token) -> str:
    token = parser.stream.take()
    if token.kind != "word":
        raise parser.stream.error("expected the name of the index, as in k=1", token)
    if not token.whole and len(token.text) > 1:
        message = f"the index {token.text!r} should be one letter"
        raise parser.stream.error(message, token)
    return token.text


def _function_form(parser: Parser, kind: FoldKind, token: Token) -> Node:
    """`sum(body, k, 0, n)`, `sum(body, (k, 0, n))`, `sum(body for k in range(n))`."""
    stream = parser.stream
    opening = stream.take()
    inner = stream.take() if stream.at("[", "(") and _is_generator(parser) else None
    index = _binder(parser)
    if index is None:
        message = f"the {kind} does not say its index, as in {kind}(x, k, 1, n)"
        raise stream.error(message, token)
    body = _within(parser, index, parser.expression)
    lower, upper = _bounds_after(parser)
    if inner is not None:
        stream.close(inner)
    stream.close(opening)
    return Fold(kind, index, lower, upper, body, span=parser.since(token.start))


def _is_generator(parser: Parser) -> bool:
    """Whether the bracket at hand wraps a whole generator: `sum([... for k in ...])`."""
    stream = parser.stream
    closing = stream.closing_place(stream.place)
    inside = stream.tokens[stream.place : closing]
    return any(t.kind == "word" and t.text == "for" for t in inside) and (
        stream.tokens[closing + 1].kind == "close"
    )


def _binder(parser: Parser) -> str | None:
    """The index that the bracket at hand binds, found before its body is read."""
    tokens, place = parser.stream.tokens, parser.stream.place
    depth = 0
    while place < len(tokens) - 1:
        token, following = tokens[place], tokens[place + 1]
        if depth == 0 and token.kind == "word" and token.text == "for":
            return following.text if following.kind == "word" else None
        if depth == 0 and token.kind == "comma":
            name = tokens[place + 2] if following.text == "(" else following
            return name.text if name.kind == "word" else None
        depth += (token.kind == "open") - (token.kind == "close")
        if depth < 0:
            return None
        place += 1
    return None


def _bounds_after(parser: Parser) -> tuple[Node, Node]:
    """The bounds that follow the body in the function form."""
    stream = parser.stream
    if stream.next.kind == "word" and stream.next.text == "for":
        return _python_range(parser)
    if not stream.accept(","):
        raise stream.error("expected a comma and the bounds of the index")
    opening = stream.take() if stream.at("(", "[") else None
    stream.take()
    if stream.accept("="):
        lower = parser.expression()
        if not stream.accept("..", ","):
            raise stream.error("expected '..' and the upper bound")
    elif stream.accept(","):
        lower = parser.expression()
        if not stream.accept(","):
            raise stream.error("expected a comma and the upper bound")
    else:
        raise stream.error("expected a comma and the lower bound")
    upper = parser.expression()
    if opening is not None:
        stream.close(opening)
    return lower, upper


def _python_range(parser: Parser) -> tuple[Node, Node]:
    stream = parser.stream
    stream.take()
    stream.take()
    if not (stream.next.text == "in" and stream.take()):
        raise stream.error("expected 'in range(...)'")
    if stream.take().text != "range" or not stream.at("("):
        raise stream.error("expected 'range(...)' after 'in'")
    opening = stream.take()
    first = parser.expression()
    second = parser.expression() if stream.accept(",") else None
    stream.close(opening)
    if second is None:
        return Number(Fraction(0)), _shift(first, -1)
    return first, _shift(second, -1)


def _shift(node: Node, by: int) -> Node:
    if by == 0:
        return node
    one = Number(Fraction(1))
    return Add((node, one if by > 0 else Negate(one)), span=node.span)


def _within(parser: Parser, index: str, read: object) -> Node:
    """Read the body with the index bound."""
    parser.names.bound.append(index)
    try:
        return read()  # type: ignore[operator, no-any-return]
    finally:
        parser.names.bound.pop()


def read_index(parser: Parser, family: str, token: Token) -> Node:
    """The index of a member of a family; of one with several axes a sequence of indices.

    `x[i, k]`, `x[i][k]`, `x_{i,k}`, `x_{ik}`, `x^{(i)}_k`
    """
    axes = parser.names.table.axes.get(family, 1)
    index = _one_index(parser, family, token, axes)
    if axes == 1:
        return index
    found = _indices(index, axes)
    while len(found) < axes and _at_script(parser.stream):
        found += _indices(_one_index(parser, family, token, axes), axes - len(found))
    return Sequence(tuple(found), span=parser.since(token.start))


def _at_script(stream: TokenStream) -> bool:
    """Whether another index follows, rather than a factor or a power."""
    after = stream.tokens[stream.place + 1 :][:1]
    raised = stream.at("^") and bool(after) and after[0].text in "{("
    return raised or stream.at("_", "[")


def _indices(index: Node, most: int) -> list[Node]:
    """The indices that one bracket or script gives; letters side by side are one each."""
    if isinstance(index, Sequence):
        return list(index.items)
    is_run = isinstance(index, Multiply) and len(index.factors) <= most
    if is_run and all(isinstance(part, (Symbol, Number)) for part in index.factors):  # type: ignore[attr-defined]
        return list(index.factors)  # type: ignore[attr-defined]
    return [index]


def _one_index(parser: Parser, family: str, token: Token, axes: int = 1) -> Node:
    """One bracket, subscript or superscript after the name of a family."""
    several = axes > 1
    stream = parser.stream
    following = stream.next
    if stream.accept("_"):
        return _subscript(parser, several=several)
    if stream.at("[", "("):
        return parser.group()
    if stream.accept("^"):
        return _superscript(parser, several=several)
    if following.kind == "number" and following.start == token.end and following.text.isdigit():
        stream.take()
        return Number(Fraction(int(following.text)), span=(following.start, following.end))
    raise stream.error(f"{family} stands for a family: write its index, as in {family}_j", token)


def _subscript(parser: Parser, *, several: bool = False) -> Node:
    """An index after `_`; an unbraced run of letters is tried whole, then by its first letter."""
    stream = parser.stream
    token = stream.next
    if token.kind == "word" and len(token.text) > 1 and not token.whole:
        if not parser.names.known(token.text):
            stream.split_word(stream.place, [1, len(token.text) - 1])
        return _index_word(parser)
    if token.kind == "word":
        return _index_word(parser)
    return parser.group(separated=several) if token.kind == "open" else parser.atom()


def _index_word(parser: Parser) -> Node:
    """One letter as an index; a recurrence may use letters that nothing declares."""
    token = parser.stream.take()
    if (name := parser.names.known(token.text)) is not None:
        return Symbol(name, span=(token.start, token.end))
    if parser.names.recurrence or parser.names.table.open:
        return Symbol(token.text, span=(token.start, token.end))
    parser.stream.place -= 1
    raise parser.names.unknown(parser.stream, token)


def _superscript(parser: Parser, *, several: bool = False) -> Node:
    """An index after `^`: `K^{(j)}`, `K^(j)`, `K^{j}`, `K^j`."""
    stream = parser.stream
    return parser.group(separated=several) if stream.at("{", "(") else _subscript(parser)


def new_member(parser: Parser) -> Node | None:
    """In an open table, an undeclared name whose index is bound or in square brackets: x_i, x[3]."""
    stream, names = parser.stream, parser.names
    token, following = stream.next, stream.tokens[stream.place + 1]
    if not (len(token.text) == 1 or token.whole or not names.latex):
        return None
    bracketed = following.text == "[" and following.kind == "open" and not following.spaced
    if not bracketed and not (following.text == "_" and _indexed_by_bound(parser)):
        return None
    stream.take()
    return Indexed(
        token.text, read_index(parser, token.text, token), span=parser.since(token.start)
    )


def _indexed_by_bound(parser: Parser) -> bool:
    """Whether the subscript after the next word speaks of a bound index."""
    stream, names = parser.stream, parser.names
    place = stream.place + 2
    end = stream.closing_place(place) if stream.tokens[place].text == "{" else place
    inside = stream.tokens[place : end + 1]
    return any(token.kind == "word" and token.text in names.bound for token in inside)


def recursive_names(stream: TokenStream) -> frozenset[str]:
    """Names that stand, with an index, at the start of an equation: what a recurrence defines."""
    names: set[str] = set()
    depth, starts = 0, True
    for token, following in itertools.pairwise(stream.tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if starts and token.kind == "word" and following.text in ("_", "[", "^", "("):
            names.add(token.text)
        starts = depth == 0 and (token.kind in ("comma", "sep") or token.text == "=")
    return frozenset(names)


def new_family(parser: Parser) -> Node | None:
    """In a recurrence, an undeclared name with an index; None when no index follows.

    A lone letter inside an index is the running index of the recurrence.
    """
    stream = parser.stream
    token = stream.next
    following = stream.tokens[stream.place + 1]
    name = token.text
    marks = ("_", "[", "^", "(") if name in parser.names.recursive else ("_", "[")
    if following.text in marks and following.kind in ("op", "open"):
        stream.take()
        return Indexed(name, read_index(parser, name, token), span=parser.since(token.start))
    if len(name) == 1:
        stream.take()
        return Symbol(name, span=(token.start, token.end))
    return None
