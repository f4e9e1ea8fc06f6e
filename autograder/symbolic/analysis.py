"""Reads integrals and limits, and calls such as diff(f, x).

\\int_0^1 x^2 dx   integral(x^2, x, 0, 1)   integrate(x^2, (x, 0, 1))
\\lim_{x \\to 0^+} f   limit(f, x, 0, right)
diff(f, x, 2)   derivative(f, x=3)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from autograder.symbolic.differentials import MAX_ORDER
from autograder.symbolic.lexer import Token
from autograder.symbolic.tree import (
    Add,
    Derivative,
    Integral,
    Limit,
    Negate,
    Node,
    Number,
    Side,
    Symbol,
)

if TYPE_CHECKING:
    from autograder.symbolic.parser import Parser

_ONE: Final = Number(Fraction(1))
_SIDES: Final[dict[str, Side]] = {
    "+": "right",
    "-": "left",
    "right": "right",
    "left": "left",
    "above": "right",
    "below": "left",
}


def read_integral(parser: Parser) -> Node:
    """`\\int_0^1 f dx`; the next token is the sign."""
    stream = parser.stream
    sign = stream.take()
    lower: Node | None = None
    upper: Node | None = None
    while stream.at("_", "^"):
        if stream.take().text == "_":
            lower = parser.brace() if stream.at("{") else parser.postfix()
        else:
            upper = parser.exponent()
    if (lower is None) != (upper is None):
        raise stream.error("the integral has only one of its bounds", sign)
    place, variable = _differential(parser, sign)
    body = _integrand(parser, place, variable)
    return _integral(body, variable, lower, upper, parser.since(sign.start))


def _integral(
    body: Node, variable: str, lower: Node | None, upper: Node | None, span: tuple[int, int]
) -> Node:
    return Integral(body, variable, lower, upper or Symbol(variable), span=span)


def _differential(parser: Parser, sign: Token) -> tuple[int, str]:
    """Where `dx` stands, and x. A differential over the fraction bar is moved behind it."""
    stream = parser.stream
    depth, waiting, place = 0, 0, stream.place
    while stream.tokens[place].kind != "end":
        token = stream.tokens[place]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth < 0 or (depth == 0 and token.kind in ("comma", "sep")):
            break
        if depth == 0 and _is_sign(parser, place):
            waiting += 1
        elif depth <= 1 and (variable := _cut_differential(parser, place)) is not None:
            place, name = variable
            if depth == 0 and waiting:
                waiting -= 1
            elif depth == 0:
                return place, name
            elif not waiting and _is_numerator(parser, place):
                return _move_behind(parser, place), name
        place += 1
    raise stream.error("the integral does not say its variable, as in dx", sign)


def _is_sign(parser: Parser, place: int) -> bool:
    """Whether an integral sign stands at a place: the sign itself, or `int_`."""
    token, following = parser.stream.tokens[place : place + 2]
    if token.kind == "command":
        return token.text == "integral"
    return token.text in ("int", "integral") and following.text == "_"


def _cut_differential(parser: Parser, place: int) -> tuple[int, str] | None:
    """A differential at a place as a token of its own: `dx`, `d x`, `x dx` or `xdx`."""
    stream, names = parser.stream, parser.names
    token = stream.tokens[place]
    if token.kind != "word" or names.known(token.text) or names.function(token.text, False):
        return None
    text = token.text
    following = stream.tokens[place + 1]
    if text == "d" and following.kind == "word":
        joined = Token("word", "d" + following.text, token.start, following.end, token.spaced, True)
        stream.tokens[place : place + 2] = [joined]
        return place, following.text
    if len(text) == 2 and text[0] == "d":
        if following.text == "_" and following.kind == "op":
            return None
        return place, text[1]
    if text.endswith("d") and len(text) > 1 and following.kind == "word" and following.whole:
        stream.split_word(place, [len(text) - 1, 1])
        return _cut_differential(parser, place + 1)
    if len(text) > 2 and text[-2] == "d" and not token.whole:
        stream.split_word(place, [len(text) - 2, 2])
        return place + 1, text[-1]
    return None


def _is_numerator(parser: Parser, place: int) -> bool:
    """Whether a differential ends the numerator of a fraction: `\\frac{x dx}{...}`."""
    tokens, depth = parser.stream.tokens, 0
    for before in range(place, 0, -1):
        depth += (tokens[before].kind == "open") - (tokens[before].kind == "close")
        if depth == 1:
            return tokens[before - 1].text == "frac" and tokens[place + 1].text == "}"
    return False


def _move_behind(parser: Parser, place: int) -> int:
    """Put a differential behind its fraction, and a 1 in its place when it stood alone."""
    tokens = parser.stream.tokens
    differential = tokens[place]
    alone = tokens[place - 1].text == "{"
    one = Token("number", "1", differential.start, differential.end)
    tokens[place : place + 1] = [one] if alone else []
    opening = place + 1 + alone
    end = parser.stream.closing_place(opening) + 1
    tokens.insert(end, differential)
    return end


def _integrand(parser: Parser, place: int, variable: str) -> Node:
    """What stands before the differential, which may be nothing."""
    stream = parser.stream
    if stream.place == place:
        stream.take()
        return _ONE
    parser.names.bound.append(variable)
    differential = stream.tokens[place]
    stops, parser.stops = parser.stops, [*parser.stops, differential]
    try:
        body = parser.expression()
    finally:
        parser.names.bound.pop()
        parser.stops = stops
    if stream.next is not differential:
        raise stream.error("expected the integrand to go on to its differential")
    stream.take()
    return body


def _call_arguments(parser: Parser, token: Token) -> tuple[Token, str, int]:
    """The opening bracket, the variable, and the place of its comma, found before the body."""
    stream = parser.stream
    opening = stream.next
    depth, closing = 0, stream.closing_place(stream.place)
    for place in range(stream.place, closing):
        each, following = stream.tokens[place], stream.tokens[place + 1]
        depth += (each.kind == "open") - (each.kind == "close")
        if depth == 1 and each.kind == "comma":
            name = stream.tokens[place + 2] if following.text == "(" else following
            if name.kind == "word":
                variable, _ = parser.names.label_at(stream, place + 1 + (following.text == "("))
                return opening, variable, place
    raise stream.error(f"{token.text} does not say its variable, as in {token.text}(f, x)", token)


def _body_of_call(parser: Parser, token: Token) -> tuple[Token, Node, str]:
    stream = parser.stream
    opening, variable, _ = _call_arguments(parser, token)
    stream.take()
    parser.names.bound.append(variable)
    body = parser.expression()
    parser.names.bound.pop()
    if not stream.accept(","):
        raise stream.error("expected a comma and the variable")
    return opening, body, variable


def _take_variable(parser: Parser) -> None:
    _, after = parser.names.label_at(parser.stream, parser.stream.place)
    parser.stream.place = after


def _integral_call(parser: Parser, token: Token) -> Node:
    stream = parser.stream
    if stream.at("_"):
        stream.place -= 1
        return read_integral(parser)
    opening, body, variable = _body_of_call(parser, token)
    inner = stream.take() if stream.at("(") else None
    _take_variable(parser)
    lower: Node | None = None
    upper: Node | None = None
    if stream.accept(","):
        lower = parser.expression()
        if not stream.accept(","):
            raise stream.error("expected a comma and the upper bound")
        upper = parser.expression()
    elif stream.accept("="):
        upper = parser.expression()
        if stream.accept(".."):
            lower, upper = upper, parser.expression()
    if inner is not None:
        stream.close(inner)
    stream.close(opening)
    return _integral(body, variable, lower, upper, parser.since(token.start))


def _derivative_call(parser: Parser, token: Token) -> Node:
    stream = parser.stream
    opening, body, variable = _body_of_call(parser, token)
    inner = stream.take() if stream.at("(") else None
    _take_variable(parser)
    point: Node = Symbol(variable)
    if stream.accept("="):
        point = parser.expression()
    order = 1
    if stream.accept(","):
        order = _order(parser)
    if inner is not None:
        stream.close(inner)
    stream.close(opening)
    return Derivative(body, variable, order, point, span=parser.since(token.start))


def _order(parser: Parser) -> int:
    token = parser.stream.take()
    if token.kind != "number" or not token.text.isdigit() or not 1 <= int(token.text) <= MAX_ORDER:
        message = f"the order of a derivative is a number from 1 to {MAX_ORDER}"
        raise parser.stream.error(message, token)
    return int(token.text)


def _limit_call(parser: Parser, token: Token) -> Node:
    """`limit(f, x, 0, right)`, `limit(f, x->0)`; `lim_{x->0} f` comes here too."""
    stream = parser.stream
    if stream.at("_"):
        return _limit_operator(parser, token)
    opening, body, variable = _body_of_call(parser, token)
    _take_variable(parser)
    if not stream.accept(",", "->", "="):
        raise stream.error("expected a comma and what the variable goes to")
    target, side = _target(parser)
    if stream.accept(","):
        word = stream.take()
        if word.text == "dir" and stream.accept("="):
            word = stream.take()
        if word.text not in _SIDES:
            raise stream.error("the side of a limit is 'left' or 'right'", word)
        side = _SIDES[word.text]
    stream.close(opening)
    return Limit(body, variable, target, side, span=parser.since(token.start))


def _target(parser: Parser) -> tuple[Node, Side]:
    """What a variable goes to: `0`, `0^+`, `0^{-}`, `a+`, infinity."""
    stream = parser.stream
    start = stream.next.start
    node = parser.signed() if not _one_sided(parser) else parser.postfix()
    side: Side = "both"
    if stream.accept("^"):
        opening = stream.take() if stream.at("{") else None
        if not stream.at("+", "-"):
            raise stream.error("expected + or - for the side of the limit")
        side = _SIDES[stream.take().text]
        if opening:
            stream.close(opening)
    elif stream.at("+", "-") and stream.tokens[stream.place + 1].kind in ("close", "comma", "end"):
        side = _SIDES[stream.take().text]
    elif stream.at("+", "-"):
        minus = stream.take().text == "-"
        rest = parser.term()
        node = Add((node, Negate(rest) if minus else rest), span=parser.since(start))
    return node, side


def _one_sided(parser: Parser) -> bool:
    """Whether a simple target is followed by `^+` or `^{-}`."""
    stream = parser.stream
    following = stream.tokens[stream.place + 1 : stream.place + 4]
    if not following or following[0].text != "^":
        return False
    sign = following[2] if following[1].text == "{" and len(following) > 2 else following[1]
    return sign.text in ("+", "-") and sign.kind == "op"


def _limit_operator(parser: Parser, token: Token) -> Node:
    stream = parser.stream
    stream.take()
    if not stream.at("{", "("):
        raise stream.error("the limit does not say its variable, as in lim_{x -> 0}", token)
    opening = stream.take()
    if stream.next.kind != "word":
        raise stream.error("expected the variable of the limit, as in x -> 0")
    variable, stream.place = parser.names.label_at(stream, stream.place)
    if not stream.accept("->"):
        raise stream.error("expected '->' after the variable of the limit")
    target, side = _target(parser)
    stream.close(opening)
    parser.names.bound.append(variable)
    with parser.deeper():
        body = parser.term()
    parser.names.bound.pop()
    return Limit(body, variable, target, side, span=parser.since(token.start))


READERS: Final[dict[str, Callable[[Parser, Token], Node]]] = {
    "integral": _integral_call,
    "derivative": _derivative_call,
    "limit": _limit_call,
}
