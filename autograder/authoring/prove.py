"""Makes a question prove that it tells right answers from wrong ones.

1. Every answer that the author wrote down gets its own credit and its own words.
2. Rewritings of the right answers keep full credit.
3. Mutants of the right answer lose credit, or are proved to say the same.
4. Mutants of the right code are caught, or listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from autograder.authoring.code_mutants import code_mutants
from autograder.authoring.mutants import Mutant, mutants
from autograder.authoring.rewritings import rewritings
from autograder.checks.catalogue import kind_of
from autograder.checks.code import CodeQuestion
from autograder.checks.outcome import Outcome
from autograder.checks.tools import Answer, Tools
from autograder.exercise.model import ModelAnswer, Question
from autograder.submission.model import Place, Source, TextAnswer
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.show import plain
from autograder.symbolic.tree import Node

_PLACE: Final = Place("validate")
_EPSILON: Final = 1e-6
_MOST_MUTANTS: Final = 30
_MUTANT_SECONDS: Final = 10.0
_PROOFS: Final = ("structural", "exact", "sympy")


@dataclass
class Proof:
    """What a question showed: problems, and how many mutants of how many it caught.

    `equal` are mutants that turned out to be right, each with the reason; they are not counted.
    """

    question: str
    problems: list[str] = field(default_factory=list)
    mutants: int = 0
    caught: int = 0
    survivors: list[str] = field(default_factory=list)
    equal: list[str] = field(default_factory=list)


def prove(question: Question, tools: Tools) -> Proof:
    """Try a written question's own answers, their rewritings and their mutants."""
    proof = Proof(question.id)
    answers = list(question.model_answers())
    trial = _Trial(question, tools, proof)
    for answer in answers:
        trial.own_answer(answer)
    if answers and not proof.problems:
        for answer in answers:
            if answer.credit >= 1.0:
                trial.rewritten(answer)
        trial.mutated(answers[0])
    return proof


def prove_code(question: CodeQuestion, code: Sequence[Source], tools: Tools) -> Proof:
    """Try mutants of a right solution; what survives is listed with its line."""
    proof = Proof(question.id)
    hurried = question.model_copy(update={"seconds": min(question.seconds, _MUTANT_SECONDS)})
    for mutant in code_mutants(code, question.name, _MOST_MUTANTS):
        outcome = kind_of(question).check(hurried, Answer(None, mutant.sources), tools)
        proof.mutants += 1
        if outcome.credit is not None and outcome.credit < 1.0 - _EPSILON:
            proof.caught += 1
        else:
            proof.survivors.append(f"line {mutant.line}, {mutant.what}: {outcome.line}")
    return proof


@dataclass(frozen=True)
class _Trial:
    """A written question under test."""

    question: Question
    tools: Tools
    proof: Proof

    def own_answer(self, answer: ModelAnswer) -> None:
        """An answer whose credit the author has said must get it, with the author's words."""
        outcome = self._judge(answer)
        said = "\n".join((outcome.line, *outcome.details, *outcome.notes))
        shown = _shown(answer)
        if outcome.credit is None or abs(outcome.credit - answer.credit) > _EPSILON:
            found = "goes to a person" if outcome.credit is None else f"gets {outcome.credit:g}"
            self.proof.problems.append(
                f"the answer {shown} {found}, not {answer.credit:g} as it should: {said}"
            )
        elif answer.says and answer.says not in said:
            self.proof.problems.append(f"the answer {shown} is told {said!r}, not {answer.says!r}")

    def rewritten(self, answer: ModelAnswer) -> None:
        """What says the same must keep full credit."""
        for name, node in self._formulas(answer):
            for rewriting in rewritings(node, self.tools.table(self.question)):
                outcome = self._judge(_with_part(answer, name, rewriting.text))
                if outcome.credit is None or outcome.credit < answer.rewritten - _EPSILON:
                    self.proof.problems.append(
                        f"{rewriting.text} loses credit, though it is {answer.parts[name]} "
                        f"{rewriting.what}: {outcome.line}"
                    )

    def mutated(self, answer: ModelAnswer) -> None:
        """What says something else must lose credit."""
        for name, node in self._formulas(answer):
            for mutant in mutants(node, self.tools.table(self.question)):
                self._try(_with_part(answer, name, plain(mutant.node)), node, mutant)

    def _try(self, changed: ModelAnswer, right: Node, mutant: Mutant) -> None:
        proof, outcome = self.proof, self._judge(changed)
        shown = f"{_shown(changed)} ({mutant.what})"
        if outcome.credit == 1.0 and (why := self._why_right(outcome, right, mutant)):
            proof.equal.append(f"{shown} {why}")
            return
        proof.mutants += 1
        if outcome.credit is None:
            proof.survivors.append(f"{shown} goes to a person: {outcome.line}")
        elif outcome.credit < 1.0 - _EPSILON:
            proof.caught += 1
        else:
            proof.problems.append(f"{shown} gets full credit: {outcome.evidence}")

    def _judge(self, answer: ModelAnswer) -> Outcome:
        """What an answer gets, written as a student would hand it in."""
        fields = answer.parts if answer.form == "fields" else None
        written = TextAnswer("" if fields else answer.text(), _PLACE, fields)
        return kind_of(self.question).check(self.question, Answer(written), self.tools)

    def _formulas(self, answer: ModelAnswer) -> Iterator[tuple[str, Node]]:
        table = self.tools.table(self.question)
        for name in sorted(answer.formulas):
            yield name, parse_formula(answer.parts[name], table)

    def _why_right(self, outcome: Outcome, right: Node, mutant: Mutant) -> str:
        """Why a mutant may have full credit; empty when it may not."""
        if outcome.notes:
            return f"is another right answer: {' '.join(outcome.notes)}"
        if outcome.data.get("proof") in _PROOFS:
            return f"is right: {outcome.evidence}"
        verdict = self.tools.comparer(self.question).compare(right, mutant.node)
        return f"is right: {verdict.evidence}" if verdict.proof in _PROOFS else ""


def _with_part(answer: ModelAnswer, name: str, text: str) -> ModelAnswer:
    return replace(answer, parts={**answer.parts, name: text})


def _shown(answer: ModelAnswer) -> str:
    if answer.form == "fields":
        return ", ".join(f"{name}: {part}" for name, part in answer.parts.items())
    return answer.text()
