"""Reads a word: a symbol, a member of a family, a function, a constant, or several run together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from autograder.symbolic import calls, differentials, folds
from autograder.symbolic.functions import CONSTANTS
from autograder.symbolic.lexer import Token
from autograder.symbolic.table import read_label
from autograder.symbolic.tree import Constant, Indexed, Node, Symbol

if TYPE_CHECKING:
    from autograder.symbolic.parser import Parser

_BRACKETS: Final = ("(", "[", "{", "\\{")
_GREEK_FOLDS: Final = {"Sigma": "sum", "Pi": "product"}


def read_word(parser: Parser) -> Node:
    """What the next word means: declared names first, then functions, constants, products."""
    stream, names = parser.stream, parser.names
    token = stream.next
    if (name := names.decorated(stream)) is not None:
        return _named(parser, name, token)
    stream.take()
    if name := names.known(token.text):
        return _named(parser, name, token)
    if function := _function(parser, token):
        return calls.read_function(parser, function, token)
    if constant := names.constant(token.text):
        return Constant(CONSTANTS[constant], span=(token.start, token.end))  # type: ignore[arg-type]
    stream.place -= 1
    for read in (calls.read_by_context, differentials.plain_derivative):
        if (node := read(parser)) is not None:
            return node
    if lengths := names.split(token):
        stream.split_word(stream.place, lengths)
        return read_word(parser)
    return _new_name(parser, token)


def _function(parser: Parser, token: Token) -> str | None:
    following = parser.stream.next
    before_bracket = following.kind == "open" and following.text in _BRACKETS
    function = parser.names.function(token.text, before_bracket)
    if (
        token.text in ("int", "integral")
        and parser.stream.at("_")
        and not parser.names.known(token.text)
    ):
        return "integral"
    if function is None and token.text in ("lim", "limit") and parser.stream.at("_"):
        return "limit"
    return function or _greek_fold(parser, token)


def _greek_fold(parser: Parser, token: Token) -> str | None:
    """A capital sigma or pi with a bound under it is a sum or product."""
    return _GREEK_FOLDS.get(token.text) if parser.stream.at("_") else None


def _new_name(parser: Parser, token: Token) -> Node:
    """A word that is not declared: a new symbol where the table is open, or an error."""
    stream, names = parser.stream, parser.names
    if names.recurrence and (name := folds.new_family(parser)) is not None:
        return name
    if names.table.open:
        if (member := folds.new_member(parser)) is not None:
            return member
        names.refuse_misread(stream, token)
        if names.takes_as_new(token):
            name_text, stream.place = read_label(stream.tokens, stream.place)
            return Symbol(cast(str, name_text), span=parser.since(token.start))
        if token.text.isalpha():
            stream.split_word(stream.place, names.open_split(token.text))
            return read_word(parser)
    raise names.unknown(stream, token)


def _named(parser: Parser, name: str, token: Token) -> Node:
    if parser.names.is_family(name):
        index = folds.read_index(parser, name, token)
        return Indexed(name, index, span=parser.since(token.start))
    return Symbol(name, span=parser.since(token.start))
