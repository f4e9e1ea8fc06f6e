"""`function`: a function that is called on many arguments and must return what the reference does.

The student's function runs before the reference and in another process; what both returned is compared
here. The smallest case on which they differ is shown. With `derivative`, the reference is the function
to be differentiated and what the student returns is compared with autograd.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from autograder.checks.code import (
    CodeQuestion,
    Reference,
    References,
    WrongReference,
    objects_of,
    with_student,
)
from autograder.checks.outcome import Outcome, of_credit, verdict_line
from autograder.checks.strategies import Argument, Case, Strategies, size_table
from autograder.checks.tools import FUNCTIONS, Answer, StudentJob, Tools, reference_call
from autograder.checks.values import Closeness, difference, is_defined, shown, untag
from autograder.errors import FormulaError, InternalError
from autograder.exercise.document import Path
from autograder.exercise.model import SpecModel
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits
from autograder.symbolic.reader import parse_formula

_SECONDS: Final = 120.0
_SHRINKING: Final = 10.0
_ROUNDS: Final = 60


class Derivative(SpecModel):
    """Which derivative of the reference is asked for."""

    by: str = Field(description="The argument by which the reference is differentiated.")
    upstream: str = Field(
        "",
        description="The argument that holds the gradient of the loss by the reference's output.",
    )


class FunctionQuestion(CodeQuestion):
    """A function, judged by what it returns."""

    kind: Literal["function"]
    reference: References = Field(description="The right function, or several right variants.")
    arguments: dict[str, Argument] = Field(
        default_factory=dict, description="How each argument is made, in order."
    )
    sizes: dict[str, tuple[int, int]] = Field(
        default_factory=dict, description="Names that shapes use, each from, to."
    )
    examples: tuple[tuple[Any, ...], ...] = Field((), description="Argument lists to try first.")
    derivative: Derivative | None = None
    cases: int = Field(40, ge=1, le=1000, description="How many cases are tried.")
    relative_tolerance: float = Field(1e-7, ge=0, lt=1)
    tolerance: float = Field(1e-9, ge=0)
    precision: Literal["float64", "float32"] = "float64"
    mistakes: tuple[WrongReference, ...] = ()

    def files(self) -> Iterator[tuple[Path, str]]:
        """The files of the references and mistakes."""
        for place, reference in enumerate(self.reference):
            yield ("reference", place), reference.file
        for place, mistake in enumerate(self.mistakes):
            yield ("mistakes", place, "object"), mistake.file

    def check(self) -> Iterator[tuple[Path, str]]:
        """Arguments must be whole, and name sizes and each other rightly."""
        names = [*self.sizes, *(n for n, a in self.arguments.items() if a.integer is not None)]
        for name, argument in self.arguments.items():
            if (problem := argument.problem()) is not None:
                yield ("arguments", name), problem
            for text in argument.formulas():
                try:
                    parse_formula(text, size_table(dict.fromkeys(names)))
                except FormulaError as error:
                    yield ("arguments", name), f"in {text!r}: {error.message}"
        for name, (low, high) in self.sizes.items():
            if low > high or low < 0:
                yield ("sizes", name), f"the range [{low}, {high}] holds no size"
        for place, example in enumerate(self.examples):
            if len(example) != len(self.arguments):
                yield ("examples", place), f"there are {len(self.arguments)} arguments"
        yield from self._derivative_problems()

    def _derivative_problems(self) -> Iterator[tuple[Path, str]]:
        if self.derivative is None:
            return
        for field in ("by", "upstream"):
            name = getattr(self.derivative, field)
            if name and name not in self.arguments:
                yield ("derivative", field), f"there is no argument {name!r}"
            elif name and self.arguments[name].tensor is None:
                yield ("derivative", field), f"{name} is no tensor"


KIND = FunctionQuestion


def check(question: FunctionQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Run the student's function on every case, then the references, and compare what they returned."""

    def judge(student: StudentJob) -> Outcome:
        objects = objects_of((*question.reference, *question.mistakes))
        comparison = _Comparison(question, student.job, _seed(question, answer, tools))
        with tools.reference(objects, Limits(seconds=_SECONDS)) as reference:
            return comparison.judge(reference)

    return with_student(question, answer, tools, judge)


