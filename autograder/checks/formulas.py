"""What questions answered by a formula share: right answers, known mistakes, how they are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import Field

from autograder.checks import wording
from autograder.checks.outcome import Outcome, of_credit, verdict_line
from autograder.exercise.document import Path
from autograder.exercise.model import Alternative, Formula, Mistake, ModelAnswer, Question
from autograder.symbolic.compare import Verdict


class FormulaQuestion(Question):
    """A question whose right answer is given as a formula."""

    answer: Formula = Field(description="The right formula.")
    also_accept: tuple[Alternative, ...] = Field((), description="Other right answers.")
    mistakes: tuple[Mistake, ...] = Field((), description="Known wrong answers, with feedback.")

    def formulas(self) -> Iterator[tuple[Path, str]]:
        """The answer, the alternatives and the mistakes."""
        yield ("answer",), self.answer
        for name in ("also_accept", "mistakes"):
            for place, other in enumerate(getattr(self, name)):
                for number, formula in enumerate(other.answer):
                    yield (name, place, "answer", number), formula

    def conditions(self) -> Iterator[tuple[Path, str]]:
        """The question's conditions, and those of other right answers."""
        yield from super().conditions()
        for place, other in enumerate(self.also_accept):
            for number, text in enumerate(other.given):
                yield ("also_accept", place, "given", number), text

    def model_answers(self) -> Iterator[ModelAnswer]:
        """The answer, the alternatives with their notes, the mistakes with their feedback."""
        yield from written_by_author(self.answer, self.also_accept, self.mistakes)


def written_by_author(
    answer: str, also_accept: Sequence[Alternative], mistakes: Sequence[Mistake]
) -> Iterator[ModelAnswer]:
    """The formulas of a question with what each must earn and what its student must be told."""
    yield ModelAnswer.formula(answer)
    for other in also_accept:
        for formula in other.answer:
            yield ModelAnswer.formula(formula, other.credit, other.note)
    for known in mistakes:
        for formula in known.answer:
            yield ModelAnswer.formula(formula, known.credit, known.feedback)


@dataclass(frozen=True)
class Read:
    """An answer as it was read: for a page, for a terminal, and what to note about the reading."""

    latex: str
    plain: str
    notes: tuple[str, ...] = ()


class Compare(Protocol):
    """Sets the student's answer against a formula of the author's, under further conditions."""

    def __call__(self, formula: str, given: tuple[str, ...] = (), /) -> Verdict:
        """Whether they are equal."""


def judge(
    question: FormulaQuestion,
    read: Read,
    compare: Compare,
    diagnose: Callable[[], str | None] = lambda: None,
) -> Outcome:
    """Judge a formula that `compare` sets against formulas of the author's.

    1. the right answer; 2. other right answers; 3. undecided goes to a person; 4. known mistakes;
    5. whatever the diagnosis finds; 6. the counterexample.
    """
    main = compare(question.answer)
    if main.equal:
        return _outcome(question, read, main, 1.0, "Right.")
    for alternative in question.also_accept:
        for formula in alternative.answer:
            verdict = compare(formula, alternative.given)
            if verdict.equal:
                line = verdict_line(alternative.credit)
                return _outcome(question, read, verdict, alternative.credit, line, alternative.note)
            main = verdict if verdict.verdict == "undecided" else main
    if main.verdict == "undecided":
        line = "The grader cannot tell whether your formula is right; a person will look at it."
        return _outcome(question, read, main, None, line)
    for mistake in question.mistakes:
        if any(compare(formula).equal for formula in mistake.answer):
            return _outcome(question, read, main, mistake.credit, mistake.feedback)
    return _outcome(question, read, main, 0.0, diagnose() or "")


def _outcome(
    question: FormulaQuestion,
    read: Read,
    verdict: Verdict,
    credit: float | None,
    line: str,
    note: str = "",
) -> Outcome:
    details: tuple[str, ...] = ()
    data: dict[str, object] = {"verdict": verdict.verdict, "proof": verdict.proof}
    if verdict.counterexample is not None:
        reveal = question.reveal == "value"
        example = wording.counterexample_line(verdict.counterexample, reveal=reveal)
        line, details = (line, (example,)) if line else (example, ())
        data["counterexample"] = wording.counterexample_data(verdict.counterexample)
    return Outcome(
        question.id,
        "undecided" if credit is None else of_credit(credit),
        credit,
        line,
        evidence=verdict.evidence,
        details=details,
        notes=(*read.notes, note) if note else read.notes,
        hint="" if credit == 1.0 else question.hint,
        read_as=read.latex,
        read_plain=read.plain,
        data=data,
    )
