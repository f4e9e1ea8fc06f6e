"""`derivation`: a chain of equal lines, or of equations that follow from each other.

Each line is set against the one before under the hypotheses. The first wrong step is named with numbers
at which the student's own two lines differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import Field

from autograder.checks import wording
from autograder.checks.outcome import Outcome, of_credit, unanswered
from autograder.checks.tensor import Spellings
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.exercise.document import Path
from autograder.exercise.model import Credit, Formula, Question, SpecModel, symbol_table
from autograder.symbolic.compare import Comparer
from autograder.symbolic.derivation import Chain, Fault, Hypotheses, read_derivation
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.moments import Randomness
from autograder.symbolic.reader import parse_formula, parse_relation
from autograder.symbolic.show import latex, plain
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tensor import respelt
from autograder.symbolic.tree import Node, Relation

_LONGEST = 200


class RandomSymbol(SpecModel):
    """What is known of a random symbol, or of each member of a random family."""

    moments: dict[int, Formula] = Field(
        default_factory=dict, description="E[x^n] by n, such as {1: 0, 2: sigma^2}."
    )


class DerivationQuestion(Question):
    """A derivation, line by line."""

    kind: Literal["derivation"]
    lines: Literal["equal", "equivalent"] = Field(
        "equal", description="Formulas that are equal, or equations with the same solutions."
    )
    begin: Formula = Field(description="What the derivation starts from.")
    end: Formula = Field(description="What it arrives at.")
    through: tuple[Formula, ...] = Field(
        (), description="Lines that must occur, up to algebra, before the hypotheses are used."
    )
    steps: int = Field(2, ge=1, description="How many steps there must be at least.")
    random: dict[str, RandomSymbol] = Field(
        default_factory=dict, description="Random symbols and families, for E, Var and Cov."
    )
    independent: bool = Field(False, description="Whether all that is random is independent.")
    assume: tuple[Formula, ...] = Field(
        (),
        description="Equalities that may be used, such as 'E[v] = g'; each defines its left side.",
    )
    running: str = Field(
        "",
        description="An index for all of whose values an equality holds: k in 'v_k = 2*v_{k-1}'.",
    )
    sizes: dict[str, Annotated[tuple[int, ...], MinLen(1)]] = Field(
        default_factory=dict,
        description="Names that take each of these values, such as n: [1, 2, 3].",
    )
    spellings: dict[str, Spellings] = Field(
        default_factory=dict, description="Other ways to write a name."
    )
    partial: Credit = Field(
        0.5,
        description="Credit for the milestones (begin, through, end) that were reached soundly.",
    )

    @property
    def randomness(self) -> Randomness:
        """What is random, without the moments, which need a table to be read."""
        names = frozenset(name.removesuffix("[]") for name in self.random)
        return Randomness(names, independent=self.independent)

    def extended(self, table: SymbolTable) -> SymbolTable:
        """Where something is random, E, Var and Cov may be written."""
        return Hypotheses(self.randomness, running=self.running).extended(table)

    def formulas(self) -> Iterator[tuple[Path, str]]:
        """The lines of the author's, and the moments."""
        if self.lines == "equal":
            yield ("begin",), self.begin
            yield ("end",), self.end
            for place, text in enumerate(self.through):
                yield ("through", place), text
        for name, spec in self.random.items():
            for degree, text in spec.moments.items():
                yield ("random", name, "moments", degree), text

    def check(self) -> Iterator[tuple[Path, str]]:
        """Random names must be declared, and the author's own chain must hold."""
        for name in self.random:
            if name not in self.symbols:
                yield ("random", name), "declare it among the question's symbols, too"
                return
        try:
            table = self.extended(symbol_table(self.symbols))
            author = _Author(self, table)
            chain = Chain(Comparer(table), author.hypotheses, self.lines)
            verdicts = [(goal, chain.follows(author.begin, goal)) for goal in author.goals]
        except (FormulaError, ValueError, NoValue):
            return  # symbols of the whole exercise, or errors that are told elsewhere
        for goal, verdict in verdicts:
            if verdict.verdict == "different":
                told = f"{plain(goal)} does not follow from the beginning: {verdict.evidence}"
                yield ("end",), told


KIND = DerivationQuestion


