"""What will be checked, in which order, and what that needs, before anything runs."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from autograder.checks.catalogue import kind_of
from autograder.checks.code import CodeQuestion
from autograder.exercise.model import Exercise, Question
from autograder.grading.select import select


@dataclass(frozen=True)
class Plan:
    """The questions to check: written ones first, because they cost nothing and wait for nothing."""

    questions: tuple[Question, ...]

    def only(self, ids: Container[str]) -> Plan:
        """The part of it that is about these questions."""
        return Plan(tuple(question for question in self.questions if question.id in ids))

    @property
    def written(self) -> tuple[Question, ...]:
        """Questions answered in writing."""
        return tuple(q for q in self.questions if not kind_of(q).needs_code)

    @property
    def code(self) -> tuple[Question, ...]:
        """Questions answered by code; they need the sandbox. Training comes last: it takes longest."""
        code = [question for question in self.questions if kind_of(question).needs_code]
        return tuple(sorted(code, key=lambda question: question.kind == "training"))

    @property
    def names(self) -> tuple[str, ...]:
        """Every definition that is graded."""
        code = (question for question in self.questions if isinstance(question, CodeQuestion))
        return tuple(dict.fromkeys(name for question in code for name in question.names))


def make_plan(exercise: Exercise, expression: str = "") -> Plan:
    """The plan for an exercise, or for the questions that `-k` selects.

    Raises:
        UsageError: the expression is malformed or selects nothing.
    """
    questions: Sequence[Question] = exercise.questions
    if expression:
        chosen = set(select(expression, [question.id for question in questions]))
        questions = [question for question in questions if question.id in chosen]
    return Plan(tuple(questions))
