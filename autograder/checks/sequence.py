"""`sequence`: a formula over families of any length, as closed form, sum, product or recurrence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import Field

from autograder.checks import wording
from autograder.checks.formulas import FormulaQuestion, Read, judge
from autograder.checks.outcome import Outcome, unanswered
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.symbolic.compare import Verdict
from autograder.symbolic.reader import Statement, parse_formula
from autograder.symbolic.show import latex, plain
from autograder.symbolic.tree import Node


class SequenceQuestion(FormulaQuestion):
    """A formula in families such as K[j], for every length L."""

    kind: Literal["sequence"]
    length: str = Field("L", description="The symbol that says how many members there are.")


KIND = SequenceQuestion


def check(question: SequenceQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Unroll the answer for several lengths and compare the polynomials exactly."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    table, sequences = tools.table(question), tools.sequences(question, question.length)
    try:
        reading, notes = wording.read_answer(answer.written.text, sequences.read)
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)

    def compare(expected: str) -> Verdict:
        return sequences.compare(parse_formula(expected, table), reading.body)

    shown = (
        r", \quad ".join(_shown(statement, latex) for statement in reading.statements),
        "; ".join(_shown(statement, plain) for statement in reading.statements),
    )
    return judge(question, Read(*shown, (*reading.notes, *notes)), compare)


def _shown(statement: Statement, show: Callable[[Node], str]) -> str:
    text = show(statement.parts[0])
    for operator, part in zip(statement.operators, statement.parts[1:], strict=True):
        text += f" {operator} {show(part)}"
    return text
