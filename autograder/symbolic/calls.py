"""Reads a function with its arguments, in brackets or without: sin(x), sin x, sin^2 x, log_2 n.

What a word means may show only in what follows it: C(n, k), H_n, \\bar{z}.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from autograder.symbolic import analysis, comparisons, folds, structures
from autograder.symbolic.expansions import EXPANSIONS
from autograder.symbolic.functions import ARITY, INVERSES, LOG_BASES, VARIADIC
from autograder.symbolic.lexer import Token
from autograder.symbolic.tree import Call, Matrix, Node, Number, Power, Sequence, Set

if TYPE_CHECKING:
    from autograder.symbolic.parser import Parser


def read_function(parser: Parser, function: str, token: Token) -> Node:
    """A function whose name was just read."""
    stream = parser.stream
    if function in ("sum", "product"):
        if _lists_numbers(parser):
            return _listed(parser, function, token)
        stream.place -= 1
        return folds.read_fold(parser, cast("folds.FoldKind", function))
    if function in analysis.READERS:
        return analysis.READERS[function](parser, token)
    if function in structures.READERS:
        return structures.READERS[function](parser, token)
    bases = _log_bases(parser, function)
    function = "log" if bases and function != "log" else function
    exponent, function = _exponent(parser, function, token)
    if function == "log" and not bases:
        bases = _log_bases(parser, function)
    with parser.deeper():
        arguments = (*_arguments(parser, function, token), *bases)
    node = _applied(parser, function, arguments, token)
    node = Power(node, exponent) if exponent is not None else node
    object.__setattr__(node, "span", parser.since(token.start))
    return node


def _applied(parser: Parser, function: str, arguments: tuple[Node, ...], token: Token) -> Node:
    _check_count(parser, function, arguments, token)
    span = parser.since(token.start)
    if function in EXPANSIONS:
        return EXPANSIONS[function][1](*arguments)
    if function == "abs" and isinstance(arguments[0], Matrix):
        function = "det"
    return Call(function, arguments, span=span)


def _check_count(parser: Parser, function: str, arguments: tuple[Node, ...], token: Token) -> None:
    least, most = ARITY[function] if function in ARITY else EXPANSIONS[function][0]
    if len(arguments) < least or (most is not None and len(arguments) > most):
        wanted = str(least) if most == least else f"{least} to {most or 'any number of'}"
        message = f"{function} takes {wanted} argument(s), not {len(arguments)}"
        raise parser.stream.error(message, token)


def _lists_numbers(parser: Parser) -> bool:
    """Whether `sum(...)` holds no index: sum([a, b]) or sum(a, b, c) of listed terms."""
    stream = parser.stream
    if not (stream.at("(") and stream.tokens[stream.place + 1].text in ("[", "{")):
        return False
    closing = stream.closing_place(stream.place)
    inside = stream.tokens[stream.place : closing]
    listed = stream.closing_place(stream.place + 1) == closing - 1
    return listed and not any(t.kind == "word" and t.text == "for" for t in inside)


def _listed(parser: Parser, function: str, token: Token) -> Node:
    arguments = _arguments(parser, function, token)
    if function == "sum":
        return structures.sum_of(arguments, parser.since(token.start))
    return structures.product_of(arguments, parser.since(token.start))


def _log_bases(parser: Parser, function: str) -> tuple[Node, ...]:
    """`log_2`, `log_{10}` or `log2`: the base of a logarithm, if one is given."""
    stream = parser.stream
    if function in LOG_BASES:
        return (Number(Fraction(LOG_BASES[function])),)
    if function != "log":
        return ()
    following = stream.next
    if stream.accept("_"):
        return (parser.argument() if stream.next.kind != "number" else parser.postfix(),)
    if following.kind == "number" and following.text in ("2", "10") and not following.spaced:
        stream.take()
        return (parser.number(following),)
    return ()


def _exponent(parser: Parser, function: str, token: Token) -> tuple[Node | None, str]:
    """The exponent in `sin^2 x`, and the function: `sin^{-1}` is the inverse of sin."""
    if not parser.stream.accept("^"):
        return None, function
    exponent = parser.exponent()
    text = parser.stream.source[slice(*(exponent.span or (0, 0)))].replace(" ", "")
    if text not in ("-1", "−1", "⁻¹", "(-1)"):
        return exponent, function
    if function not in INVERSES:
        message = f"{function}^-1 may be an inverse or a reciprocal; write 1/{function}(x)"
        raise parser.stream.error(message, token)
    return None, INVERSES[function]


def _arguments(parser: Parser, function: str, token: Token) -> tuple[Node, ...]:
    stream = parser.stream
    if stream.next.kind == "open" and stream.next.text in ("(", "[", "{", "\\{"):
        return _bracketed(parser, function)
    if not parser.begins_factor():
        raise stream.error(f"{function} needs its argument in brackets", token)
    start = stream.next.start
    factors = [parser.power()]
    spaced = 0
    while parser.begins_factor() and not _starts_function(parser):
        spaced += stream.next.spaced and stream.tokens[stream.place - 1].kind != "number"
        factors.append(parser.power())
    if spaced:
        end = stream.tokens[stream.place - 1].end
        inside = stream.source[start:end].strip()
        parser.notes.append(
            f"{function} {inside} was read as {function}({inside}); use brackets if it ends earlier."
        )
    return (structures.product_of(tuple(factors)),)


def _bracketed(parser: Parser, function: str) -> tuple[Node, ...]:
    stream = parser.stream
    bars, parser.bars = parser.bars, 0
    stops, parser.stops = parser.stops, []
    opening = stream.take()
    arguments = [comparisons.read_any(parser)]
    while stream.accept(","):
        arguments.append(comparisons.read_any(parser))
    stream.close(opening)
    parser.bars, parser.stops = bars, stops
    first = arguments[0]
    if len(arguments) == 1 and function in VARIADIC and isinstance(first, (Sequence, Set)):
        return first.items
    return tuple(arguments)


def _starts_function(parser: Parser) -> bool:
    token = parser.stream.next
    return token.kind == "command" or (
        token.kind == "word" and parser.names.function(token.text, False) is not None
    )


_CONJUGATES: Final = "_bar"


def read_by_context(parser: Parser) -> Node | None:
    """An undeclared word that is a function because of what follows it, or None."""
    stream = parser.stream
    token, following = stream.next, stream.tokens[stream.place + 1]
    if following.text == "(" and token.text in ("C", "B", "Beta", "beta"):
        if not _has_comma(parser):
            return None
        stream.take()
        function = "binomial" if token.text == "C" else "betafunction"
        return _applied(parser, function, _bracketed(parser, function), token)
    if token.text == "H" and parser.names.harmonic and following.text in ("_", "("):
        return _harmonic(parser, token)
    if token.text.endswith(_CONJUGATES):
        return _conjugate(parser, token)
    return None


def _has_comma(parser: Parser) -> bool:
    """Whether the bracket after the next word holds a comma of its own."""
    stream, depth = parser.stream, 0
    closing = stream.closing_place(stream.place + 1)
    for token in stream.tokens[stream.place + 1 : closing]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 1 and token.kind == "comma":
            return True
    return False


def _harmonic(parser: Parser, token: Token) -> Node:
    """`H_n` and `H(n)`."""
    stream = parser.stream
    stream.take()
    index = parser.argument() if stream.accept("_") else parser.group()
    return Call("harmonic", (index,), span=parser.since(token.start))


def _conjugate(parser: Parser, token: Token) -> Node | None:
    """`\\bar{z}`, where z is declared complex and z_bar is not declared."""
    name = parser.names.known(token.text.removesuffix(_CONJUGATES))
    if name is None or parser.names.known(token.text) or not parser.names.is_complex(name):
        return None
    stream = parser.stream
    stream.replace(stream.place, [Token("word", name, token.start, token.end, whole=True)])
    return Call("conjugate", (parser.word(),), span=parser.since(token.start))
