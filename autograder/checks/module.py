"""`module`: a network, judged by being the same function as the reference on the same weights.

For each construction case both networks are built, the same random weights are put into layers of the
same role, and outputs, input gradients and running statistics are compared in eval and train mode.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from autograder.checks.code import (
    CodeQuestion,
    Reference,
    References,
    WrongReference,
    with_student,
)
from autograder.checks.networks import Case, ReferenceNetworks, StudentNetworks
from autograder.checks.outcome import Outcome, of_credit, verdict_line
from autograder.checks.reference_job import ReferenceJob
from autograder.checks.tools import Answer, StudentJob, Tools
from autograder.exercise.document import Path
from autograder.learning import explain
from autograder.learning.transplant import candidate_orders, distance, same_function
from autograder.sandbox.job import Job

_SECONDS: Final = 120.0


class ModuleQuestion(CodeQuestion):
    """A function or class that gives an nn.Module."""

    kind: Literal["module"]
    reference: References = Field(description="The right network, or several right variants.")
    cases: tuple[Case, ...] = Field(min_length=1)
    mistakes: tuple[WrongReference, ...] = ()

    @property
    def is_exact(self) -> bool:
        """It takes seconds and no chance, so it may share a process."""
        return True

    def files(self) -> Iterator[tuple[Path, str]]:
        """The files of the references and mistakes."""
        for place, reference in enumerate(self.reference):
            yield ("reference", place), reference.file
        for place, mistake in enumerate(self.mistakes):
            yield ("mistakes", place, "object"), mistake.file


KIND = ModuleQuestion


@dataclass(frozen=True)
class _Match:
    """What a comparison with one reference gave: equal in every case, or why not."""

    equal: bool
    why: str = ""
    distance: tuple[int, int] = (0, 0)
    field_at: tuple[Reference, int] | None = None  # where its receptive field may tell more
    proved: bool = True  # that it is wrong, not merely that it could not be matched


def check(question: ModuleQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Compare with each right variant, then with each known mistake, then say what differs."""
    variants = (*question.reference, *question.mistakes)

    def judge(student: StudentJob) -> Outcome:
        with ReferenceJob(question, variants, tools, _SECONDS) as references:
            return _Comparison(question, student.job, references).judge()

    return with_student(question, answer, tools, judge)


class _Comparison:
    """The student's network against references, on every case."""

    def __init__(self, question: ModuleQuestion, student: Job, references: ReferenceJob) -> None:
        self.question = question
        chance = np.random.default_rng(references.seed)
        inputs = [chance.normal(size=case.input) for case in question.cases]
        self.mine = StudentNetworks(student, question.name, question.cases, inputs)
        self.theirs = ReferenceNetworks(references, question.cases, inputs)

    def judge(self) -> Outcome:
        """The outcome; the first right variant that fits counts."""
        question = self.question
        nearest: _Match | None = None
        for variant in question.reference:
            match = self._match(variant)
            if match.equal:
                return self._right(variant)
            if nearest is None or match.distance < nearest.distance:
                nearest = match
        assert nearest is not None
        for mistake in question.mistakes:
            if self._match(mistake).equal:
                outcome = of_credit(mistake.credit)
                evidence = f"the same function as the known mistake {mistake.name}"
                return Outcome(
                    question.id, outcome, mistake.credit, mistake.feedback, evidence,
                    hint=question.hint, data={"mistake": mistake.name},
                )  # fmt: skip
        return self._wrong(nearest)

    def _wrong(self, nearest: _Match) -> Outcome:
        """Wrong for a reason that is known; what cannot be matched at all goes to a person."""
        if nearest.proved:
            return Outcome(
                self.question.id, "wrong", 0.0, nearest.why, evidence=nearest.why,
                details=self._field_lines(nearest), hint=self.question.hint,
            )  # fmt: skip
        line = (
            "Your network keeps its weights in tensors of its own, not in torch's layers, so the grader "
            "cannot compare it with the reference. A person will look at it."
        )
        return Outcome(self.question.id, "undecided", None, line, evidence=nearest.why)

    def _field_lines(self, match: _Match) -> tuple[str, ...]:
        """What the student's network sees of its input, where that is not what it should be."""
        if match.field_at is None:
            return ()
        variant, place = match.field_at
        measured = self.mine.field(place)
        line = (
            explain.field_line(measured, self.theirs.network(variant, place)) if measured else None
        )
        return (line,) if line else ()

    def _right(self, variant: Reference) -> Outcome:
        cases = len(self.question.cases)
        return Outcome(
            self.question.id,
            of_credit(variant.credit),
            variant.credit,
            verdict_line(variant.credit),
            evidence=(
                f"same outputs, gradients and statistics as {variant.name} with the same weights, "
                f"in {cases} case{'s' if cases > 1 else ''}, in eval and train mode"
            ),
            notes=(variant.note,) if variant.note else (),
            data={
                "variant": variant.name,
                "parameters": self.mine.network(0).parameters,
                "receptive_field": self.theirs.field(variant, 0),
            },
        )

    def _match(self, variant: Reference) -> _Match:
        for place in range(len(self.question.cases)):
            match = self._match_case(variant, place)
            if not match.equal:
                return match
        return _Match(equal=True)

    def _match_case(self, variant: Reference, place: int) -> _Match:
        case = self.question.cases[place]
        mine, theirs = self.mine.network(place), self.theirs.network(variant, place)
        where = f"{case.shown(self.question.name)}: "
        far = distance(mine, theirs)
        if mine.output != theirs.output:
            line = explain.structural_difference(mine, theirs, case.input)
        else:
            line = explain.unsteadiness(mine, theirs)
        if line is not None:
            return _Match(equal=False, why=where + line, distance=far)
        first: tuple[dict[str, Any], list[int]] | None = None
        for order in candidate_orders(mine, theirs):
            run = self.mine.run(place, self.theirs.bank(variant, place), order)
            if same_function(run, self.theirs.run(variant, place), order, mine.precision):
                return _Match(equal=True)
            first = first or (run, order)
        line = explain.structural_difference(mine, theirs, case.input)
        if line is None and first is not None:
            line = self._behaviour(variant, place, *first)
        line = line or "Your layers cannot be matched with the reference's."
        foreign = any(layer.foreign for layer in mine.layers)
        proved = first is not None or not foreign
        return _Match(False, where + line, far, (variant, place), proved)

    def _behaviour(
        self, variant: Reference, place: int, run: dict[str, Any], order: list[int]
    ) -> str:
        """Where a network of the right layers parts from the reference."""
        watched = self.mine.watch(place, self.theirs.bank(variant, place), order)
        return explain.behavioural_difference(
            self.mine.network(place),
            (run, self.theirs.run(variant, place)),
            (watched, self.theirs.watch(variant, place)),
            order,
        )
