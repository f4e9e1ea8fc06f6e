"""What a word in a formula stands for: a declared symbol first, then functions and constants.

A run of letters is the declared name it spells, or a product of declared names (`nK` is n times
K), never a guess: what fits neither is an error that names the nearest symbol.
"""

from __future__ import annotations

from typing import Final

from autograder.symbolic.functions import CONSTANTS, canonical_function
from autograder.symbolic.lexer import Token, is_latex
from autograder.symbolic.notation import GREEK_NAMES
from autograder.symbolic.stream import TokenStream
from autograder.symbolic.table import SymbolTable, read_label

_MAX_SPLIT: Final = 24


class Names:
    """The names in force while one formula is read; sums add their index as they are entered."""

    def __init__(self, table: SymbolTable, source: str, *, recurrence: bool = False) -> None:
        self.table = table
        self.bound: list[str] = []
        self.recurrence = recurrence
        self.recursive: frozenset[str] = frozenset()
        self.latex = is_latex(source)

    def known(self, name: str) -> str | None:
        """The bound index or declared name that `name` spells, or None."""
        return name if name in self.bound else self.table.find(name)

    def is_family(self, name: str) -> bool:
        """Whether a canonical name is a declared family, which needs an index."""
        return name in self.table.families and name not in self.bound

    def function(self, name: str) -> str | None:
        """The function `name` spells, unless a declared symbol hides it."""
        return None if self.known(name) else canonical_function(name)

    def constant(self, name: str) -> str | None:
        """The constant `name` spells, unless a declared symbol hides it."""
        return None if self.known(name) else CONSTANTS.get(name)

    def meaningful(self, name: str) -> bool:
        """Whether `name` as a whole is a symbol, function or constant."""
        return bool(self.known(name) or self.function(name) or self.constant(name))

    def decorated(self, stream: TokenStream) -> str | None:
        """Take the longest declared name with subscripts at the stream's place, if there is one.

        `K_jS` takes K_j: an unbraced subscript of several letters is tried whole, then by its
        first letter.
        """
        name, after = read_label(stream.tokens, stream.place)
        if after - stream.place < 2 or name is None:
            return None
        if found := self.known(name):
            stream.place = after
            return found
        return self._short_subscript(stream)

    def _short_subscript(self, stream: TokenStream) -> str | None:
        """A subscript's first letter alone, as LaTeX reads it: `W_io` is W_i times o."""
        place = stream.place
        if len(stream.tokens) < place + 3 or stream.tokens[place + 1].text != "_":
            return None
        subscript = stream.tokens[place + 2]
        if subscript.kind != "word" or len(subscript.text) < 2 or subscript.whole:
            return None
        found = self.known(f"{stream.tokens[place].text}_{subscript.text[0]}")
        if found is not None:
            stream.split_word(place + 2, [1, len(subscript.text) - 1])
            stream.place = place + 3
        return found

    def split(self, token: Token) -> list[int] | None:
        """Lengths of the known names that a run of letters is made of, or None.

        Longer names are tried first; the last piece may be a function.
        """
        text = token.text
        if token.whole or not 1 < len(text) <= _MAX_SPLIT:
            return None
        best: dict[int, list[int] | None] = {len(text): []}
        for start in range(len(text) - 1, -1, -1):
            best[start] = None
            for length in range(len(text) - start, 0, -1):
                rest, piece = best[start + length], text[start : start + length]
                if rest is not None and self._splittable(piece, last=not rest):
                    best[start] = [length, *rest]
                    break
        return best[0]

    def _splittable(self, piece: str, *, last: bool) -> bool:
        if self.known(piece):
            return True
        if len(piece) > 1:
            return bool(self.function(piece)) and (last or len(piece) > 2)
        return bool(self.constant(piece))

    def takes_as_new(self, token: Token) -> bool:
        """Whether an unknown word may be a new symbol as it stands."""
        if not self.table.open:
            return False
        return len(token.text) == 1 or token.whole or not self.latex or token.text in GREEK_NAMES

    def unknown(self, stream: TokenStream, token: Token) -> Exception:
        """The error for a word that is no declared name."""
        name, after = read_label(stream.tokens, stream.tokens.index(token))
        name = name or token.text
        guess = self.table.suggest(name) or self.table.suggest(token.text)
        hint = f": did you mean {guess}?" if guess and guess != name else ""
        if not hint and (self.table.symbols or self.table.families):
            known = [*self.table.symbols, *(f"{family}[]" for family in self.table.families)]
            hint = f"; the symbols of this question are {', '.join(known)}"
        end = stream.tokens[after - 1] if after > stream.place else token
        wide = Token("word", token.text, token.start, max(token.end, end.end))
        return stream.error(f"unknown symbol {name}{hint}", wide)
