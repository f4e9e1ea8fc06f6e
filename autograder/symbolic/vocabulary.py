"""The words of formulas that are read together, when nobody declared their symbols.

`ab` may be one name or a times b. In LaTeX it is a product. In plain text it is a product when the
letters stand alone somewhere in the formulas compared (`ab` beside `a*b`), or when it is two of the
letters that algebra uses for numbers, or a run such as `abc` or `xyz`; any other word is a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from autograder.errors import FormulaError
from autograder.symbolic.lexer import Token, is_latex, tokenise

_ALGEBRA: Final = frozenset("abcdefghijkmnpqrstuvwxyz")
_LONGEST_PRODUCT: Final = 3


@dataclass(frozen=True)
class Vocabulary:
    """What words occur in some formulas, and how.

    `letters` stand alone somewhere; `words` are runs of several letters in plain text; `indexed` is
    whether i is used as an index; `harmonic` whether harmonic numbers are spoken of.
    """

    letters: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    indexed: bool = False
    harmonic: bool = False

    @staticmethod
    def of(texts: Iterable[str]) -> Vocabulary:
        """The vocabulary of texts that are read together."""
        return _of(tuple(texts))

    def is_name(self, word: str) -> bool:
        """Whether a run of letters is one name rather than a product of its letters."""
        if set(word) <= self.letters and len(word) <= 2 * _LONGEST_PRODUCT:
            return False
        if len(word) > _LONGEST_PRODUCT or not set(word) <= _ALGEBRA:
            return not any(self._is_anagram(word, other) for other in self.words)
        if len(word) == 2:
            return False
        return ord(max(word)) - ord(min(word)) > _LONGEST_PRODUCT

    def stands_alone(self, word: str) -> bool:
        """Whether a word is seen somewhere without a bracket after it."""
        if word in self.words or word in self.letters:
            return True
        return len(word) > 1 and not self.is_name(word)

    @staticmethod
    def _is_anagram(word: str, other: str) -> bool:
        """`AB` and `BA` are products of A and B."""
        return word != other and len(word) <= _LONGEST_PRODUCT and sorted(word) == sorted(other)


EMPTY: Final = Vocabulary()


@lru_cache(maxsize=256)
def _of(texts: tuple[str, ...]) -> Vocabulary:
    letters: set[str] = set()
    words: set[str] = set()
    indexed = harmonic = False
    for text in texts:
        try:
            tokens = tokenise(text)
        except FormulaError:
            continue
        latex = is_latex(text)
        for place, token in enumerate(tokens):
            if token.kind != "word":
                continue
            indexed |= token.text == "i" and _is_index(tokens, place)
            harmonic |= token.text in ("harmonic", "sum", "Sum")
            if _is_subscript(tokens, place):
                continue
            if _is_called(tokens, place):
                continue
            if len(token.text) == 1:
                letters.add(token.text)
            elif latex and not token.whole:
                letters |= set(token.text)
            elif token.text.isascii() and token.text.isalpha():
                words.add(token.text)
        harmonic |= any(token.text == "sum" for token in tokens)
    return Vocabulary(frozenset(letters), frozenset(words), indexed, harmonic)


def _is_called(tokens: list[Token], place: int) -> bool:
    """Whether a bracket follows at once, so that the word may be a function's name."""
    token, following = tokens[place], tokens[place + 1]
    return following.text == "(" and following.start == token.end


def _is_subscript(tokens: list[Token], place: int) -> bool:
    """Whether a word is a label under another one, as in W_in."""
    before = tokens[place - 1].text if place else ""
    return before == "_" or (before == "{" and place > 1 and tokens[place - 2].text == "_")


def _is_index(tokens: list[Token], place: int) -> bool:
    """Whether a letter is bound or indexes: `_i`, `i=1`, `for i`, `[i]`, `, i, 1`."""
    before = tokens[place - 1].text if place else ""
    after = tokens[place + 1]
    if before in ("_", "for", "[") or after.text in ("in", "->", "<", "<="):
        return True
    if after.text == "=":
        return before in ("{", "(", ",")
    in_subscript = before == "{" and place > 1 and tokens[place - 2].text == "_"
    return in_subscript or (before in (",", "(") and after.kind == "comma")
