"""A written answer's formulas in LaTeX, input by input, as they were read."""

from __future__ import annotations

from autograder.checks.fields import FieldsQuestion
from autograder.checks.outcome import Outcome
from autograder.errors import FormulaError
from autograder.exercise.model import Exercise, Question
from autograder.service.hand_in import Typed
from autograder.symbolic.reader import read_expression
from autograder.symbolic.show import latex


def typeset(
    exercise: Exercise, question: Question, answer: Typed, outcome: Outcome
) -> dict[str, str]:
    """LaTeX by the name of an input; nothing for what is no formula or cannot be read."""
    if not isinstance(question, FieldsQuestion):
        return {question.id: outcome.read_as} if outcome.read_as else {}
    fields = answer if isinstance(answer, dict) else {}
    table, found = exercise.table(question), {}
    for name, spec in question.fields.items():
        text = fields.get(name, "")
        if spec.kind != "expression" or not text.strip():
            continue
        try:
            found[f"{question.id}.{name}"] = latex(read_expression(text, table).node)
        except FormulaError:
            continue
    return found
