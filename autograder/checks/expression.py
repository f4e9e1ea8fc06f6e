"""`expression`: a formula, equal to the right one wherever its symbols may go."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from autograder.checks import wording
from autograder.checks.formulas import FormulaQuestion, Read, judge
from autograder.checks.outcome import Outcome, of_credit, unanswered
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.exercise.document import Path
from autograder.exercise.model import Credit, ModelAnswer, SpecModel
from autograder.symbolic.compare import Comparer, Verdict
from autograder.symbolic.demands import TOLD, Demand, meets
from autograder.symbolic.derivation import Chain, Hypotheses
from autograder.symbolic.diagnose import diagnose
from autograder.symbolic.reader import Reading, parse_formula, read_expression, read_lines
from autograder.symbolic.show import latex, plain
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Node, Relation, Symbol, free_symbols


class FormDemand(SpecModel):
    """A form that the right formula must have, too."""

    form: Demand | None = None
    without: tuple[str, ...] = Field((), description="Symbols that must not occur.")
    credit: Credit = Field(0.5, description="The share of the credit that is left without it.")
    feedback: str = ""


def _as_demands(value: Any) -> Any:
    items = value if isinstance(value, (list, tuple)) else [value]
    return [{"form": item} if isinstance(item, str) else item for item in items]


Demands = Annotated[
    tuple[FormDemand, ...],
    BeforeValidator(_as_demands, json_schema_input_type=str | list[str | FormDemand]),
]


class ExpressionQuestion(FormulaQuestion):
    """A formula in the declared symbols."""

    kind: Literal["expression"]
    form: Demands = Field((), description="Forms that are asked for, such as closed or expanded.")
    subject: str = Field(
        "", description="The symbol that the formula is for: an equation for it is an answer, too."
    )
    relative_tolerance: float = Field(
        0.0, ge=0, lt=1, description="How far decimals in an answer may be off; exact without it."
    )

    def model_answers(self) -> Iterator[ModelAnswer]:
        """The answers; where a form is asked for, the same in another form may earn less."""
        least = math.prod(demand.credit for demand in self.form)
        for answer in super().model_answers():
            yield dataclasses.replace(answer, rewritten=least)

    def check(self) -> Iterator[tuple[Path, str]]:
        """Demands must name declared symbols, and the author's own answer must meet them."""
        for place, demand in enumerate(self.form):
            if demand.form is None and not demand.without:
                yield ("form", place), "name a form, or symbols that must not occur"


KIND = ExpressionQuestion


def check(question: ExpressionQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Read the formula and compare it on the domain of its symbols."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    table, comparer = tools.table(question), tools.comparer(question)
    equation = _equation(answer.written.text, question, table)
    if equation is not None:
        return _judge_equation(question, equation, comparer, table)
    try:
        reading, notes = wording.read_answer(
            answer.written.text, lambda text: read_expression(text, table)
        )
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)

    def compare(expected: str, given: tuple[str, ...] = ()) -> Verdict:
        under = tools.comparer(question, given)
        return under.compare(parse_formula(expected, table), reading.node)

    read = Read(latex(reading.node), plain(reading.node), (*reading.notes, *notes))
    right = parse_formula(question.answer, table)
    outcome = judge(question, read, compare, lambda: diagnose(comparer, right, reading.node))
    return _with_demands(question, outcome, reading, right)


def _with_demands(
    question: ExpressionQuestion, outcome: Outcome, reading: Reading, right: Node
) -> Outcome:
    """The outcome, less what a demand on the form costs that a right formula does not meet."""
    if not outcome.credit:
        return outcome
    for demand in question.form:
        left = [name for name in demand.without if name in free_symbols(reading.node)]
        if not left and (demand.form is None or meets(demand.form, reading.node, right)):
            continue
        told = f"{left[0]} must not occur in it" if left else TOLD[demand.form or "closed"]
        credit = outcome.credit * demand.credit
        return dataclasses.replace(
            outcome,
            outcome=of_credit(credit),
            credit=credit,
            line=demand.feedback or f"Your formula is right, but {told}.",
            hint=question.hint,
        )
    return outcome


def _equation(text: str, question: ExpressionQuestion, table: SymbolTable) -> Relation | None:
    """An answer that is an equation, but not one that is solved for the subject already."""
    if not question.subject:
        return None
    try:
        (statement,) = read_lines(text.strip().strip("$"), table)
    except (FormulaError, ValueError):
        return None
    if statement.operators != ("=",):
        return None
    left, right = statement.parts
    subject = Symbol(table.find(question.subject) or question.subject)
    known = free_symbols(left) <= {*table.symbols}
    if left == subject and subject.name not in free_symbols(right):
        return None
    if subject.name not in free_symbols(left) | free_symbols(right) or not known:
        return None
    return Relation("=", left, right)


def _judge_equation(
    question: ExpressionQuestion, equation: Relation, comparer: Comparer, table: SymbolTable
) -> Outcome:
    """An equation that is not solved: right when it has the solutions of subject = answer."""
    chain = Chain(comparer, Hypotheses(), "equivalent")
    subject = Symbol(table.find(question.subject) or question.subject)

    def compare(expected: str, given: tuple[str, ...] = ()) -> Verdict:
        return chain.follows(Relation("=", subject, parse_formula(expected, table)), equation)

    return judge(question, Read(latex(equation), plain(equation)), compare)
