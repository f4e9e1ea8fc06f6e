"""`train-step`: a training loop, judged by doing exactly what the reference does on the same fixture.

Weights, statistics, learning rates and the three histories are compared after two epochs on a fixture
that makes every usual mistake show (`learning/probes/steps.py`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
from autograder.checks.outcome import Outcome, of_credit
from autograder.checks.reference_job import ReferenceJob
from autograder.checks.tools import STEPS, Answer, StudentJob, Tools
from autograder.exercise.document import Path
from autograder.learning.parity import HISTORIES, differences, pattern
from autograder.sandbox.failure import Failure, JobFailed
from autograder.sandbox.job import Job

Role = Literal["model", "optimizer", "scheduler", "criterion", "loader", "epoch", "device"]

# Eleven full batches and a last one of six. Templates print every tenth of the batches; with fewer than
# ten they would divide by zero.
_IMAGES: Final = 138
_BATCH: Final = 12
_CLASSES: Final = 4
_TOLERANCES: Final = {"float64": 1e-9, "float32": 1e-4}
# How torch complains when single meets double precision.
_MIXED_PRECISION: Final = re.compile(r"\b(dtype|float|double|Float|Double)\b")
_SECONDS: Final = 60.0
_LOG_SOFTMAX: Final = (
    "The loss is given the log-softmax of the scores. It changes nothing here, because the cross-entropy "
    "applies one itself; give it the scores."
)
_PARTS: Final = frozenset(("training", "rates", "histories", "device"))


class TrainStepQuestion(CodeQuestion):
    """A function that trains for one epoch and returns loss, accuracy and learning-rate histories."""

    kind: Literal["train-step"]
    reference: References
    arguments: tuple[Role, ...] = Field(
        ("model", "optimizer", "scheduler", "criterion", "loader", "epoch", "device"),
        description="What each argument of the function is.",
    )
    mistakes: tuple[WrongReference, ...] = ()
    shares: dict[str, float] = Field(
        default={"training": 0.4, "rates": 0.2, "histories": 0.2, "device": 0.2},
        description="What each part is worth when no known mistake fits.",
    )

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

    def check(self) -> Iterator[tuple[Path, str]]:
        """The shares must be of the parts, and make a whole."""
        for part in set(self.shares) - _PARTS:
            yield ("shares", part), f"unknown part; the parts are {', '.join(sorted(_PARTS))}"
        if abs(sum(self.shares.values()) - 1.0) > 1e-9:
            yield ("shares",), f"the shares add up to {sum(self.shares.values()):g}, not to 1"


KIND = TrainStepQuestion


def check(question: TrainStepQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Run both on the fixture, and where they differ say in which way."""

    variants = (*question.reference, *question.mistakes)

    def judge(student: StudentJob) -> Outcome:
        with ReferenceJob(question, variants, tools, _SECONDS) as references:
            return _Parity(question, student.job, references).judge()

    return with_student(question, answer, tools, judge)


@dataclass(frozen=True)
class _Explanation:
    """A right or wrong variant, and in which parts the student's loop differs from it."""

    variant: Reference
    differences: dict[str, list[str]]
    same_events: bool

    @property
    def rank(self) -> tuple[bool, int, bool]:
        """How little it leaves unexplained; nothing is explained where the weights differ."""
        trains_alike = "training" not in self.differences
        unexplained = len(self.differences) if trains_alike else 0
        return not trains_alike, unexplained, trains_alike and not self.same_events

    @property
    def is_right(self) -> bool:
        """Whether the loop does what a right one does."""
        return not self.differences and not isinstance(self.variant, WrongReference)


