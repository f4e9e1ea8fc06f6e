"""`sequence`: a formula over families of any length: closed form, sum, product, recurrence or code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import Field

from autograder.checks import wording
from autograder.checks.formulas import FormulaQuestion, Read, judge
from autograder.checks.outcome import Outcome, unanswered
from autograder.checks.sequence_code import Function, FunctionRuns, find_function
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.exercise.document import Path
from autograder.sandbox.failure import JobFailed
from autograder.symbolic.compare import Verdict
from autograder.symbolic.misses import explain_miss
from autograder.symbolic.reader import Statement, parse_formula
from autograder.symbolic.show import latex, plain
from autograder.symbolic.tree import Node


class SequenceQuestion(FormulaQuestion):
    """A formula in families such as K[j], for every length L."""

    kind: Literal["sequence"]
    length: str = Field("L", description="The symbol that says how many members there are.")
    code: bool = Field(True, description="Whether a Python function is an answer, too.")

    def check(self) -> Iterator[tuple[Path, str]]:
        """The length must be a declared symbol where the question declares its own."""
        families = [name for name in self.symbols if name.endswith("[]")]
        if families and self.length not in self.symbols:
            yield ("length",), f"declare {self.length} among the symbols: the number of members"


KIND = SequenceQuestion


def check(question: SequenceQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Unroll the answer for several lengths and compare the polynomials exactly."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    function = find_function(answer.written.text) if question.code else None
    if function is not None:
        return _check_function(question, function, tools)
    table, sequences = tools.table(question), tools.sequences(question, question.length)
    try:
        reading, notes = wording.read_answer(answer.written.text, sequences.read)
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)

    def compare(expected: str, given: tuple[str, ...] = ()) -> Verdict:
        return sequences.compare(parse_formula(expected, table), reading.body)

    def diagnose() -> str | None:
        return explain_miss(sequences, parse_formula(question.answer, table), reading.body)

    shown = (
        r", \quad ".join(_shown(statement, latex) for statement in reading.statements),
        "; ".join(_shown(statement, plain) for statement in reading.statements),
    )
    return judge(question, Read(*shown, (*reading.notes, *notes)), compare, diagnose)


def _check_function(question: SequenceQuestion, function: Function, tools: Tools) -> Outcome:
    """Run a Python function on lists of numbers and hold it against the formulas."""
    table = tools.table(question)
    right = parse_formula(question.answer, table)
    if not tools.can_run:
        line = "Your function cannot be run here; a person will look at it."
        return Outcome(question.id, "undecided", None, line, evidence="torch is not installed")
    try:
        runs = FunctionRuns(function, tools, table, question.length, right)
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)
    except JobFailed as failed:
        return wording.failed(question, failed.failure)
    read = Read("", f"the function {function.name}({', '.join(function.parameters)})")
    return judge(question, read, lambda text, given=(): runs.compare(parse_formula(text, table)))


def _shown(statement: Statement, show: Callable[[Node], str]) -> str:
    text = show(statement.parts[0])
    for operator, part in zip(statement.operators, statement.parts[1:], strict=True):
        text += f" {operator} {show(part)}"
    return text
