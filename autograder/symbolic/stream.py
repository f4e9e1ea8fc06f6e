"""The tokens a parser works on: peeking, taking, splitting, and errors with a position."""

from __future__ import annotations

from autograder.errors import FormulaError
from autograder.symbolic.lexer import Token

_CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "|": "|", "‖": "‖", "\\{": "\\}"}
# A LaTeX environment closes by its end.
_CLOSING.update(dict.fromkeys(("matrix", "vmatrix", "Vmatrix", "cases"), "end"))


class TokenStream:
    """Tokens of one formula with a reading position."""

    def __init__(self, tokens: list[Token], source: str) -> None:
        self.tokens = tokens
        self.source = source
        self.place = 0

    @property
    def next(self) -> Token:
        """The token to be read."""
        return self.tokens[self.place]

    def take(self) -> Token:
        """Read one token; the end is never passed."""
        token = self.tokens[self.place]
        if token.kind != "end":
            self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        """Whether the next token is an operator, bracket or separator with one of these texts."""
        token = self.next
        return token.text in texts and token.kind not in ("word", "number", "end")

    def accept(self, *texts: str) -> bool:
        """Read the next token if it is one of these."""
        if self.at(*texts):
            self.place += 1
            return True
        return False

    def close(self, opening: Token) -> Token:
        """Read the bracket that closes `opening`."""
        expected = _CLOSING[opening.text]
        token = self.next
        if token.kind == "close" and token.text == expected:
            return self.take()
        if token.kind == "end":
            raise self.error(f"{opening.text!r} is never closed", opening)
        found = token.text.strip() or "a new line"
        message = f"expected {expected!r} to close {opening.text!r}, found {found!r}"
        raise self.error(message, token)

    def closing_place(self, opening_place: int) -> int:
        """Where the bracket opened at `opening_place` closes, or the last place."""
        depth = 0
        for place in range(opening_place, len(self.tokens)):
            depth += (self.tokens[place].kind == "open") - (self.tokens[place].kind == "close")
            if depth == 0:
                return place
        return len(self.tokens) - 1

    def replace(self, place: int, pieces: list[Token]) -> None:
        """Put `pieces` in the place of one token."""
        self.tokens[place : place + 1] = pieces

    def split_word(self, place: int, lengths: list[int]) -> None:
        """Cut the word at `place` into words of the given lengths."""
        word, pieces, offset = self.tokens[place], [], 0
        for length in lengths:
            text = word.text[offset : offset + length]
            start = word.start + offset
            spaced = word.spaced if offset == 0 else False
            pieces.append(Token("word", text, start, start + length, spaced, whole=True))
            offset += length
        self.replace(place, pieces)

    def error(self, message: str, token: Token | None = None) -> FormulaError:
        """An error at a token, by default the next one."""
        token = token or self.next
        return FormulaError(message, self.source, token.start, max(token.end, token.start + 1))
