"""Who hands in what: each student is drawn by the seed and their number alone."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.classroom.bank import Answer, Sort, bank

SORTS: tuple[Sort, ...] = ("right", "mistake", "slip", "unreadable", "blank")
# How often the strong, the middling and the weak give an answer of each sort.
HABITS = {
    "strong": (92, 5, 2, 0, 1),
    "middling": (68, 20, 7, 2, 3),
    "weak": (35, 33, 15, 5, 12),
}
FORMATS = ("md", "tex", "yaml")


@dataclass(frozen=True)
class Student:
    """One student: how they write, what they answer, and what became of the file on its way.

    `style` is the notation of formulas in plain text, `odd` an accident of the file.
    """

    number: int
    format: str
    style: str
    odd: str
    answers: Mapping[str, Answer]

    @property
    def id(self) -> str:
        """The name of the submission's folder."""
        return f"submission_{10000 + self.number}"


def student(number: int, seed: int) -> Student:
    """The student of this number in the class of this seed."""
    chance = random.Random(f"{seed}:{number}")
    form = chance.choices(FORMATS, (5, 3, 3))[0]
    style = chance.choices(("ascii", "tight", "unicode", "stars"), (4, 2, 3, 1))[0]
    odd = chance.choices(
        ("", "garbled", "utf-16", "crlf", "renamed", "litter"), (80, 4, 2, 5, 4, 5)
    )[0]
    habit = HABITS[chance.choices(list(HABITS), (5, 4, 2))[0]]
    answers = {}
    for name, sorts in bank().items():
        sort = chance.choices(SORTS, habit)[0]
        answers[name] = chance.choice(sorts[sort] or sorts["right"])
    return Student(number, form, style, odd, answers)