def _seed(question: FunctionQuestion, answer: Answer, tools: Tools) -> int:
    """Arguments that a student cannot foresee and that are the same whenever the hand-in is."""
    content = hashlib.sha256(f"{tools.seed}:{question.id}".encode())
    for source in answer.code:
        content.update(source.text.encode("utf-8", "replace"))
    return int.from_bytes(content.digest()[:7], "big")


@dataclass(frozen=True)
class _Returned:
    """What a function gave in one case: a value, or the error it raised; and what it wrote to."""

    value: Any = None
    error: str = ""
    where: str = ""
    changed: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Failure:
    """A case that is wrong, and in which way."""

    case: Case
    words: str
    returned: _Returned
    expected: Any


class _Comparison:
    """One student's function against the references, on the same cases."""

    def __init__(self, question: FunctionQuestion, student: Job, seed: int) -> None:
        self.question = question
        self.student = student
        self.closeness = Closeness(question.relative_tolerance, question.tolerance)
        self.strategies = Strategies(
            question.arguments, question.sizes, seed, generic=question.derivative is not None
        )
        arguments = question.arguments.values()
        self.examples = [_example(values, arguments) for values in question.examples]
        made = list(self.strategies.cases(question.cases)) if question.arguments else [Case({}, ())]
        self.cases = [*self.examples, *made]
        self.mine = self._run_student(self.cases)
        self.again = self._run_student(self.cases[:1])[0]

    def judge(self, reference: Job) -> Outcome:
        """The first right variant that fits counts; then known mistakes; then the smallest case."""
        question = self.question
        first: _Failure | None = None
        for variant in question.reference:
            failure = self._failure(reference, variant)
            if failure is None:
                return self._right(variant)
            first = first or failure
        assert first is not None
        for mistake in question.mistakes:
            if self._failure(reference, mistake) is None:
                return self._outcome(first, mistake.credit, mistake.feedback)
        return self._outcome(self._smallest(reference, first), 0.0, "")

    def _failure(self, reference: Job, variant: Reference) -> _Failure | None:
        """The first case in which the student's value is not the variant's."""
        compared = 0
        for case, mine, right in zip(
            self.cases, self.mine, self._run_reference(reference, variant, self.cases), strict=True
        ):
            if not is_defined(right):
                continue
            compared += 1
            if (words := self._differs(right, mine)) is not None:
                return _Failure(case, words, mine, right)
            if case is self.cases[0] and self._differs(right, self.again) is not None:
                again = "returns another value when it is called again with the same arguments"
                return _Failure(case, again, self.again, right)
        if not compared:
            raise InternalError(f"{variant.name} is not a number in any case")
        return None

    def _differs(self, right: Any, mine: _Returned) -> str | None:
        if mine.error:
            return f"stops with {mine.error}"
        found = difference(right, mine.value, self.closeness)
        return None if found is None else f"returns a value that {found}"

    def _smallest(self, reference: Job, failure: _Failure) -> _Failure:
        """The simplest case that still fails, as far as the time goes."""
        is_example = any(failure.case is example for example in self.examples)
        if is_example or failure.returned is self.again:
            return failure
        until = time.monotonic() + _SHRINKING
        variant = self.question.reference[0]
        for _ in range(_ROUNDS):
            smaller = list(self.strategies.smaller(failure.case))[:40]
            if not smaller or time.monotonic() > until:
                break
            right = self._run_reference(reference, variant, smaller)
            found = next(self._failing(smaller, self._run_student(smaller), right), None)
            if found is None:
                break
            failure = found
        return failure

    def _failing(
        self, cases: Sequence[Case], mine: Sequence[_Returned], right: Sequence[Any]
    ) -> Iterator[_Failure]:
        for case, given, expected in zip(cases, mine, right, strict=True):
            words = self._differs(expected, given) if is_defined(expected) else None
            if words is not None:
                yield _Failure(case, words, given, expected)

    def _run_student(self, cases: Sequence[Case]) -> list[_Returned]:
        tagged = [self._tagged(case) for case in cases]
        precision = self.question.precision
        reports = self.student.call(
            f"{FUNCTIONS}:call", name=self.question.name, cases=tagged, precision=precision
        )
        if not isinstance(reports, list) or len(reports) != len(cases):
            return [_Returned(error="an answer that cannot be read")] * len(cases)
        return [_returned(report) for report in reports]

    def _run_reference(self, job: Job, variant: Reference, cases: Sequence[Case]) -> list[Any]:
        question = self.question
        arguments: dict[str, Any] = {
            "name": variant.object,
            "cases": [self._tagged(case) for case in cases],
            "precision": question.precision,
        }
        # A mistake returns the wrong value itself; only the right function is differentiated.
        differentiated = not isinstance(variant, WrongReference) and question.derivative
        if differentiated:
            order = list(question.arguments)
            upstream = differentiated.upstream
            arguments["variable"] = order.index(differentiated.by)
            arguments["upstream"] = order.index(upstream) if upstream else None
        operation = "gradients" if differentiated else "call"
        reports = reference_call(job, f"{FUNCTIONS}:{operation}", **arguments)
        for report, case in zip(reports, cases, strict=True):
            if "error" in report:
                said = _returned(report)
                where = self.strategies.describe(case)
                raise InternalError(f"{variant.name} failed at {where}: {said.error}")
        return [untag(report["value"]) for report in reports]

    def _tagged(self, case: Case) -> list[dict[str, Any]]:
        return [
            _tag(value, argument, self.question.precision)
            for value, argument in zip(case.values, self.question.arguments.values(), strict=True)
        ]

    def _right(self, variant: Reference) -> Outcome:
        changed = sorted({place for returned in self.mine for place in returned.changed})
        names = [
            list(self.question.arguments)[p] for p in changed if p < len(self.question.arguments)
        ]
        written = f"Your function writes to its argument {', '.join(names)}; copy it first."
        return Outcome(
            self.question.id,
            of_credit(variant.credit),
            variant.credit,
            verdict_line(variant.credit),
            evidence=f"the same values as {variant.name} in {len(self.cases)} cases",
            notes=tuple(filter(None, (variant.note, written if names else ""))),
            data={"cases": len(self.cases), "reference": variant.name},
        )

    def _outcome(self, failure: _Failure, credit: float, feedback: str) -> Outcome:
        question = self.question
        call = f"{question.name}({self.strategies.describe(failure.case)})"
        line = f"{call} {failure.words}."
        details = []
        if failure.returned.where:
            details.append(failure.returned.where)
        elif not failure.returned.error:
            details.append(f"It returns {shown(failure.returned.value)}")
        if question.reveal == "value":
            details.append(f"The right value is {shown(failure.expected)}")
        if feedback:
            line, details = feedback, [line, *details]
        return Outcome(
            question.id,
            of_credit(credit),
            credit,
            line,
            evidence=f"differs from {question.reference[0].name} at {call}: {failure.words}",
            details=tuple(details),
            hint=question.hint,
            data={"counterexample": {
                "call": call,
                "student": failure.returned.error or shown(failure.returned.value),
                "expected": shown(failure.expected),
            }},
        )  # fmt: skip


