"""The symbols an exercise declares: names, families, aliases and their domains."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autograder.errors import FormulaError
from autograder.symbolic.domain import Domain
from autograder.symbolic.lexer import Token, tokenise

_SUBSCRIPT_DIGIT = re.compile(r"_(?=\d)")


@dataclass(frozen=True)
class SymbolTable:
    """What a formula may name.

    `symbols` and `families` map canonical names to domains; `aliases` maps other spellings to
    canonical names. An `open` table takes an unknown name for a new real symbol; `texts` are the
    formulas that are then read together, so that a word means the same in all of them. `axes` says
    how many indices a member of a family takes, where that is not one.
    """

    symbols: Mapping[str, Domain] = field(default_factory=dict)
    families: Mapping[str, Domain] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    axes: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Index the names by the key under which spellings meet."""
        keys: dict[str, str] = {}
        for name in (*self.symbols, *self.families):
            keys.setdefault(_key(name), name)
        for alias, name in self.aliases.items():
            keys.setdefault(_key(alias), name)
        object.__setattr__(self, "_keys", keys)
        maps = (self.symbols, self.families, self.aliases, self.axes)
        content = (*(tuple(sorted(each.items())) for each in maps), self.open, self.texts)
        object.__setattr__(self, "_hash", hash(content))

    def __hash__(self) -> int:
        """Tables of the same content have the same hash, so that what was read over one is kept."""
        number: int = self._hash  # type: ignore[attr-defined]
        return number

    def find(self, name: str) -> str | None:
        """The declared symbol or family that `name` spells, or None."""
        keys: dict[str, str] = self._keys  # type: ignore[attr-defined]
        return keys.get(_key(name))

    def suggest(self, name: str) -> str | None:
        """A declared name that a student probably meant by `name`."""
        known = [*self.symbols, *self.families]
        for candidate in known:
            if candidate.replace("_", "").lower() == name.replace("_", "").lower():
                return candidate
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        return close[0] if close else None

    def with_symbols(self, names: Iterable[str]) -> SymbolTable:
        """The same table with these real symbols added where they are new."""
        extra = {name: Domain() for name in names if self.find(name) is None}
        return dataclasses.replace(self, symbols={**self.symbols, **extra})


def canonical_name(text: str) -> str:
    """The one spelling of a name written in any notation: `\\beta_1`, `β₁` → `beta_1`.

    Raises:
        FormulaError: the text is not a single name.
    """
    tokens = tokenise(text)[:-1]
    name, rest = read_label(tokens, 0)
    if name is None or rest != len(tokens):
        raise FormulaError(f"{text!r} is not the name of a symbol", text, 0, len(text))
    return name


def read_label(tokens: list[Token], place: int) -> tuple[str | None, int]:
    """The longest name with its subscripts and primes at `place`, and where it ends."""
    if place >= len(tokens) or tokens[place].kind != "word":
        return None, place
    name, place = tokens[place].text, place + 1
    while place < len(tokens):
        token = tokens[place]
        if (
            token.kind in ("number", "word")
            and not token.spaced
            and token.start == tokens[place - 1].end
        ):
            if token.kind == "word" or not token.text.isdigit():
                break
            name, place = name + token.text, place + 1
        elif token.text == "'" and token.kind == "op":
            name, place = name + "_prime", place + 1
        elif token.text == "_" and token.kind == "op":
            content, after = read_subscript(tokens, place + 1)
            if content is None:
                break
            name, place = f"{name}_{content}", after
        else:
            break
    return name, place


def read_subscript(tokens: list[Token], place: int) -> tuple[str | None, int]:
    """The text of a subscript that is a label, such as `in`, `1` or `t+1`, and where it ends."""
    if place >= len(tokens):
        return None, place
    if tokens[place].kind in ("word", "number"):
        return tokens[place].text, place + 1
    if tokens[place].text != "{":
        return None, place
    depth, content = 0, ""
    for position in range(place, len(tokens)):
        token = tokens[position]
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind in ("word", "number", "comma") or token.text in "+-*":
            content += token.text
        elif token.kind not in ("open", "close"):
            return None, place
        if depth == 0:
            return content or None, position + 1
    return None, place


def _key(name: str) -> str:
    return _SUBSCRIPT_DIGIT.sub("", name)
