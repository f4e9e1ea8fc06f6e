"""Which answers a math keyboard can write, and the keys of a question's own."""

from __future__ import annotations

from typing import Final

from autograder.checks.fields import FieldsQuestion
from autograder.exercise.model import Exercise, Question
from autograder.symbolic.show_latex import LatexRenderer

# One formula, or a few in a line; what has lines of its own is typed.
_FORMULAS: Final = frozenset(("expression", "number", "shape", "sequence"))
_MOST: Final = 20


def formula_inputs(question: Question) -> frozenset[str]:
    """The inputs of a question whose answer is a formula."""
    if isinstance(question, FieldsQuestion):
        expressions = (name for name, spec in question.fields.items() if spec.kind == "expression")
        return frozenset(f"{question.id}.{name}" for name in expressions)
    return frozenset((question.id,)) if question.kind in _FORMULAS else frozenset()


def keys_of(exercise: Exercise, question: Question) -> tuple[str, ...]:
    r"""A question's symbols in LaTeX; `#?` in a family's is where its index goes: `K_{#?}`."""
    table, show = exercise.table(question), LatexRenderer()
    symbols = [show.name(name) for name in table.symbols]
    families = [show.member(show.name(name), "#?") for name in table.families]
    return tuple((*symbols, *families)[:_MOST])
