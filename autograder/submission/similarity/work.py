"""What is compared, and what comes of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from autograder.submission.model import Source


@dataclass(frozen=True)
class Said:
    """A short written answer: as it was typed, what it means (the same for the same tree), and its worth.

    `line` is its first line in the file it stands in.
    """

    question: str
    text: str
    meaning: str
    is_right: bool
    line: int = 1


@dataclass(frozen=True)
class Content:
    """The texts of a hand-in: code, prose such as answers to essay questions, and short answers."""

    code: tuple[Source, ...] = ()
    prose: tuple[Source, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Work:
    """A hand-in to compare. Those that share one of `people` are no pair; `read` gives the texts."""

    id: str
    read: Callable[[], Content] = field(compare=False)
    people: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Span:
    """Lines of a hand-in: the cell, file or question they stand in, the first and last, their text."""

    label: str
    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Part:
    """Something that two hand-ins share.

    `size` counts its words or tokens; `held_by` the hand-ins of the class that have the same answer
    (0 where it was not counted).
    """

    kind: Literal["code", "prose", "answer"]
    left: Span
    right: Span
    size: int
    held_by: int = 0


@dataclass(frozen=True)
class Pair:
    """Two hand-ins that agree beyond chance, and in what.

    `chance` is the number of such pairs that a class without copies has: 0.01 means one class in a
    hundred shows one. `likeness` is the part of what is particular to either hand-in that both have, in
    `basis`: 0 to 1.
    """

    left: str
    right: str
    chance: float
    likeness: float
    basis: Literal["text", "answers"]
    shared: tuple[Part, ...] = ()

    @property
    def score(self) -> float:
        """The powers of ten by which chance fails to explain the pair; pairs are sorted by it."""
        return round(-math.log10(max(self.chance, 1e-99)), 1)
