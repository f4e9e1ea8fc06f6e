"""`training`: a model that must learn, judged by its accuracy on images whose labels it never sees.

The student's model is trained in the sandbox, by our loop or their own; it returns predictions, and the
accuracy is counted here. The names of the classes are shuffled, so that a model which brings answers
along has learnt the wrong ones. A rule with stated error rates decides (`learning/accuracy.py`): runs
with other seeds are averaged while it is close, and a person looks where it stays so.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from autograder.checks.code import CodeQuestion, OneReference, with_student
from autograder.checks.outcome import Outcome, of_credit
from autograder.checks.tools import TRAINING, Answer, StudentJob, Tools, reference_call
from autograder.checks.train_step import Role
from autograder.exercise.document import Path
from autograder.exercise.model import SpecModel
from autograder.learning.accuracy import Accuracy, Rule, band_credit, binomial_spread
from autograder.learning.datasets import CLASSES, Dataset
from autograder.sandbox.failure import Failure, JobFailed
from autograder.sandbox.job import Job
from autograder.sandbox.limits import MEBIBYTE, Limits

Array = np.ndarray[Any, Any]

_UNTRAINED_LIMIT: Final = 0.35
_HOPELESS_AFTER: Final = 2  # epochs of one answer for all images, or of a loss that is no number
_CUDA_LIBRARIES: Final = 6 << 30  # bytes
_RESERVE: Final = 0.85  # of the time that is left, for all runs of a question
_ROLES: Final = ("model", "optimizer", "scheduler", "criterion", "loader", "epoch", "device")


class Setting(SpecModel):
    """How a model is built and trained."""

    arguments: tuple[Any, ...] = ()
    named: dict[str, Any] = Field(default_factory=dict)
    image_size: int = Field(28, ge=4, le=224)
    epochs: int = Field(5, ge=1, le=200)
    batch_size: int = Field(32, ge=1)
    rate: float = Field(1e-3, gt=0, description="The first learning rate.")


class TrainingQuestion(CodeQuestion):
    """A function that gives an untrained nn.Module; it is trained with AdamW and a cosine schedule."""

    kind: Literal["training"]
    dataset: Literal["digits", "mnist", "fashion-mnist"] = "digits"
    training: Setting
    fallback: Setting | None = Field(
        None, description="For models that cannot take images of the first setting's size."
    )
    loop: str = Field(
        "", description="The student's function that trains an epoch; empty for the grader's loop."
    )
    loop_arguments: tuple[Role, ...] = Field(_ROLES, description="What each argument of it is.")
    threshold: float | None = Field(
        None, gt=0, le=1, description="The accuracy for full credit; or give `reference`."
    )
    reference: OneReference | None = Field(
        None, description="A right model, trained with the same data in the same order."
    )
    within: float = Field(
        0.01, ge=0, lt=1, description="How far below the reference's accuracy is still full credit."
    )
    spread: float | None = Field(
        None, gt=0, lt=0.5, description="Standard deviation of the accuracy from seed to seed."
    )
    zero: float = Field(0.5, ge=0, lt=1, description="The accuracy up to which there is none.")
    runs: int = Field(3, ge=1, le=10, description="The most runs when the accuracy is close.")
    seconds: float = Field(300.0, gt=0, description="Time for all runs together.")
    gpu_memory: int = Field(4096, gt=0, description="Memory of a GPU for one submission, in MiB.")
    leaderboard: str = Field("", description="A leaderboard column for the accuracy.")

    @property
    def names(self) -> tuple[str, ...]:
        """Every definition the question needs, the graded one first."""
        return (*super().names, *((self.loop,) if self.loop else ()))

    @property
    def trains(self) -> bool:
        """Training may use a GPU."""
        return True

    def limits(self, tools: Tools) -> Limits:
        """The limits of a job; on a GPU, CUDA's libraries take memory of the machine besides."""
        limits = super().limits(tools)
        if tools.device != "cuda":
            return limits
        return replace(limits, memory=limits.memory + _CUDA_LIBRARIES)

    def files(self) -> Iterator[tuple[Path, str]]:
        """The reference's file."""
        if self.reference is not None:
            yield ("reference",), self.reference.file

    def check(self) -> Iterator[tuple[Path, str]]:
        """One of the two ways to say what is enough."""
        if (self.threshold is None) == (self.reference is None):
            yield ("threshold",), "give either a threshold or a reference"


