"""`number`: one number, exact or within a tolerance."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from autograder.checks import wording
from autograder.checks.formulas import FormulaQuestion
from autograder.checks.outcome import Outcome, of_credit, unanswered
from autograder.checks.parts import Tolerance, number_matches, read_number
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.symbolic.evaluate import NoValue


class NumberQuestion(FormulaQuestion):
    """A number; arithmetic and constants are allowed in the answer, as in 2/3 or sqrt(2)."""

    kind: Literal["number"]
    tolerance: float = Field(0.0, ge=0, description="How far the answer may be off.")
    relative_tolerance: float = Field(0.0, ge=0, lt=1, description="The same, as a share.")
    unit: str = Field("", description="A unit that students may write after the number.")


KIND = NumberQuestion


def check(question: NumberQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Read the number and hold it against the right one, alternatives and mistakes."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    try:
        given, notes = wording.read_answer(
            answer.written.text, lambda text: read_number(text, question.unit)
        )
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)
    tolerance = Tolerance(question.tolerance, question.relative_tolerance)
    shown = answer.written.text.strip()[:200]
    judged = [(question.answer, 1.0, "Right.")]
    for other in question.also_accept:
        judged += [(formula, other.credit, other.note or "Right.") for formula in other.answer]
    for known in question.mistakes:
        judged += [(formula, known.credit, known.feedback) for formula in known.answer]
    credit, line = 0.0, "This is not the right number."
    try:
        for expected, worth, words in judged:
            if number_matches(expected, given, tolerance):
                credit, line = worth, words
                break
    except NoValue as reason:
        unsure = "The grader cannot compare your number; a person will look at it."
        return Outcome(question.id, "undecided", None, unsure, evidence=str(reason), notes=notes)
    return Outcome(
        question.id,
        of_credit(credit),
        credit,
        line,
        evidence=f"read as {given}",
        notes=notes,
        hint="" if credit == 1.0 else question.hint,
        read_plain=shown,
        data={"number": str(given)},
    )
