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
from autograder.symbolic.vocabulary import EMPTY as _EMPTY
from autograder.symbolic.vocabulary import Vocabulary

_MAX_SPLIT: Final = 24
_LETTERS: Final = frozenset({"ell", "hbar", "varsigma", "imath", "jmath"})
# Letters that stand for functions unless they are seen to be numbers.
_FUNCTION_LETTERS: Final = frozenset("fgh")
# Functions that students write without a space before their argument.
_RUN_ON: Final = ("sqrt", "exp", "log", "sin", "cos", "tan", "ln")


class Names:
    """The names in force while one formula is read; sums add their index as they are entered."""

    def __init__(self, table: SymbolTable, source: str, *, recurrence: bool = False) -> None:
        self.table = table
        self.bound: list[str] = []
        self.recurrence = recurrence
        self.recursive: frozenset[str] = frozenset()
        self.source = source
        self.latex = is_latex(source)
        self.vocabulary = Vocabulary.of(table.texts or (source,)) if table.open else _EMPTY

    def known(self, name: str) -> str | None:
        """The bound index or declared name that `name` spells, or None."""
        return name if name in self.bound else self.table.find(name)

    def is_family(self, name: str) -> bool:
        """Whether a canonical name is a declared family, which needs an index."""
        return name in self.table.families and name not in self.bound

    def function(self, name: str, before_bracket: bool = False) -> str | None:
        """The function `name` spells, unless a declared symbol hides it."""
        return None if self.known(name) else canonical_function(name, before_bracket=before_bracket)

    def constant(self, name: str) -> str | None:
        """The constant `name` spells, unless a declared symbol hides it."""
        if name not in CONSTANTS or self.known(name):
            return None
        return name if CONSTANTS[name] != "i" or self._is_imaginary(name) else None

    def _is_imaginary(self, name: str) -> bool:
        """Whether i (or j, or I) is the imaginary unit: never where it may be an index.

        It is where a symbol is declared complex; i alone also where nothing is declared that an
        index could belong to.
        """
        if self.known("i") or self.known("j"):
            return False
        domains = self.table.symbols.values()
        if any(domain.set == "complex" for domain in domains):
            return True
        if name != "i":
            return False
        if self.table.open:
            return not (self.vocabulary.indexed or "j" in self.vocabulary.letters)
        return not self.table.families and all(domain.set != "integer" for domain in domains)

    def is_complex(self, name: str) -> bool:
        """Whether a canonical name is declared complex."""
        domain = self.table.symbols.get(name) or self.table.families.get(name)
        return domain is not None and domain.set == "complex"

    @property
    def harmonic(self) -> bool:
        """Whether H_n may be a harmonic number: H is no name that an open table would take."""
        return not self.table.open or self.vocabulary.harmonic

    def label_at(self, stream: TokenStream, place: int) -> tuple[str, int]:
        """The name of a variable at a place, declared or not, and where it ends."""
        name, after = read_label(stream.tokens, place)
        if name is None:
            raise stream.error("expected the name of a variable", stream.tokens[place])
        return self.known(name) or name, after

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
        """Whether an unknown word may be a new symbol as it stands, in an open table."""
        text = token.text
        if len(text) == 1 or token.whole or text in GREEK_NAMES:
            return True
        runs_on = any(text.startswith(f) and self._ends_run(text[len(f) :]) for f in _RUN_ON)
        return not self.latex and not runs_on and self.vocabulary.is_name(text)

    def _ends_run(self, rest: str) -> bool:
        """Whether what follows a function's name in one word is its argument, as in `sinx`."""
        return len(rest) == 1 or rest in GREEK_NAMES or rest in self.vocabulary.words

    def open_split(self, word: str) -> list[int]:
        """How an unknown word is cut: a function with its argument (`sinx`), or letters."""
        for function in _RUN_ON:
            if word.startswith(function) and len(word) > len(function):
                return [len(function), *self._greek_split(word[len(function) :])]
        return self._greek_split(word)

    @staticmethod
    def _greek_split(word: str) -> list[int]:
        return [len(word)] if word in GREEK_NAMES else [1] * len(word)

    def refuse_misread(self, stream: TokenStream, token: Token) -> None:
        """In an open table: refuse what is a command or a call rather than a new symbol."""
        text, written = token.text, self.source[token.start : token.end]
        if written.startswith(f"\\{text}") and text not in GREEK_NAMES and text not in _LETTERS:
            raise stream.error(f"cannot read \\{text} in a formula", token)
        before = stream.tokens[stream.place - 1] if stream.place else None
        if before is not None and token.spaced and self._is_prose(before) and self._is_prose(token):
            message = f"write * between the names {before.text} and {text}; prose is no formula"
            raise stream.error(message, token)
        following = stream.tokens[stream.place + 1]
        if following.text != "(" or following.kind != "open" or following.start != token.end:
            return
        is_call = len(text) > 1 or text in _FUNCTION_LETTERS
        if is_call and text not in GREEK_NAMES and not self.vocabulary.stands_alone(text):
            message = f"unknown function {text}; for a product write {text}*(...)"
            raise stream.error(message, token)

    def _is_prose(self, token: Token) -> bool:
        """Whether a word may belong to a sentence: several letters that nothing gives a meaning."""
        text = token.text
        if token.kind != "word" or len(text) < 2 or text in GREEK_NAMES or "_" in text:
            return False
        meaningful = self.known(text) or self.function(text) or self.constant(text)
        return not meaningful and self.vocabulary.is_name(text)

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
