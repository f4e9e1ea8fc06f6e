"""The options of a choice, and which of them a student's words name.

Only what names one option and nothing else is taken: a key, a label, an alias, or one of them in a short
sentence. What is nearly a name (`proportional to c^2` for `proportional to c`), what denies one, and what
names two goes to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from autograder.checks.parts import plain_text
from autograder.exercise.model import SpecModel

Words = tuple[str, ...]

_TOKEN = re.compile(r"[^\W_]+|[-^/+=<>∝−~≈≠]")
_REASON = re.compile(r"\b(?:because|since|as|so|due)\b|[(;]")
# The key at the head of an answer: `b)`, `(b)`, `b.`, `b: ...`, or the key alone.
_HEAD = re.compile(r"^\W*(?:(?:option|answer)\W+)?(\w+)\s*(?:[):.,;—–]|-\s|$|\n)(.*)$", re.DOTALL)
_EXACT = re.compile(r"\b\w{1,2}\b|[^a-z ]")
_RAISED: Final = str.maketrans({"⁰": "^0", "¹": "^1", "²": "^2", "³": "^3", "⁻": "^-"})
_DENIALS: Final = frozenset(
    "not no never isn doesn don neither nor non none without isnt doesnt".split()
)
# Words that may stand around a name without changing what it says.
_FILLERS: Final = frozenset(
    "option answer choice the it is are its this that i think would be my so will they w".split()
)
_SHORTEST_TYPO: Final = 6
_LONG: Final = 10


class Option(SpecModel):
    """One option of a choice: what students read, and what else they may write for it."""

    label: str
    aliases: tuple[str, ...] = ()
    feedback: str = ""


def find_option(text: str, options: Mapping[str, Option]) -> str | None:
    """The key of the option a student named, None where that is not certain.

    1. The whole text is a name; 2. it starts with a key, as in `b) ...`; 3. it says one name among words
    that add nothing; 4. it is one name with a slip of the pen.
    """
    names = dict(_names(options))
    words = _words(text)
    if words in names:
        return names[words]
    headed = _headed(text, options, names)
    if headed is not None:
        return headed
    said = _said(_words(_REASON.split(plain_text(text), maxsplit=1)[0]), names)
    if said is not None:
        others = {names[name] for name in _spoken(words, names)} - {said}
        return None if others or (_DENIALS & set(words)) - _name_words(said, names) else said
    return _misspelt(words, names)


def _names(options: Mapping[str, Option]) -> Iterator[tuple[Words, str]]:
    """Every name of every option; keys last, so that they win over an alias."""
    for key, option in options.items():
        for name in (*option.aliases, option.label):
            yield _words(name), key
    for key in options:
        yield _words(key), key


def _words(text: str) -> Words:
    """Lower-case words, numbers and operators, without mark-up and punctuation."""
    plain = unicodedata.normalize("NFKC", plain_text(text).translate(_RAISED)).lower()
    tokens = _TOKEN.findall(plain.replace("'", ""))
    # A hyphen between words is none; one before a number is a minus.
    following = (*tokens[1:], "")
    return tuple(
        t for t, after in zip(tokens, following, strict=False) if t != "-" or after.isdigit()
    )


def _headed(text: str, options: Mapping[str, Option], names: Mapping[Words, str]) -> str | None:
    """The key at the head, unless what follows speaks of another option or denies something."""
    match = _HEAD.match(plain_text(text).strip())
    key = names.get(_words(match[1])) if match else None
    if match is None or key is None or _words(match[1]) != _words(key):
        return None
    rest = _words(match[2])
    others = {names[name] for name in _spoken(rest, names)} - {key}
    denied = _DENIALS & set(rest) and key not in _DENIALS
    return None if others or denied else key


def _said(words: Words, names: Mapping[Words, str]) -> str | None:
    """The one option that is named among words that add nothing."""
    spoken = _spoken(words, names)
    if len({names[name] for name in spoken}) != 1:
        return None
    name = max(spoken, key=len)
    start = next(n for n in range(len(words)) if words[n : n + len(name)] == name)
    around = {*words[:start], *words[start + len(name) :]}
    return names[name] if around <= _FILLERS else None


def _spoken(words: Words, names: Mapping[Words, str]) -> list[Words]:
    """The names that the words hold, without those that are only part of a longer one there."""
    found = [
        (start, start + len(name), name)
        for name in names
        for start in range(len(words) - len(name) + 1)
        if name and words[start : start + len(name)] == name
    ]
    return [
        name
        for start, end, name in found
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in found)
    ]


def _name_words(key: str, names: Mapping[Words, str]) -> set[str]:
    return {word for name, other in names.items() if other == key for word in name}


def _misspelt(words: Words, names: Mapping[Words, str]) -> str | None:
    """The one option whose name differs by a slip: few letters, the first one right, no number."""
    written = " ".join(words)
    near = {key for name, key in names.items() if _is_slip(written, " ".join(name))}
    return near.pop() if len(near) == 1 else None


def _is_slip(written: str, name: str) -> bool:
    if min(len(written), len(name)) < _SHORTEST_TYPO or written[0] != name[0]:
        return False
    # A number or a symbol is no slip: `linear in t` is not `linear in c`.
    if _EXACT.findall(written) != _EXACT.findall(name):
        return False
    return _distance(written, name) <= (2 if len(name) >= _LONG else 1)


def _distance(one: str, other: str) -> int:
    """Letters to insert, drop, change or swap with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]