def _returned(report: Any) -> _Returned:
    """A report of the sandbox, with every part checked and bounded."""
    if not isinstance(report, dict):
        return _Returned(error="an answer that cannot be read")
    error = report.get("error")
    if isinstance(error, dict):
        said = f"{error.get('type')}: {error.get('message')}"[:400].removesuffix(": ")
        where = str(error.get("where") or "")[:200]
        line = str(error.get("line") or "")[:300]
        return _Returned(error=said, where=f"{where}: {line}" if where and line else where)
    changed = report.get("changed")
    places = changed if isinstance(changed, list) else []
    return _Returned(
        untag(report.get("value")), changed=tuple(p for p in places[:50] if isinstance(p, int))
    )


def _tag(value: Any, argument: Argument, precision: str) -> dict[str, Any]:
    if not isinstance(value, np.ndarray):
        return {"plain": value}
    if argument.give == "list":
        return {"plain": value.tolist()}
    whole = value.dtype.kind in "iu"
    return {argument.give: value.astype(np.int64 if whole else precision)}


def _example(values: tuple[Any, ...], arguments: Iterable[Argument]) -> Case:
    """A case out of the spec: nested lists of numbers are tensors where a tensor is asked for."""
    pairs = zip(values, arguments, strict=True)
    return Case({}, tuple(v if a.tensor is None else np.asarray(v) for v, a in pairs))
