"""`training`: a model that must learn, judged by its accuracy on images whose labels it never sees.

The student's model is trained in the sandbox by our loop with a fixed seed; it returns predictions, and
the accuracy is counted here. An accuracy just below the threshold is measured again with other seeds
and judged on all runs together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from autograder.checks.code import CodeQuestion, with_student
from autograder.checks.outcome import Outcome, of_credit
from autograder.checks.tools import TRAINING, Answer, StudentJob, Tools
from autograder.exercise.model import SpecModel
from autograder.learning.accuracy import Accuracy, band_credit, decide
from autograder.learning.datasets import CLASSES, Dataset
from autograder.sandbox.failure import Failure, JobFailed

_UNTRAINED_LIMIT: Final = 0.35


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
    threshold: float = Field(gt=0, le=1, description="The accuracy for full credit.")
    zero: float = Field(0.5, ge=0, lt=1, description="The accuracy up to which there is none.")
    runs: int = Field(3, ge=1, le=10, description="The most runs when the accuracy is close.")
    seconds: float = Field(300.0, gt=0, description="Time for all runs together.")
    leaderboard: str = Field("", description="A leaderboard column for the accuracy.")


KIND = TrainingQuestion


@dataclass
class _Runs:
    """The runs so far, taken together."""

    accuracy: Accuracy = field(default_factory=lambda: Accuracy(0, 0))
    curves: list[list[float]] = field(default_factory=list)
    losses: list[list[float]] = field(default_factory=list)
    untrained: float = 0.0
    parameters: int = 0
    complete: bool = True


def check(question: TrainingQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Train, count, and decide; run again only while the accuracy is close below the threshold."""

    def judge(student: StudentJob) -> Outcome:
        setting = _setting(question, student)
        data = tools.dataset(question.dataset, setting.image_size)
        runs = _Runs()
        for number in range(question.runs):
            _run(question, setting, tools, data, student, runs, number)
            if not runs.complete or decide(runs.accuracy, question.threshold) != "close":
                break
        return _outcome(question, setting, data, runs)

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


def _run(
    question: TrainingQuestion,
    setting: Setting,
    tools: Tools,
    data: Dataset,
    student: StudentJob,
    runs: _Runs,
    number: int,
) -> None:
    """One training run, added to the others."""
    seconds = max(1.0, min(question.seconds, tools.seconds_left) * 0.9 / question.runs)
    report = student.job.call(
        f"{TRAINING}:train",
        name=question.name,
        arguments=list(setting.arguments),
        named=setting.named,
        images=data.normalised(data.train_images),
        labels=data.train_labels.astype(np.int64),
        test_images=data.normalised(data.test_images),
        classes=CLASSES,
        epochs=setting.epochs,
        batch_size=setting.batch_size,
        rate=setting.rate,
        seed=tools.seed + number,
        device=tools.device,
        seconds=seconds,
    )
    if not _is_report(report, len(data.test_labels)):
        raise JobFailed(Failure("protocol", "the report of a training run is malformed"))
    curve = [float((p == data.test_labels).mean()) for p in report["predictions"]]
    final = report["predictions"][-1]
    runs.accuracy += Accuracy(int((final == data.test_labels).sum()), len(final))
    runs.curves.append(curve)
    runs.losses.append([float(loss) for loss in report["losses"]])
    runs.untrained = max(runs.untrained, float((report["untrained"] == data.test_labels).mean()))
    runs.parameters = int(report["parameters"])
    runs.complete &= len(curve) == setting.epochs


def _outcome(question: TrainingQuestion, setting: Setting, data: Dataset, runs: _Runs) -> Outcome:
    accuracy, threshold = runs.accuracy, question.threshold
    size = f"{setting.image_size}×{setting.image_size}"
    evidence = f"{accuracy.correct} of {accuracy.total} right on held-out {data.name} of {size}"
    if len(runs.curves) > 1:
        evidence += f" over {len(runs.curves)} runs"
    report: dict[str, Any] = {
        "accuracy": accuracy.value,
        "interval": list(accuracy.interval()),
        "threshold": threshold,
        "curves": runs.curves,
        "losses": [[loss if np.isfinite(loss) else None for loss in run] for run in runs.losses],
        "parameters": runs.parameters,
        "dataset": data.name,
        "setting": setting.model_dump(mode="json"),
    }
    if runs.untrained > _UNTRAINED_LIMIT:
        line = (
            f"Before any training your model already classifies {100 * runs.untrained:.0f} % rightly, "
            "which an untrained model cannot. A person will look at it."
        )
        return Outcome(question.id, "undecided", None, line, evidence, data=report)
    if accuracy.value < threshold and not runs.complete:
        line = f"Training was cut off for lack of time at {accuracy}. A person will look at it."
        return Outcome(question.id, "undecided", None, line, evidence, data=report)
    credit = round(band_credit(accuracy.value, threshold, question.zero), 4)
    asked = f"{100 * threshold:g} %"
    line = f"Accuracy {accuracy}; {asked} is asked for."
    hint = "" if credit == 1.0 else question.hint
    return Outcome(question.id, of_credit(credit), credit, line, evidence, hint=hint, data=report)


def _is_report(report: Any, count: int) -> bool:
    """Whether a job's answer has the form that counting relies on."""
    if not isinstance(report, dict) or not isinstance(report.get("predictions"), list):
        return False
    predictions = [*report["predictions"], report.get("untrained")]
    return (
        len(predictions) > 1
        and all(isinstance(p, np.ndarray) and p.shape == (count,) for p in predictions)
        and isinstance(report.get("losses"), list)
        and all(isinstance(loss, float) for loss in report["losses"])
        and isinstance(report.get("parameters"), int)
    )
