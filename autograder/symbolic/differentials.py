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
    if above is None or below is None or not _is_d(parser, above[0]):
        return None
    variables = _variables(parser, below[0], below[1])
    if variables is None:
        return None
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


def _order_above(parser: Parser, place: int) -> tuple[int, int]:
    """The order after `d`, and where what is differentiated would start."""
    tokens = parser.stream.tokens
    if tokens[place].text != "^":
        return 1, place
    braced = tokens[place + 1].text == "{"
    number = tokens[place + 1 + braced]
    after = place + 2 + 2 * braced
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


def plain_derivative(parser: Parser) -> Node | None:
    """`d/dx f` and `d^2/dx^2 f` as plain text, where d is no symbol; or None."""
    stream = parser.stream
    start, place = stream.next, stream.place
    if not _is_d(parser, place):
        return None
    order, place = _order_above(parser, place + 1)
    if stream.tokens[place].text != "/":
        return None
    token = stream.tokens[place + 1]
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
