"""`tensor`: a formula for each entry of a tensor, compared entry by entry.

The right entries are a formula of the author's, or come from a reference function: its value, or its
derivative taken by autograd, at random integers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from autograder.checks import wording
from autograder.checks.code import Object
from autograder.checks.formulas import written_by_author
from autograder.checks.outcome import Outcome, of_credit, unanswered, verdict_line
from autograder.checks.tools import FUNCTIONS, Answer, Tools, reference_call
from autograder.checks.values import untag
from autograder.errors import FormulaError, InternalError
from autograder.exercise.document import Path
from autograder.exercise.model import (
    Alternative,
    Credit,
    Formula,
    Mistake,
    ModelAnswer,
    Question,
)
from autograder.sandbox.limits import Limits
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.reader import Reading, parse_formula
from autograder.symbolic.show import latex, plain
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tensor import Ranges, Tensors, WrongEntry, read_entry
from autograder.symbolic.tree import Node

_CLOSE: Final = 1e-9
_SECONDS: Final = 60.0
_MOST_ENTRIES: Final = 5_000

Spellings = Annotated[
    tuple[str, ...],
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) else value,
        json_schema_input_type=str | list[str],
    ),
]


class TensorQuestion(Question):
    """A formula for the entries of a tensor."""

    kind: Literal["tensor"]
    entries: dict[str, int] = Field(
        min_length=1, description="The names of an entry's indices and how many values each takes."
    )
    members: dict[str, tuple[int, ...]] = Field(
        min_length=1, description="The tensors that the formula may use, each with its shape."
    )
    start: Literal[0, 1] = Field(1, description="Where indices start.")
    spellings: dict[str, Spellings] = Field(
        default_factory=dict, description="Other ways to write a tensor, such as '∂l/∂f'."
    )
    answer: Formula = Field("", description="The right formula for an entry.")
    reference: Object | None = Field(
        None, description="A function of the members, in order, in place of an answer."
    )
    by: str = Field("", description="The member by which the reference is differentiated.")
    upstream: str = Field("", description="The member that holds the gradient from above.")
    also_accept: tuple[Alternative, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    unguarded: Credit = Field(
        0.5, description="Credit where only the condition for the zero entries is missing."
    )

    @property
    def ranges(self) -> Ranges:
        """The shapes and the index ranges."""
        return Ranges(self.members, self.entries, self.start)

    def extended(self, table: SymbolTable) -> SymbolTable:
        """The members and the names of the indices need no other declaration."""
        return self.ranges.table(table)

    def formulas(self) -> Iterator[tuple[Path, str]]:
        """The answer, the alternatives and the mistakes."""
        if self.answer:
            yield ("answer",), self.answer
        for name in ("also_accept", "mistakes"):
            for place, other in enumerate(getattr(self, name)):
                for number, formula in enumerate(other.answer):
                    yield (name, place, "answer", number), formula

    def model_answers(self) -> Iterator[ModelAnswer]:
        """The answer, where it is a formula, the alternatives and the mistakes."""
        if self.answer:
            yield from written_by_author(self.answer, self.also_accept, self.mistakes)

    def files(self) -> Iterator[tuple[Path, str]]:
        """The reference's file."""
        if self.reference:
            yield ("reference",), self.reference.partition(":")[0]

    def check(self) -> Iterator[tuple[Path, str]]:
        """There must be one right answer, and names must be of members."""
        if bool(self.answer) is bool(self.reference):
            yield ("answer",), "give the right entries as either an answer or a reference"
        for field in ("by", "upstream"):
            name = getattr(self, field)
            if name and name not in self.members:
                yield (field,), f"there is no member {name!r}; they are {', '.join(self.members)}"
            if name and not self.reference:
                yield (field,), "only a reference is differentiated"
        for name in self.spellings:
            if name not in self.members:
                yield ("spellings", name), f"there is no member {name!r}"
        for field, sizes in (("entries", self.entries.values()), *self._shapes()):
            if any(size < 1 for size in sizes) or math.prod(sizes) > _MOST_ENTRIES:
                yield (field,), f"there must be 1 to {_MOST_ENTRIES} entries"

    def _shapes(self) -> Iterator[tuple[str, Sequence[int]]]:
        return (("members", shape) for shape in self.members.values())


KIND = TensorQuestion


def check(question: TensorQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Read the formula and hold every entry against the right one."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    table = tools.table(question)
    try:
        reading, notes = wording.read_answer(
            answer.written.text,
            lambda text: read_entry(text, table, question.ranges, question.spellings),
        )
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)
    return _Judge(question, tools, table, reading, (*reading.notes, *notes)).outcome()


