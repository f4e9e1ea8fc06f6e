"""Reads what stands in brackets: a formula, a tuple, a set, an interval, a matrix, cases.

(a + b)   (a, b)   [a, b]   {a, b}   [0, 1)   ]0, 1[   [[1, 2], [3, 4]]   [1, 2; 3, 4]   \\lfloor x \\rfloor
{a if x > 0; b otherwise}   \\begin{cases} a & x > 0 \\\\ b & \\text{otherwise} \\end{cases}
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, Literal

from autograder.symbolic import comparisons
from autograder.symbolic.lexer import Token
from autograder.symbolic.substitute import substitute
from autograder.symbolic.tree import (
    Add,
    Call,
    Interval,
    Matrix,
    Negate,
    Node,
    Piecewise,
    Relation,
    Sequence,
    Set,
    Symbol,
    free_symbols,
    walk,
)

if TYPE_CHECKING:
    from autograder.symbolic.parser import Parser

_FUNCTIONS: Final = {"⌊": "floor", "⌈": "ceil"}
_OTHERWISE: Final = frozenset({"otherwise", "else", "True", "true"})
_WHEN: Final = frozenset({"if", "for", "when", "where"})
_NEIGHBOURS: Final = frozenset({"∪", "∩", "∖", "=", "!=", "in", "and", "or"})
_MATRIX_CALLS: Final = frozenset({"transpose", "inverse", "cross"})


def read_group(parser: Parser) -> Node:
    """What the bracket at hand holds, up to the bracket that closes it."""
    stream = parser.stream
    place, opening = stream.place, stream.take()
    match opening.text:
        case "(" | "[":
            node = _round_or_square(parser, opening, place)
        case "{" | "\\{":
            node = _braces(parser, opening, place)
        case "|" | "‖":
            inside = parser.expression()
            stream.close(opening)
            node = between_bars(opening.text, inside, parser.since(opening.start))
        case "matrix" | "vmatrix" | "Vmatrix":
            node = _environment(parser, opening)
        case "cases":
            node = _cases(parser, opening)
            stream.close(opening)
        case "left.":
            node = _evaluated(parser, opening)
        case _:
            inside = parser.expression()
            stream.close(opening)
            span = parser.since(opening.start)
            node = Call(_FUNCTIONS[opening.text], (inside,), span=span)
    return node


def _round_or_square(parser: Parser, opening: Token, place: int) -> Node:
    stream = parser.stream
    if stream.next.kind == "close" and stream.next.text in ")]":
        stream.close(opening)
        raise stream.error("there is nothing between the brackets", opening)
    items = [comparisons.read_any(parser)]
    if opening.text == "(" and stream.accept("choose"):
        items = [Call("binomial", (items[0], parser.expression()))]
    while stream.accept(","):
        if stream.next.kind == "close":
            break  # the comma of Python's (a,)
        items.append(comparisons.read_any(parser))
    if opening.text == "[" and stream.at(";"):
        return _semicolon_rows(parser, opening, items)
    other = ")" if opening.text == "[" else "]"
    if len(items) == 2 and stream.next.kind == "close" and stream.next.text == other:
        stream.take()
        low_open, high_open = opening.text == "(", other == ")"
        low, high = items
        return Interval(low, high, low_open, high_open, span=parser.since(opening.start))
    stream.close(opening)
    return _listed(parser, opening, place, items)


def _listed(parser: Parser, opening: Token, place: int, items: list[Node]) -> Node:
    """One formula in brackets, a tuple, a list, or the rows of a matrix."""
    span = parser.since(opening.start)
    if opening.text == "(":
        return items[0] if len(items) == 1 else Sequence(tuple(items), span=span)
    rows = [item.items for item in items if isinstance(item, Sequence) and item.brackets == "[]"]
    if len(rows) == len(items):
        return _matrix(parser, rows, opening)
    if len(items) == 1 and (isinstance(items[0], Matrix) or not _is_list_place(parser, place)):
        return items[0]
    return Sequence(tuple(items), "[]", span=span)


def _is_list_place(parser: Parser, place: int) -> bool:
    """Whether `[x]` is a list of one: it is a row of a matrix, or all there is."""
    tokens, after = parser.stream.tokens, parser.stream.next
    before = tokens[place - 1] if place else None
    opens = before is None or before.text in ("[", ",", "(")
    return opens and after.text in ("]", ",", ")", "") and (before is not None or after.text == "")


def _matrix(parser: Parser, rows: list[tuple[Node, ...]], opening: Token) -> Node:
    if len({len(row) for row in rows}) != 1:
        raise parser.stream.error("the rows of this matrix have different lengths", opening)
    return Matrix(tuple(rows), span=parser.since(opening.start))


def _semicolon_rows(parser: Parser, opening: Token, first: list[Node]) -> Node:
    stream, rows = parser.stream, [tuple(first)]
    while stream.accept(";"):
        row = [parser.expression()]
        while stream.accept(","):
            row.append(parser.expression())
        rows.append(tuple(row))
    stream.close(opening)
    return _matrix(parser, rows, opening)


def _environment(parser: Parser, opening: Token) -> Node:
    """A LaTeX matrix; one between bars is its determinant, between double bars its norm."""
    stream = parser.stream
    rows: list[tuple[Node, ...]] = [()]
    while not (stream.next.kind == "close" and stream.next.text == "end"):
        if stream.next.kind == "end":
            raise stream.error("this matrix is never closed", opening)
        if stream.accept("row"):
            rows.append(())
        elif not stream.accept("&") or stream.at("&", "row"):
            if stream.at("&", "row"):
                raise stream.error("a cell of this matrix is empty")
            rows[-1] = (*rows[-1], parser.expression())
    stream.take()
    node = _matrix(parser, [row for row in rows if row] or [()], opening)
    bars = {"vmatrix": "|", "Vmatrix": "‖"}.get(opening.text)
    return node if bars is None else between_bars(bars, node, parser.since(opening.start))


def read_outward_interval(parser: Parser) -> Node:
    """`]0, 1[` and `]0, 1]`: a bracket that turns outward leaves its end out."""
    stream = parser.stream
    opening = stream.take()
    low = parser.expression()
    if not stream.accept(","):
        raise stream.error("']' closes nothing", opening)
    end = _outward_end(parser)
    if end is None:
        raise stream.error("this interval is never closed", opening)
    parser.stops.append(end)
    high = parser.expression()
    parser.stops.pop()
    if stream.next is not end:
        raise stream.error("expected the end of the interval")
    high_open = stream.take().text == "["
    return Interval(low, high, True, high_open, span=parser.since(opening.start))


def _outward_end(parser: Parser) -> Token | None:
    """The bracket that ends an interval opened by `]`: the next `]`, or a `[` that opens nothing."""
    tokens, depth = parser.stream.tokens, 0
    for token, following in itertools.pairwise(tokens[parser.stream.place :]):
        ends = following.kind in ("end", "close", "comma", "sep") or following.text in _NEIGHBOURS
        if depth == 0 and (token.text == "]" or (token.text == "[" and ends)):
            return token
        depth += (token.kind == "open") - (token.kind == "close")
    return None


def _braces(parser: Parser, opening: Token, place: int) -> Node:
    stream = parser.stream
    closing = stream.closing_place(place)
    inside = stream.tokens[stream.place : closing]
    if not inside:
        stream.close(opening)
        return Set((), span=parser.since(opening.start))
    if _looks_like_cases(inside):
        node = _cases(parser, opening)
        stream.close(opening)
        return node
    items = [comparisons.read_any(parser)]
    if stream.accept("choose"):
        items = [Call("binomial", (items[0], parser.expression()))]
    while stream.accept(",", ";"):
        items.append(comparisons.read_any(parser))
    stream.close(opening)
    span = parser.since(opening.start)
    if len(items) > 1 or _is_set_place(parser, opening, place):
        return Set(tuple(items), span=span)
    return items[0]


def _is_set_place(parser: Parser, opening: Token, place: int) -> bool:
    """Whether `{x}` is a set of one rather than a bracket: nothing is computed with it."""
    if opening.text == "{" and parser.names.latex:
        return False
    stream = parser.stream
    before, after = stream.tokens[place - 1] if place else None, stream.next
    left = before is None or before.kind in ("comma", "sep", "open") or before.text in _NEIGHBOURS
    right = after.kind in ("end", "comma", "sep", "close") or after.text in _NEIGHBOURS
    return left and right


def _looks_like_cases(tokens: list[Token]) -> bool:
    """Whether a brace holds cases: it says `if` or `otherwise`, or compares between semicolons."""
    depth, semicolons, compares = 0, False, False
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth:
            continue
        if token.kind == "word" and (token.text in ("if", "when") or token.text in _OTHERWISE):
            return True
        semicolons |= token.kind == "sep"
        compares |= token.text in comparisons.OPERATORS or token.text == "in"
    return semicolons and compares


def _cases(parser: Parser, opening: Token) -> Node:
    """`value [,] [&] [if] condition`, and `value otherwise`, one after the other."""
    stream = parser.stream
    cases: list[tuple[Node, Node]] = []
    otherwise: Node | None = None
    while True:
        if otherwise is not None:
            raise stream.error("a case after 'otherwise' is never reached")
        value = parser.expression()
        while stream.accept(",", "&"):
            pass
        token = stream.next
        if token.kind == "word" and token.text in _WHEN and not parser.names.known(token.text):
            stream.take()
            stream.accept("&")
        token = stream.next
        if token.kind == "word" and token.text in _OTHERWISE:
            stream.take()
            otherwise = value
        elif token.kind == "close":
            raise stream.error("this case has no condition; write 'otherwise' after the last one")
        else:
            cases.append((value, comparisons.read_any(parser)))
        while stream.accept(",", ".", ";", "row"):
            pass
        if stream.next.kind in ("close", "end"):
            break
    if not cases:
        return otherwise  # type: ignore[return-value]
    return Piecewise(tuple(cases), otherwise, span=parser.since(opening.start))


def _evaluated(parser: Parser, opening: Token) -> Node:
    """`\\left. f \\right|_{x=a}`: f at a; between two bounds, the difference."""
    stream = parser.stream
    body = parser.expression()
    if not (stream.next.kind == "close" and stream.next.text == "|"):
        if stream.next.kind != "close":
            raise stream.error("'\\left.' is never closed", opening)
        stream.take()
        return body
    bar = stream.take()
    variable, low = _bound(parser, "_", None)
    if low is None:
        raise stream.error("the bar does not say where, as in |_{x=0}", bar)
    variable, high = _bound(parser, "^", variable)
    free = free_symbols(body)
    if variable is None and len(free) == 1:
        (variable,) = free
    if variable is None:
        raise stream.error("the bar does not say which variable, as in |_{x=0}", bar)
    at_low = substitute(body, {variable: low})
    if high is None:
        return at_low
    return Add((substitute(body, {variable: high}), Negate(at_low)), span=parser.since(bar.start))


def _bound(parser: Parser, mark: str, known: str | None) -> tuple[str | None, Node | None]:
    """`_{x=0}`, or `^{1}` when the variable is known: the variable and the place."""
    stream = parser.stream
    if not stream.accept(mark):
        return known, None
    if not stream.at("{"):
        return known, parser.postfix()
    opening = stream.take()
    node = comparisons.read_any(parser)
    stream.close(opening)
    if isinstance(node, Relation) and node.operator == "=" and isinstance(node.left, Symbol):
        return node.left.name, node.right
    return known, node


def between_bars(bars: str, inside: Node, span: tuple[int, int]) -> Node:
    """|x|, ‖x‖; the bars around a matrix are its determinant."""
    name: Literal["abs", "norm", "det"] = "abs" if bars == "|" else "norm"
    if name == "abs" and is_matrix(inside):
        name = "det" if not isinstance(inside, Sequence) else "norm"
    return Call(name, (inside,), span=span)


def is_matrix(node: Node) -> bool:
    """Whether a formula has a matrix or vector for its value."""
    if isinstance(node, (Matrix, Sequence)):
        return True
    if isinstance(node, Call):
        return node.function in _MATRIX_CALLS
    if isinstance(node, Relation):
        return False
    return any(isinstance(part, Matrix) for part in walk(node)) and not isinstance(node, Call)


def empty_set(token: Token) -> Node:
    """∅"""
    return Set((), span=(token.start, token.end))
