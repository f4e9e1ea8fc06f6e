"""Resolves the merge conflicts that a text was handed in with, one side or the other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

_HUNK: Final = re.compile(
    r"^<{7}(?:[ \t][^\n]*)?\n"  # <<<<<<< HEAD
    r"(?P<ours>(?:.*\n)*?)"
    r"(?:^\|{7}[^\n]*\n(?:.*\n)*?)?"  # ||||||| the common ancestor
    r"^={7}[ \t]*\n"
    r"(?P<theirs>(?:.*\n)*?)"
    r"^>{7}(?:[ \t][^\n]*)?$",
    re.MULTILINE,
)
_MIXED: Final = 5


def first_conflict(text: str) -> int | None:
    """The line of the first conflict that can be resolved, from 1; None where there is none."""
    match = _HUNK.search(text)
    return None if match is None else text.count("\n", 0, match.start()) + 1


def resolutions(text: str) -> Iterator[str]:
    """The text without conflicts: our side, their side, then each mixture where they are few.

    Lines keep their numbers; the side that is left out becomes blank lines.
    """
    hunks = list(_HUNK.finditer(text))
    sides = ("ours", "theirs")
    yield from (_resolved(text, hunks, [side] * len(hunks)) for side in sides)
    if 1 < len(hunks) <= _MIXED:
        for chosen in itertools.product(sides, repeat=len(hunks)):
            if len(set(chosen)) > 1:
                yield _resolved(text, hunks, chosen)


def _resolved(text: str, hunks: list[re.Match[str]], sides: tuple[str, ...] | list[str]) -> str:
    parts, place = [], 0
    for hunk, side in zip(hunks, sides, strict=True):
        before = text.count("\n", hunk.start(), hunk.start(side))
        after = text.count("\n", hunk.end(side), hunk.end())
        parts += [text[place : hunk.start()], "\n" * before, hunk[side], "\n" * after]
        place = hunk.end()
    return "".join([*parts, text[place:]])
