"""Whether two answers mean the same, as far as it can be told cheaply and for certain."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from autograder.errors import AutograderError
from autograder.exercise.model import Exercise, Question
from autograder.symbolic.compare import Comparer
from autograder.symbolic.conditions import parse_condition
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.tree import Node

_LONGEST: Final = 400  # beyond this a comparison may take long, and such answers are seldom alike


class Meaning:
    """Compares answers of an exercise as they were read back, without SymPy."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self._comparers: dict[str, Comparer] = {}
        self._read = lru_cache(maxsize=10_000)(self._parse)

    def same(self, question: Question, one: str, other: str) -> bool:
        """Whether two formulas are equal wherever the question's symbols may go."""
        if one == other:
            return True
        first, second = self._read(question.id, one), self._read(question.id, other)
        if first is None or second is None:
            return False
        try:
            return self._comparer(question).compare(first, second).equal
        except Exception:  # two answers that cannot be compared stay apart; the page is made anyway
            return False

    def _parse(self, identifier: str, text: str) -> Node | None:
        if len(text) > _LONGEST:
            return None
        try:
            table = self.exercise.table(self.exercise.question(identifier))
            return parse_formula(text, table)
        except (AutograderError, ValueError):
            return None

    def _comparer(self, question: Question) -> Comparer:
        if question.id not in self._comparers:
            table = self.exercise.table(question)
            conditions = [parse_condition(c, table) for c in self.exercise.conditions(question)]
            self._comparers[question.id] = Comparer(table, conditions)
        return self._comparers[question.id]