class _Judge:
    """One answer against the right entries, other right ones and known mistakes."""

    def __init__(
        self,
        question: TensorQuestion,
        tools: Tools,
        table: SymbolTable,
        reading: Reading,
        notes: tuple[str, ...],
    ) -> None:
        self.question = question
        self.tools = tools
        self.table = table
        self.reading = reading
        self.notes = notes
        self.tensors = Tensors(table, question.ranges, tools.seed)

    def outcome(self) -> Outcome:
        """1. the right entries; 2. other right formulas; 3. known mistakes; 4. the first wrong entry."""
        question = self.question
        try:
            wrong = (
                self._against_reference() if question.reference else self._wrong(question.answer)
            )
            if wrong is None:
                return self._decided(1.0, "Right.", self._evidence())
            for other in question.also_accept:
                if any(self._wrong(formula) is None for formula in other.answer):
                    line = verdict_line(other.credit)
                    return self._decided(other.credit, line, self._evidence(), other.note)
            for mistake in question.mistakes:
                if any(self._wrong(formula) is None for formula in mistake.answer):
                    return self._decided(mistake.credit, mistake.feedback, "a known mistake")
        except NoValue as reason:
            line = "The grader cannot tell whether your formula is right; a person will look at it."
            return self._decided(None, line, str(reason))
        return self._explained(wrong)

    def _wrong(self, expected: str) -> WrongEntry | None:
        return self.tensors.first_wrong(parse_formula(expected, self.table), self.reading.node)

    def _evidence(self) -> str:
        count = math.prod(self.question.entries.values())
        how = "at random integers" if self.question.reference else "as polynomials"
        return f"all {count} entries are equal, {how}"

    def _explained(self, wrong: WrongEntry) -> Outcome:
        question, where = self.question, self.question.ranges.described(wrong.place)
        line = f"At {where} your entry {wrong.words}."
        evidence = f"the first wrong entry is at {where}: {wrong.words}"
        if wrong.missing and question.answer and self._is_unguarded(question.answer):
            line = (
                f"Your formula is right where the members it names exist; say that the entry is 0 "
                f"elsewhere: at {where} {wrong.missing}."
            )
            return self._decided(question.unguarded, line, evidence)
        return self._decided(0.0, line, evidence)

    def _is_unguarded(self, expected: str) -> bool:
        right = parse_formula(expected, self.table)
        return self.tensors.right_where_defined(right, self.reading.node)

    def _against_reference(self) -> WrongEntry | None:
        """The first entry that is not the reference's, at random integers."""
        drawn, entry = self.tensors.numbers(self.reading.node)
        right = self._reference_entries(drawn).ravel()
        for place, value in zip(self.question.ranges.places(), right, strict=True):
            try:
                given = float(entry(place))
            except NoValue as reason:
                return WrongEntry(place, f"has no value: {reason}", str(reason))
            if abs(given - value) > _CLOSE * max(1.0, abs(value)):
                return WrongEntry(place, _status(given, float(value)))
        return None

    def _reference_entries(self, drawn: dict[str, list[int]]) -> Any:
        question, names = self.question, list(self.question.members)
        assert question.reference is not None
        file, _, name = question.reference.partition(":")
        case = [
            {"tensor": np.asarray(drawn[n], dtype=np.float64).reshape(question.members[n])}
            for n in names
        ]
        with self.tools.reference([(file, name)], Limits(seconds=_SECONDS)) as job:
            arguments: dict[str, Any] = {"name": question.reference, "cases": [case]}
            if question.by:
                arguments["variable"] = names.index(question.by)
                arguments["upstream"] = (
                    names.index(question.upstream) if question.upstream else None
                )
            operation = "gradients" if question.by else "call"
            (report,) = reference_call(job, f"{FUNCTIONS}:{operation}", **arguments)
        value = untag(report.get("value"))
        shape = tuple(question.entries.values())
        if not isinstance(value, np.ndarray) or _squeezed(value.shape) != _squeezed(shape):
            found = list(value.shape) if isinstance(value, np.ndarray) else report
            raise InternalError(f"{question.reference} gives {found}, not entries {list(shape)}")
        return value.astype(np.float64)

    def _decided(self, credit: float | None, line: str, evidence: str, note: str = "") -> Outcome:
        node: Node = self.reading.node
        return Outcome(
            self.question.id,
            "undecided" if credit is None else of_credit(credit),
            credit,
            line,
            evidence=evidence,
            notes=(*self.notes, note) if note else self.notes,
            hint="" if credit == 1.0 else self.question.hint,
            read_as=latex(node),
            read_plain=plain(node),
            data={"proof": "exact"} if credit == 1.0 and self.question.answer else {},
        )


def _squeezed(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _status(given: float, right: float) -> str:
    if abs(given) < _CLOSE:
        return "is zero, but the right one is not"
    if abs(right) < _CLOSE:
        return "is not zero, but the right one is"
    return "is not the right one"
