"""Reads the operators of differentiation: \\frac{d^2}{dx^2} f, d/dx f, \\frac{\\partial f}{\\partial x}."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from autograder.symbolic.lexer import Token
from autograder.symbolic.tree import Derivative, Node, Symbol

if TYPE_CHECKING:
    from autograder.symbolic.parser import Parser

MAX_ORDER: Final = 8


def derivative_operator(parser: Parser) -> Node | None:
    """`\\frac{d^2}{dx^2} f` and `\\frac{\\partial f}{\\partial x}`; None for another fraction."""
    stream = parser.stream
    start, place = stream.next, stream.place
    above = _braced(parser, place + 1)
    below = _braced(parser, above[1] + 1) if above else None
    if above is None or below is None or not _begins_with_d(parser, above[0]):
        return None
    variables = _variables(parser, below[0], below[1])
    if variables is None:
        return None
    if not _is_d(parser, above[0]):  # df
        stream.split_word(above[0], [1, len(stream.tokens[above[0]].text) - 1])
        above, below = (above[0], above[1] + 1), (below[0] + 1, below[1] + 1)
    order, inside = _order_above(parser, above[0] + 1)
    if order != sum(count for _, count in variables):
        return None
    if inside < above[1]:
        stream.place = inside
        closing = stream.tokens[above[1]]
        body = _bound_body(parser, variables, parser.expression)
        if stream.next is not closing:
            raise stream.error("expected '}' after what is differentiated")
        if isinstance(body, Symbol) and body.name not in (name for name, _ in variables):
            message = f"{body.name} is a symbol here, not a function; write its formula"
            raise stream.error(message, start)
        stream.place = stream.closing_place(stream.place + 1) + 1
    else:
        stream.place = below[1] + 1
        body = _bound_body(parser, variables, lambda: _operand(parser))
    return _derivative(parser, body, variables, start)


def _braced(parser: Parser, place: int) -> tuple[int, int] | None:
    """The first token and the closing brace of the group at a place."""
    tokens = parser.stream.tokens
    if place >= len(tokens) or tokens[place].text != "{":
        return None
    return place + 1, parser.stream.closing_place(place)


def _is_d(parser: Parser, place: int) -> bool:
    token = parser.stream.tokens[place]
    return token.text in ("d", "∂") and not parser.names.known(token.text)


def _begins_with_d(parser: Parser, place: int) -> bool:
    """Whether a numerator is `d`, or `df` in one word."""
    token = parser.stream.tokens[place]
    runs_on = token.kind == "word" and token.text[:1] == "d" and not parser.names.known("d")
    meaningful = parser.names.known(token.text) or parser.names.function(token.text)
    return _is_d(parser, place) or (runs_on and not token.whole and not meaningful)


def _order_above(parser: Parser, place: int) -> tuple[int, int]:
    """The order after `d`, and where what is differentiated would start."""
    tokens = parser.stream.tokens
    last = len(tokens) - 1
    if tokens[min(place, last)].text != "^":
        return 1, min(place, last)
    braced = tokens[min(place + 1, last)].text == "{"
    number = tokens[min(place + 1 + braced, last)]
    after = min(place + 2 + 2 * braced, last)
    return (int(number.text) if number.text.isdigit() else 0), after


def _variables(parser: Parser, place: int, end: int) -> list[tuple[str, int]] | None:
    """The variables in `dx^2` or `\\partial x \\partial y`, each with how often."""
    tokens, names = parser.stream.tokens, parser.names
    found: list[tuple[str, int]] = []
    while place < end:
        token = tokens[place]
        if _is_d(parser, place) and tokens[place + 1].kind == "word":
            variable, place = names.label_at(parser.stream, place + 1)
        elif token.kind == "word" and len(token.text) == 2 and token.text[0] == "d":
            if names.known(token.text):
                return None
            variable, place = token.text[1], place + 1
        else:
            return None
        order = 1
        if tokens[place].text == "^":
            order, place = _order_above(parser, place)
        found.append((variable, order))
    return found or None


def _operand(parser: Parser) -> Node:
    """What an operator d/dx is applied to: a bracket alone, or the factors after it."""
    return parser.power() if parser.stream.next.kind in ("open", "bar") else parser.term()


def _bound_body(parser: Parser, variables: list[tuple[str, int]], read: Callable[[], Node]) -> Node:
    names = [name for name, _ in variables]
    parser.names.bound.extend(names)
    with parser.deeper():
        body = read()
    del parser.names.bound[-len(names) :]
    return body


def _derivative(parser: Parser, body: Node, variables: list[tuple[str, int]], start: Token) -> Node:
    if sum(order for _, order in variables) > MAX_ORDER:
        raise parser.stream.error(f"derivatives are read up to order {MAX_ORDER}", start)
    for variable, order in reversed(variables):
        span = parser.since(start.start)
        body = Derivative(body, variable, order, Symbol(variable), span=span)
    return body


def _refuse_ratio(parser: Parser, place: int) -> None:
    """`dy/dx` is no ratio of products of d: y would have to be a function."""
    above, slash, below = (*parser.stream.tokens[place:], None, None)[:3]
    if above is None or slash is None or below is None or slash.text != "/":
        return
    pair = (above, below)
    if all(t.kind == "word" and len(t.text) == 2 and t.text[0] == "d" for t in pair) and not any(
        parser.names.known(t.text) for t in pair
    ):
        y, x = above.text[1], below.text[1]
        message = f"{y} is a symbol here, not a function; write d/d{x} of its formula"
        raise parser.stream.error(message, above)


def plain_derivative(parser: Parser) -> Node | None:
    """`d/dx f` and `d^2/dx^2 f` as plain text, where d is no symbol; or None."""
    stream = parser.stream
    start, place = stream.next, stream.place
    if not _is_d(parser, place):
        _refuse_ratio(parser, place)
        return None
    order, place = _order_above(parser, place + 1)
    if stream.tokens[place].text != "/":
        return None
    token = stream.tokens[place + 1]  # the end, at the least
    if token.kind != "word" or len(token.text) != 2 or token.text[0] != "d":
        return None
    if parser.names.known(token.text):
        return None
    after = place + 2
    count = 1
    if stream.tokens[after].text == "^":
        count, after = _order_above(parser, after)
    if count != order:
        return None
    stream.place = after
    variables = [(token.text[1], order)]
    body = _bound_body(parser, variables, lambda: _operand(parser))
    return _derivative(parser, body, variables, start)
