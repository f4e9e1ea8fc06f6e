"""Selects questions as pytest selects tests: `mlp or cnn`, `accuracy and not resnet`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.errors import UsageError

_TOKEN = re.compile(r"\s*(?:(\()|(\))|([\w.:+-]+)|(\S))")


def select(expression: str, names: Sequence[str]) -> list[str]:
    """The names that match; a word matches a name that contains it, whatever the case.

    Raises:
        UsageError: the expression is malformed, or selects nothing.
    """
    tokens = _tokens(expression)
    chosen = [name for name in names if _Matcher(tokens, name, expression).match()]
    if not chosen:
        raise UsageError(f"-k {expression!r} selects no question; they are {', '.join(names)}")
    return chosen


def _tokens(expression: str) -> list[str]:
    tokens, place = [], 0
    while expression[place:].strip():
        match = _TOKEN.match(expression, place)
        if match is None or match[4]:
            raise UsageError(f"-k {expression!r}: cannot read {expression[place:].strip()[:10]!r}")
        tokens.append(match[0].strip())
        place = match.end()
    return tokens


class _Matcher:
    """Evaluates the tokens for one name; `not` binds tighter than `and`, that than `or`."""

    def __init__(self, tokens: list[str], name: str, expression: str) -> None:
        self.tokens = [*tokens, ""]
        self.name = name.lower()
        self.expression = expression
        self.place = 0

    def match(self) -> bool:
        result = self._any()
        if self.tokens[self.place]:
            raise self._error()
        return result

    def _take(self, token: str) -> bool:
        if self.tokens[self.place] == token:
            self.place += 1
            return True
        return False

    def _any(self) -> bool:
        result = self._all()
        while self._take("or"):
            result = self._all() or result
        return result

    def _all(self) -> bool:
        result = self._one()
        while self._take("and"):
            result = self._one() and result
        return result

    def _one(self) -> bool:
        if self._take("not"):
            return not self._one()
        if self._take("("):
            result = self._any()
            if not self._take(")"):
                raise self._error()
            return result
        word = self.tokens[self.place]
        if word in ("", ")", "and", "or"):
            raise self._error()
        self.place += 1
        return word.lower() in self.name

    def _error(self) -> UsageError:
        found = self.tokens[self.place] or "the end"
        return UsageError(f"-k {self.expression!r}: did not expect {found!r} there")