def check(question: DerivationQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Read the lines and check each step."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    judge = _Judge(question, tools)
    try:
        lines, notes = wording.read_answer(answer.written.text, judge.read)
    except FormulaError as error:
        return wording.unreadable(question, error, tools.exercise.policy)
    return judge.outcome(lines, notes)


class _Author:
    """What the author wrote, read: the beginning, the milestones, the end, the hypotheses."""

    def __init__(self, question: DerivationQuestion, table: SymbolTable) -> None:
        self.lines = question.lines
        self.table = table
        self.begin, self.end = self._line(question.begin), self._line(question.end)
        self.goals = [self.begin, *(self._line(text) for text in question.through), self.end]
        moments = {
            (name.removesuffix("[]"), degree): parse_formula(text, table)
            for name, spec in question.random.items()
            for degree, text in spec.moments.items()
        }
        relations = (parse_relation(text, table) for text in question.assume)
        equalities = tuple((left, right) for left, _, right in relations)
        bare = question.randomness
        randomness = Randomness(bare.names, moments, bare.independent, bare.operators)
        self.hypotheses = Hypotheses(randomness, equalities, question.running, question.sizes)

    def _line(self, text: str) -> Node:
        if self.lines == "equal":
            return parse_formula(text, self.table)
        left, operator, right = parse_relation(text, self.table)
        return Relation(operator, left, right)


class _Judge:
    """One answer against the author's beginning, milestones and end."""

    def __init__(self, question: DerivationQuestion, tools: Tools) -> None:
        self.question = question
        self.table = tools.table(question)
        author = _Author(question, self.table)
        self.begin, self.end, self.goals = author.begin, author.end, author.goals
        comparer = tools.comparer(question)
        self.chain = Chain(comparer, author.hypotheses, question.lines, tools.seed)

    def read(self, text: str) -> tuple[Node, ...]:
        """The lines of an answer.

        Raises:
            FormulaError: a line cannot be read.
        """
        text = respelt(text, self.question.spellings)
        return read_derivation(text, self.table, self.question.lines, self.begin)

    def outcome(self, lines: tuple[Node, ...], notes: tuple[str, ...]) -> Outcome:
        """1. each step; 2. the beginning; 3. the end; 4. the milestones and the number of steps."""
        question = self.question
        lines, fault = self._from_the_beginning(lines)
        fault = fault or self.chain.first_fault(lines)
        if fault is not None and fault.verdict.verdict == "undecided":
            line = "The grader cannot tell whether a step is right; a person will look at it."
            return self._outcome(lines, None, line, fault.verdict.evidence, notes)
        sound = lines if fault is None else lines[: fault.line]
        reached = [goal for goal in self.goals if self._reaches(sound, goal)]
        share = len(reached) / len(self.goals)
        if fault is not None:
            return self._wrong_step(lines, fault, share, notes)
        missing = self._missing(lines, reached)
        if missing:
            evidence = f"every step is right; {missing}"
            return self._outcome(lines, question.partial * share, missing, evidence, notes)
        evidence = f"{len(lines) - 1} steps, each right under the hypotheses"
        return self._outcome(lines, 1.0, "Right.", evidence, notes)

    def _from_the_beginning(self, lines: tuple[Node, ...]) -> tuple[tuple[Node, ...], Fault | None]:
        """The lines with the beginning before them, where the first is not it but follows from it."""
        if self._same(self.begin, lines[0]):
            return lines, None
        verdict = self.chain.follows(self.begin, lines[0])
        return ((self.begin, *lines), None) if verdict.equal else (lines, Fault(0, verdict))

    def _reaches(self, lines: tuple[Node, ...], goal: Node) -> bool:
        return any(self._same(goal, line) for line in lines)

    def _same(self, goal: Node, line: Node) -> bool:
        """Whether two lines are one by algebra alone, without the hypotheses."""
        return goal == line or self.chain.same(goal, line)

    def _missing(self, lines: tuple[Node, ...], reached: list[Node]) -> str:
        question = self.question
        if not any(goal is self.end for goal in reached):
            where = plain(self.end) if question.reveal == "value" else "it arrives where it should"
            return f"Every step is right, but the derivation stops before {where}."
        if len(reached) < len(self.goals):
            return "Every step is right, but an important step between is not shown."
        if len(lines) - 1 < question.steps:
            few = f"at least {question.steps} steps" if question.steps > 1 else "a step"
            return f"Every step is right, but too much happens at once; show {few}."
        return ""

    def _wrong_step(
        self, lines: tuple[Node, ...], fault: Fault, share: float, notes: tuple[str, ...]
    ) -> Outcome:
        after = _short(lines[fault.line])
        if fault.line == 0:
            line = f"Your derivation starts from {after}, which is not what it should start from."
        elif self.question.lines == "equivalent":
            before = _short(lines[fault.line - 1])
            line = f"{after} does not follow from {before}: it {fault.verdict.evidence}."
        else:
            before = _short(lines[fault.line - 1])
            line = f"Step {fault.line} is wrong: {before} is not equal to {after}."
        details: tuple[str, ...] = ()
        example = fault.verdict.counterexample
        if example is not None and fault.line > 0:
            where = f"At {example.where()}" if example.point else "In fact"
            details = (
                f"{where} the first is {example.expected} and the second {example.student}.",
            )
        credit = self.question.partial * share if fault.line > 0 else 0.0
        return self._outcome(lines, credit, line, fault.verdict.evidence, notes, details)

    def _outcome(
        self,
        lines: tuple[Node, ...],
        credit: float | None,
        line: str,
        evidence: str,
        notes: tuple[str, ...],
        details: tuple[str, ...] = (),
    ) -> Outcome:
        credit = None if credit is None else round(credit, 4)
        return Outcome(
            self.question.id,
            "undecided" if credit is None else of_credit(credit),
            credit,
            line,
            evidence=evidence,
            details=details,
            notes=notes,
            hint="" if credit == 1.0 else self.question.hint,
            read_as=r" \\ ".join(latex(node) for node in lines),
            read_plain="; ".join(plain(node) for node in lines)[:2_000],
            data={"lines": len(lines)},
        )


def _short(node: Node) -> str:
    text = plain(node)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