KIND = TrainingQuestion


@dataclass
class _Trained:
    """One run: its accuracy after each epoch, and how it went."""

    correct: int = 0
    curve: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    untrained: float = 0.0
    parameters: int = 0
    planned: int = 0
    hopeless: bool = False

    @property
    def accuracy(self) -> float:
        """After the last epoch."""
        return self.curve[-1] if self.curve else 0.0


def check(question: TrainingQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Train, count and decide; train again with another seed while the rule asks for it."""

    def judge(student: StudentJob) -> Outcome:
        setting = _setting(question, student)
        data = tools.dataset(question.dataset, setting.image_size)
        if question.reference is None:
            return _Training(question, setting, tools, data, student.job, None).judge()
        objects = [(question.reference.file, question.reference.name)]
        with tools.reference(objects, Limits(seconds=question.seconds)) as reference:
            return _Training(question, setting, tools, data, student.job, reference).judge()

    return with_student(question, answer, tools, judge)


def _setting(question: TrainingQuestion, student: StudentJob) -> Setting:
    """The setting to train in: the fallback for a model that the first one's images do not fit."""
    setting = question.training
    if question.fallback is None:
        return setting
    fits = student.job.call(
        f"{TRAINING}:accepts",
        name=question.name,
        arguments=list(setting.arguments),
        named=setting.named,
        shape=[2, 1, setting.image_size, setting.image_size],
    )
    return setting if fits is True else question.fallback


class _Training:
    """The runs of one student's model, beside those of the reference if there is one."""

    def __init__(
        self,
        question: TrainingQuestion,
        setting: Setting,
        tools: Tools,
        data: Dataset,
        student: Job,
        reference: Job | None,
    ) -> None:
        self.question = question
        self.setting = setting
        self.tools = tools
        self.data = data
        self.student = student
        self.reference = reference
        self.ends = time.monotonic() + _RESERVE * min(question.seconds, tools.seconds_left)
        self.mine: list[_Trained] = []
        self.theirs: list[_Trained] = []
        self.images = data.normalised(data.train_images)
        self.test_images = data.normalised(data.test_images)

    def judge(self) -> Outcome:
        """The outcome of as many runs as the rule asks for."""
        decision = "again"
        while decision == "again":
            self._run(len(self.mine))
            latest = self.mine[-1]
            if latest.untrained > _UNTRAINED_LIMIT:
                return self._person(
                    f"Before any training your model already classifies {100 * latest.untrained:.0f} % "
                    "rightly, which an untrained model cannot."
                )
            if latest.planned == 0:
                return self._person(
                    "Your model is too slow to be trained here in the time there is."
                )
            decision = self.rule.decide(self._compared())
            if latest.planned < self.setting.epochs and decision != "reached":
                return self._person(
                    f"There was time for {latest.planned} of {self.setting.epochs} epochs only, with an "
                    f"accuracy of {100 * latest.accuracy:.1f} %."
                )
        if decision == "undecided":
            return self._person(
                f"Accuracy {self.accuracy}; {100 * self.threshold:.4g} % is asked for, and the difference "
                "is smaller than chance."
            )
        return self._decided()

    def _run(self, number: int) -> None:
        """One run of the student's model, and of the reference with the same data in the same order."""
        left = max(1.0, (self.ends - time.monotonic()) / (2 if self.reference else 1))
        seconds = left / (1 if number else min(2, self.question.runs))
        if self.reference is not None and self.question.reference is not None:
            name = self.question.reference.object
            self.theirs.append(self._train(self.reference, name, number, seconds))
        self.mine.append(self._train(self.student, self.question.name, number, seconds))

    @property
    def threshold(self) -> float:
        """The accuracy for full credit."""
        if self.question.threshold is not None:
            return self.question.threshold
        mean = sum(run.accuracy for run in self.theirs) / len(self.theirs)
        return max(0.0, mean - self.question.within)

    @property
    def rule(self) -> Rule:
        """Decides; with a reference from the differences of paired runs."""
        fixed = self.question.threshold
        spread = self.question.spread or binomial_spread(self.threshold, len(self.test_images))
        if fixed is not None:
            return Rule(fixed, spread, self.question.runs)
        return Rule(-self.question.within, math.sqrt(2) * spread, self.question.runs)

    def _compared(self) -> list[float]:
        if not self.theirs:
            return [run.accuracy for run in self.mine]
        return [a.accuracy - b.accuracy for a, b in zip(self.mine, self.theirs, strict=True)]

    @property
    def accuracy(self) -> Accuracy:
        """Of all runs together."""
        correct = sum(run.correct for run in self.mine)
        return Accuracy(correct, len(self.mine) * len(self.data.test_labels))

    def _train(self, job: Job, name: str, number: int, seconds: float) -> _Trained:
        """Train until the epochs are over, the outcome is certain, or the time is."""
        classes = _shuffled_classes(self.tools.seed, number)
        ends = time.monotonic() + seconds
        begun = self._call(job, "begin", **self._begin(name, number, seconds, classes))
        if not _is_begun(begun, len(self.test_images)):
            raise JobFailed(Failure("protocol", "the report of a training run is malformed"))
        # Answers that were brought along bear the classes' own names.
        known = [(begun["untrained"] == labels).mean() for labels in self._labels(classes)]
        run = _Trained(untrained=float(max(known)), parameters=begun["parameters"])
        run.planned = min(self.setting.epochs, max(0, begun["epochs"]))
        while len(run.curve) < run.planned and not self._is_certain(run):
            if time.monotonic() > ends:
                run.planned = len(run.curve)
                break
            report = self._call(job, "advance")
            if not _is_epoch(report, len(self.test_images)):
                raise JobFailed(Failure("protocol", "the report of a training run is malformed"))
            self._count(run, report, classes)
        return run

    def _begin(self, name: str, number: int, seconds: float, classes: Array) -> dict[str, Any]:
        setting, mine = self.setting, name == self.question.name
        return {
            "name": name,
            "arguments": list(setting.arguments),
            "named": setting.named,
            "images": self.images,
            "labels": classes[self.data.train_labels],
            "test_images": self.test_images,
            "classes": CLASSES,
            "epochs": setting.epochs,
            "batch_size": setting.batch_size,
            "rate": setting.rate,
            "seed": self.tools.seed + number,
            "device": self.tools.device,
            "gpu_memory": self.question.gpu_memory * MEBIBYTE,
            "seconds": seconds,
            "loop": self.question.loop if mine else "",
            "roles": list(self.question.loop_arguments),
        }

    def _call(self, job: Job, operation: str, **arguments: Any) -> Any:
        if job is self.reference:
            return reference_call(job, f"{TRAINING}:{operation}", **arguments)
        return job.call(f"{TRAINING}:{operation}", **arguments)

    def _labels(self, classes: Array) -> tuple[Array, Array]:
        """The test labels by their own names and by those of this run."""
        return self.data.test_labels, classes[self.data.test_labels]

    def _count(self, run: _Trained, report: dict[str, Any], classes: Array) -> None:
        predictions = report["predictions"]
        run.correct = int((predictions == self._labels(classes)[1]).sum())
        run.curve.append(run.correct / len(predictions))
        run.losses.append(float(report["loss"]))
        same = bool((predictions == predictions[0]).all())
        lost = not self.question.loop and not math.isfinite(run.losses[-1])
        run.hopeless = len(run.curve) >= _HOPELESS_AFTER and (same or lost)

    def _is_certain(self, run: _Trained) -> bool:
        """Whether more epochs cannot change the outcome; a leaderboard wants them all."""
        if run.hopeless:
            return True
        threshold = self.question.threshold
        if self.question.leaderboard or threshold is None or not run.curve:
            return False
        return run.accuracy >= threshold + 2 * self.rule.reach(1)

    def _decided(self) -> Outcome:
        credit = round(band_credit(self.accuracy.value, self.threshold, self.question.zero), 4)
        if self.rule.decide(self._compared()) == "reached":
            credit = 1.0
        asked = f"{100 * self.threshold:.4g} %"
        line = f"Accuracy {self.accuracy}; {asked} is asked for."
        notes: tuple[str, ...] = ()
        planned = self.mine[-1].planned
        if planned < self.setting.epochs:
            notes = (f"There was time for {planned} of {self.setting.epochs} epochs only.",)
        hint = "" if credit == 1.0 else self.question.hint
        return Outcome(
            self.question.id, of_credit(credit), credit, line, self._evidence(),
            notes=notes, hint=hint, data=self._data(),
        )  # fmt: skip

    def _person(self, line: str) -> Outcome:
        line = f"{line} A person will look at it."
        evidence = self._evidence()
        return Outcome(self.question.id, "undecided", None, line, evidence, data=self._data())

    def _evidence(self) -> str:
        size = f"{self.setting.image_size}×{self.setting.image_size}"
        accuracy, data = self.accuracy, self.data
        line = f"{accuracy.correct} of {accuracy.total} right on held-out {data.name} of {size}"
        line += f" over {len(self.mine)} runs" if len(self.mine) > 1 else ""
        line += f"; trained by your {self.question.loop}" if self.question.loop else ""
        if self.theirs:
            theirs = sum(run.accuracy for run in self.theirs) / len(self.theirs)
            line += f"; the reference has {100 * theirs:.1f} %"
        return line

    def _data(self) -> dict[str, Any]:
        """Curves and settings, for the report and for making the grade again."""
        data: dict[str, Any] = {
            "accuracy": self.accuracy.value,
            "interval": list(self.accuracy.interval()),
            "threshold": self.threshold,
            "spread": self.rule.spread,
            "curves": [run.curve for run in self.mine],
            "losses": [_finite(run.losses) for run in self.mine],
            "parameters": self.mine[-1].parameters,
            "dataset": self.data.name,
            "device": self.tools.device,
            "setting": self.setting.model_dump(mode="json"),
        }
        if self.theirs:
            data["reference_curves"] = [run.curve for run in self.theirs]
        return data


def _shuffled_classes(seed: int, number: int) -> Array:
    """Another name for each class, which a student cannot foresee."""
    names: Array = np.random.default_rng([seed, number, CLASSES]).permutation(CLASSES)
    return names.astype(np.int64)


def _finite(losses: Sequence[float]) -> list[float | None]:
    return [loss if math.isfinite(loss) else None for loss in losses]


def _is_begun(report: Any, count: int) -> bool:
    """Whether a job's answer has the form that counting relies on."""
    if not isinstance(report, dict):
        return False
    numbers = [report.get(name) for name in ("parameters", "epochs")]
    return all(isinstance(n, int) for n in numbers) and _is_labels(report.get("untrained"), count)


def _is_epoch(report: Any, count: int) -> bool:
    if not isinstance(report, dict) or not isinstance(report.get("loss"), float):
        return False
    return _is_labels(report.get("predictions"), count)


def _is_labels(labels: Any, count: int) -> bool:
    return isinstance(labels, np.ndarray) and labels.shape == (count,)
