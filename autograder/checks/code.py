"""What questions about code share: references, the student's job, how its failures are told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

from annotated_types import MinLen
from pydantic import AfterValidator, BeforeValidator, Field

from autograder.checks import wording
from autograder.checks.outcome import Outcome, unanswered
from autograder.checks.tools import Answer, StudentJob, Tools
from autograder.exercise.model import Credit, Question, SpecModel
from autograder.sandbox.failure import Failure, JobFailed
from autograder.sandbox.limits import MEBIBYTE, Limits

_UNTOUCHED: Final = "NotImplementedError"


def _check_object(value: str) -> str:
    file, colon, name = value.partition(":")
    if not (colon and file.endswith(".py") and name.isidentifier()):
        raise ValueError("expected 'file.py:name'")
    return value


Object = Annotated[str, AfterValidator(_check_object)]


def _as_reference(value: Any) -> Any:
    return {"object": value} if isinstance(value, str) else value


class Reference(SpecModel):
    """A right implementation: `file.py:name`, in the exercise's folder or in `reference/`."""

    object: Object
    credit: Credit = 1.0
    note: str = Field("", description="Shown to a student whose code is this variant.")

    @property
    def file(self) -> str:
        """The file's name."""
        return self.object.partition(":")[0]

    @property
    def name(self) -> str:
        """The name defined in it."""
        return self.object.partition(":")[2]


class WrongReference(Reference):
    """A wrong implementation that students hand in, and what to tell them."""

    credit: Credit = 0.0
    feedback: str


OneReference = Annotated[
    Reference, BeforeValidator(_as_reference, json_schema_input_type=str | Reference)
]
References = Annotated[
    tuple[OneReference, ...],
    MinLen(1),
    BeforeValidator(
        lambda value: [value] if isinstance(value, (str, dict)) else value,
        json_schema_input_type=OneReference | list[OneReference],
    ),
]


class CodeQuestion(Question):
    """A question answered by a definition in the student's code."""

    name: str = Field(description="The function or class that is graded.")
    requires: tuple[str, ...] = Field((), description="Other definitions that it needs.")
    seconds: float = Field(60.0, gt=0, description="Time for the student's code.")
    memory: int = Field(2048, gt=0, description="Memory for the student's code, in MiB.")

    @property
    def names(self) -> tuple[str, ...]:
        """Every definition the question needs, the graded one first."""
        return (self.name, *self.requires)

    @property
    def trains(self) -> bool:
        """Whether it may use a GPU; exact checks stay on the CPU, where numbers are exact."""
        return False

    @property
    def is_exact(self) -> bool:
        """Whether it is checked fast and exactly, and may share a process with other such questions."""
        return False

    def limits(self, tools: Tools) -> Limits:
        """The limits of the student's job, within the time that is left."""
        seconds = max(1.0, min(self.seconds, tools.seconds_left))
        return Limits(seconds=seconds, cpu_seconds=2 * self.seconds, memory=self.memory * MEBIBYTE)


Judge = Callable[[StudentJob], Outcome]


def objects_of(references: Sequence[Reference]) -> list[tuple[str, str]]:
    """Files and names, for a job that is to hold the references."""
    return [(reference.file, reference.name) for reference in references]


def with_student(question: CodeQuestion, answer: Answer, tools: Tools, judge: Judge) -> Outcome:
    """Run the student's definitions and judge them; every way to fail becomes an outcome.

    In a process that is shared with other questions counts what is right, and what is found before any
    other question's code has run; everything else is judged in a process of its own.
    """
    if not answer.code:
        return unanswered(question.id, "There is no code: neither a notebook nor a Python file.")
    limits = question.limits(tools)
    if question.is_exact:
        with contextlib.suppress(JobFailed):
            student = tools.sharing_student(answer.code, question.names, limits)
            if student is not None and student.defined >= set(question.names):
                outcome = _judged(question, student, judge)
                if outcome.credit == 1.0 or (student.alone and not student.job.has_ended):
                    return outcome
        limits = question.limits(tools)
    try:
        only_code = question.is_exact or question.trains
        with tools.student(
            answer.code, question.names, limits, gpu=question.trains, only_code=only_code
        ) as student:
            missing = [name for name in question.names if name not in student.defined]
            return (
                _missing(question, missing, student)
                if missing
                else _judged(question, student, judge)
            )
    except JobFailed as failed:
        if failed.failure.kind == "time" and limits.seconds < question.seconds:
            return _cut_short(question, limits.seconds)
        return _failed(question, failed.failure)


def _judged(question: CodeQuestion, student: StudentJob, judge: Judge) -> Outcome:
    """The judge's outcome, with what was odd about the definitions."""
    outcome = judge(student)
    return replace(outcome, notes=(*outcome.notes, *student.notes_on(question.names)))


def _cut_short(question: CodeQuestion, seconds: float) -> Outcome:
    """The submission's time was over before the question's own, which is not this code's fault."""
    line = "The time for this submission was over while this question ran; staff will look at it."
    evidence = f"ended after {seconds:.0f} of its {question.seconds:g} seconds"
    return Outcome(question.id, "skipped", None, line, evidence=evidence)


def _missing(question: CodeQuestion, missing: Sequence[str], student: StudentJob) -> Outcome:
    """A name that is not there: never written, or its cell failed."""
    for name in missing:
        reason = student.why_missing(name)
        if reason is not None:
            line = f"{name} is not there, because its code failed. {reason}"
            return Outcome(question.id, "error", 0.0, line, evidence=reason, hint=question.hint)
    names = " and ".join(missing)
    verb = "is" if len(missing) == 1 else "are"
    hints = [student.similar[name] for name in missing if name in student.similar]
    asked = "".join(f"; {hint}" for hint in hints) or "."
    return unanswered(question.id, f"{names} {verb} not defined in your code{asked}")


def _failed(question: CodeQuestion, failure: Failure) -> Outcome:
    if failure.kind == "error" and failure.message.startswith(_UNTOUCHED):
        where = failure.where or question.name
        return unanswered(
            question.id, f"Not written yet: {where} still raises NotImplementedError."
        )
    return wording.failed(question, failure)
