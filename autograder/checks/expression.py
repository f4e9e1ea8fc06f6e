"""`expression`: a formula, equal to the right one wherever its symbols may go."""

from __future__ import annotations

from typing import Literal

from autograder.checks import wording
from autograder.checks.formulas import FormulaQuestion, Read, judge
from autograder.checks.outcome import Outcome, unanswered
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.symbolic.compare import Verdict
from autograder.symbolic.diagnose import diagnose
from autograder.symbolic.reader import parse_formula, read_expression
from autograder.symbolic.show import latex, plain


class ExpressionQuestion(FormulaQuestion):
    """A formula in the declared symbols."""

    kind: Literal["expression"]


KIND = ExpressionQuestion


def check(question: ExpressionQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Read the formula and compare it on the domain of its symbols."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    table, comparer = tools.table(question), tools.comparer(question)
    try:
        reading, notes = wording.read_answer(
            answer.written.text, lambda text: read_expression(text, table)
        )
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)

    def compare(expected: str) -> Verdict:
        return comparer.compare(parse_formula(expected, table), reading.node)

    read = Read(latex(reading.node), plain(reading.node), (*reading.notes, *notes))
    right = parse_formula(question.answer, table)
    return judge(question, read, compare, lambda: diagnose(comparer, right, reading.node))
