"""Resolves the merge conflicts that a text was handed in with, one side or the other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

_OPENS: Final = re.compile(r"<{7}(?:[ \t].*)?$")  # <<<<<<< HEAD
_PARTS: Final = re.compile(r"={7}[ \t]*$")
_CLOSES: Final = re.compile(r">{7}(?:[ \t].*)?$")
_ANCESTOR: Final = "|" * 7
_MIXED: Final = 5

Span = tuple[int, int]
Side = Literal["ours", "theirs"]


@dataclass(frozen=True)
class _Hunk:
    """A conflict and its two sides, as places in the text."""

    whole: Span
    ours: Span
    theirs: Span


def _hunks(text: str) -> Iterator[_Hunk]:
    """The conflicts, in one pass over the lines: a regular expression takes for ever on some texts."""
    part, place = "", 0
    start = ours = ours_end = theirs = 0
    for line in text.split("\n"):
        following = place + len(line) + 1
        if part != "theirs" and _OPENS.match(line):
            part, start, ours = "ours", place, following
        elif part == "ours" and line.startswith(_ANCESTOR):
            part, ours_end = "ancestor", place
        elif part in ("ours", "ancestor") and _PARTS.match(line):
            ours_end = place if part == "ours" else ours_end
            part, theirs = "theirs", following
        elif part == "theirs" and _CLOSES.match(line):
            yield _Hunk((start, following - 1), (ours, ours_end), (theirs, place))
            part = ""
        place = following


def first_conflict(text: str) -> int | None:
    """The line of the first conflict that can be resolved, from 1; None where there is none."""
    hunk = next(_hunks(text), None)
    return None if hunk is None else text.count("\n", 0, hunk.whole[0]) + 1


def resolutions(text: str) -> Iterator[str]:
    """The text without conflicts: our side, their side, then each mixture where they are few.

    Lines keep their numbers; the side that is left out becomes blank lines.
    """
    hunks = list(_hunks(text))
    sides: tuple[Side, Side] = ("ours", "theirs")
    yield from (_resolved(text, hunks, [side] * len(hunks)) for side in sides)
    if 1 < len(hunks) <= _MIXED:
        for chosen in itertools.product(sides, repeat=len(hunks)):
            if len(set(chosen)) > 1:
                yield _resolved(text, hunks, chosen)


def _resolved(text: str, hunks: Sequence[_Hunk], sides: Sequence[Side]) -> str:
    parts, place = [], 0
    for hunk, side in zip(hunks, sides, strict=True):
        (start, end), (first, last) = hunk.whole, hunk.ours if side == "ours" else hunk.theirs
        before, after = text.count("\n", start, first), text.count("\n", last, end)
        parts += [text[place:start], "\n" * before, text[first:last], "\n" * after]
        place = end
    return "".join([*parts, text[place:]])