class _Parity:
    """One student's loop against the references."""

    def __init__(self, question: TrainStepQuestion, student: Job, references: ReferenceJob) -> None:
        self.question = question
        self.student = student
        self.references = references
        self.fixture = _fixture(references.seed)
        self.precision = "float64"

    def judge(self) -> Outcome:
        """The outcome; batches come from another device first, and moved only if that fails."""
        device_line = None
        try:
            mine = self._run_student(moved=False)
        except JobFailed as failed:
            if "ElsewhereError" not in failed.failure.message:
                raise
            device_line = _device_line(failed.failure)
            mine = self._run_student(moved=True)
        tolerance = _TOLERANCES[self.precision]
        best: _Explanation | None = None
        for variant in (*self.question.reference, *self.question.mistakes):
            theirs = self._run_reference(variant)
            different = differences(mine, theirs, tolerance)
            found = _Explanation(variant, different, pattern(mine) == pattern(theirs))
            best = found if best is None or found.rank < best.rank else best
            if found.is_right:
                break
        assert best is not None
        outcome = self._outcome(best, device_line)
        if best.is_right and mine["epochs"][0]["scores"] == "log-softmax":
            return replace(outcome, notes=(*outcome.notes, _LOG_SOFTMAX))
        return outcome

    def _outcome(self, best: _Explanation, device_line: str | None) -> Outcome:
        """Credit of the variant that explains most, less the parts it does not explain."""
        variant, found = best.variant, best.differences
        lines = [variant.feedback] if isinstance(variant, WrongReference) else []
        lines += [device_line] if device_line else []
        lines += itertools.chain.from_iterable(found.values())
        lost = set(found)
        if device_line is not None or "training" in found:
            # A loop that does not train as it should shows nothing about devices.
            lost.add("device")
        kept = 1.0 - sum(self.question.shares.get(part, 0.0) for part in lost)
        credit = round(max(0.0, variant.credit * kept), 6)
        same = "does exactly what" if not found else "comes nearest to what"
        return Outcome(
            self.question.id,
            of_credit(credit),
            credit,
            lines[0] if lines else "Right.",
            evidence=f"{same} {variant.name} does, over two epochs on the fixture",
            details=tuple(lines[1:]),
            notes=(variant.note,) if variant.note else (),
            hint=self.question.hint if lines else "",
            data={"like": variant.name, "differs": sorted(lost)},
        )

    def _run_student(self, *, moved: bool) -> dict[str, Any]:
        """The student's run in double precision, or single where their code converts to that."""
        operation = f"{STEPS}:run"
        try:
            report = self.student.call(operation, **self._arguments(self.question.name, moved))
        except JobFailed as failed:
            mixed = _MIXED_PRECISION.search(failed.failure.message)
            if self.precision == "float32" or mixed is None:
                raise
            self.precision = "float32"
            report = self.student.call(operation, **self._arguments(self.question.name, moved))
        if not _is_report(report):
            raise JobFailed(Failure("protocol", "the report of a training run is malformed"))
        result: dict[str, Any] = report
        return result

    def _run_reference(self, variant: Reference) -> dict[str, Any]:
        arguments = self._arguments(variant.object, moved=True)
        report: dict[str, Any] = self.references.recall(
            ("run", variant.object, self.precision),
            lambda: self.references.call(f"{STEPS}:run", **arguments),
        )
        return report

    def _arguments(self, name: str, moved: bool) -> dict[str, Any]:
        order = list(self.question.arguments)
        precision = self.precision
        return {
            "name": name,
            "order": order,
            "moved": moved,
            "precision": precision,
            **self.fixture,
        }


def _fixture(seed: int) -> dict[str, Any]:
    """Images with a class-dependent stripe, their labels, and the network's first weights."""
    chance = np.random.default_rng(seed + 9)
    labels = chance.integers(0, _CLASSES, _IMAGES)
    images = chance.normal(size=(_IMAGES, 1, 8, 8))
    images[np.arange(_IMAGES), 0, 2 * labels % 8] += 1.5
    weights = {
        "convolution.weight": chance.normal(0, 0.4, (6, 1, 3, 3)),
        "convolution.bias": chance.normal(0, 0.1, 6),
        "norm.weight": chance.uniform(0.5, 1.5, 6),
        "norm.bias": chance.normal(0, 0.1, 6),
        "head.weight": chance.normal(0, 0.3, (_CLASSES, 24)),
        "head.bias": chance.normal(0, 0.1, _CLASSES),
    }
    return {"weights": weights, "images": images, "labels": labels, "batch_size": _BATCH}


def _device_line(failure: Failure) -> str:
    where = f" ({failure.where}: {failure.line})" if failure.where else ""
    return (
        f"A batch is used before it is moved to `device`{where}. Images and labels both need "
        "`x = x.to(device)`; `.to` alone changes nothing."
    )


def _is_report(report: Any) -> bool:
    """Whether a job's answer has the form that the comparison relies on."""
    if not isinstance(report, dict) or not isinstance(report.get("state"), dict):
        return False
    epochs = report.get("epochs")
    if not isinstance(epochs, list) or len(epochs) != 2:
        return False
    return isinstance(report.get("rate"), float) and all(map(_is_epoch, epochs))


def _is_epoch(epoch: Any) -> bool:
    if not isinstance(epoch, dict):
        return False
    histories, kinds = epoch.get("histories"), epoch.get("kinds")
    if not (isinstance(histories, list) and isinstance(kinds, list)):
        return False
    events = epoch.get("events")
    return (
        isinstance(epoch.get("passes"), list)
        and isinstance(epoch.get("scores"), str)
        and isinstance(events, list)
        and all(isinstance(event, str) for event in events)
        and len(histories) == len(kinds) == len(HISTORIES)
        and all(isinstance(values, np.ndarray) and values.ndim == 1 for values in histories)
    )
