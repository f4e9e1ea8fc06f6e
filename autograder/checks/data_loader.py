"""`data-loader`: a function that makes loaders, probed for what the loaders yield.

The files it reads hold digits that the grader knows, so that normalisation, split, order and size are
compared with numbers and not with code. Every option must reach both loaders.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from autograder.checks.code import CodeQuestion, with_student
from autograder.checks.outcome import Outcome, of_credit
from autograder.checks.tools import LOADERS, Answer, StudentJob, Tools
from autograder.exercise.model import SpecModel
from autograder.learning.datasets import spread, visible
from autograder.sandbox.failure import Failure, JobFailed
from autograder.sandbox.job import Job

Array = np.ndarray[Any, Any]
Part = Literal["normalisation", "splits", "shuffling", "batches", "options"]

_ITEMS: Final = 6
_TOLERANCE: Final = 1e-3
_SETS: Final = ("training", "validation")


class Statistics(SpecModel):
    """What a data set is normalised with, as the exercise states it."""

    mean: float
    std: float = Field(gt=0)


class DataLoaderQuestion(CodeQuestion):
    """A function `(base_dataset, batch_size, **options) -> (train_loader, val_loader)`."""

    kind: Literal["data-loader"]
    datasets: dict[Literal["MNIST", "FashionMNIST"], Statistics] = Field(min_length=1)
    batch_size: int = Field(50, gt=1)
    options: dict[Literal["img_size", "random_shift", "scramble_image", "noise"], Any] = Field(
        default_factory=dict, description="Options that must reach both sets, with a value to try."
    )
    shares: dict[Part, float] = Field(
        default={
            "normalisation": 0.25, "splits": 0.2, "shuffling": 0.15, "batches": 0.15, "options": 0.25,
        },
        description="What each part is worth.",
    )  # fmt: skip

    @property
    def is_exact(self) -> bool:
        """It takes seconds and no chance, so it may share a process."""
        return True


KIND = DataLoaderQuestion


@dataclass(frozen=True)
class _Finding:
    """Something that is wrong, and the part it costs."""

    part: Part
    line: str


def check(question: DataLoaderQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Probe the loaders of every data set plainly, then with each option."""

    def judge(student: StudentJob) -> Outcome:
        findings = list(_probe(question, student.job))
        return _outcome(question, findings)

    return with_student(question, answer, tools, judge)


def _probe(question: DataLoaderQuestion, job: Job) -> Iterator[_Finding]:
    first = next(iter(question.datasets))
    plain: dict[str, Any] = {}
    for name, statistics in question.datasets.items():
        reports = _inspect(question, job, name, {}, whole=name == first)
        yield from _plain_findings(question, name, statistics, reports, whole=name == first)
        plain[name] = reports
    large: list[dict[str, Any]] | None = None
    for option, value in question.options.items():
        before, tried, moves = plain[first], {str(option): value}, option == "random_shift"
        if moves:
            # A shift needs room, so it is tried on the larger image.
            base = {str(k): v for k, v in question.options.items() if k == "img_size"}
            before = large or _inspect(question, job, first, base, twice=True)
            tried = base | tried
        large_too = option == "img_size" and "random_shift" in question.options
        reports = _inspect(question, job, first, tried, twice=moves or large_too)
        large = reports if large_too else large
        yield from _option_findings(option, value, before, reports)


def _inspect(
    question: DataLoaderQuestion,
    job: Job,
    dataset: str,
    options: dict[str, Any],
    *,
    twice: bool = False,
    whole: bool = False,
) -> list[dict[str, Any]]:
    reports = job.call(
        f"{LOADERS}:inspect",
        name=question.name,
        dataset=dataset,
        batch_size=question.batch_size,
        options=options,
        items=_ITEMS,
        twice=twice,
        whole=whole,
    )
    form = isinstance(reports, list) and len(reports) == 2
    if not form or not all(_is_report(report, twice, whole) for report in reports):
        raise JobFailed(Failure("protocol", "the report on the loaders is malformed"))
    result: list[dict[str, Any]] = reports
    return result


def _plain_findings(
    question: DataLoaderQuestion,
    name: str,
    statistics: Statistics,
    reports: list[dict[str, Any]],
    *,
    whole: bool,
) -> Iterator[_Finding]:
    truth = visible(name)
    splits = ((truth.train_images, truth.train_labels), (truth.test_images, truth.test_labels))
    for which, report, (images, labels) in zip(_SETS, reports, splits, strict=True):
        if report["length"] != len(images):
            yield _Finding("splits", _length_line(name, which, report["length"], splits))
            continue
        places = spread(len(images), _ITEMS)
        expected = images[places].astype(np.float64) / 255.0
        yield from _normalisation(name, which, statistics, report, expected)
        if not np.array_equal(report["labels"], labels[places]):
            yield _Finding(
                "splits", f"{name}: the labels of the {which} set are not the images' own."
            )
    if whole:
        yield from _order_findings(question, reports)


def _length_line(
    name: str, which: str, length: int, splits: tuple[tuple[Array, Array], tuple[Array, Array]]
) -> str:
    """A set of the wrong length, and whether it is the other split."""
    train, test = len(splits[0][0]), len(splits[1][0])
    wanted = ("training", train) if which == "training" else ("test", test)
    line = f"{name}: the {which} set has {length} images"
    if length == (test if which == "training" else train):
        line += f", which is the {'test' if which == 'training' else 'training'} split"
    return f"{line}; it should be the {wanted[0]} split with {wanted[1]}."


def _normalisation(
    name: str, which: str, statistics: Statistics, report: dict[str, Any], expected: Array
) -> Iterator[_Finding]:
    items = report["items"].astype(np.float64)
    if items.shape != (len(expected), 1, *expected.shape[1:]):
        shape = "×".join(str(n) for n in items.shape[1:])
        yield _Finding(
            "normalisation", f"{name}: an image of the {which} set is {shape}, not 1×28×28."
        )
        return
    pixels = items[:, 0]
    if np.abs(pixels - (expected - statistics.mean) / statistics.std).max() <= _TOLERANCE:
        return
    line = f"{name}: the {which} images are not normalised with mean {statistics.mean} and "
    line += f"standard deviation {statistics.std}"
    if np.abs(pixels - expected).max() <= _TOLERANCE:
        line += "; they are still between 0 and 1 (no Normalize?)"
    else:
        mean, deviation = _implied(pixels, expected)
        line += f"; what you have looks like mean {mean:.4g} and {deviation:.4g}"
    yield _Finding("normalisation", f"{line}.")


def _implied(pixels: Array, expected: Array) -> tuple[float, float]:
    """The mean and deviation that turn the plain pixels into the given ones, by least squares."""
    slope, offset = np.polyfit(expected.ravel(), pixels.ravel(), 1)
    deviation = 1.0 / slope if slope else float("inf")
    return -offset * deviation, deviation


def _order_findings(
    question: DataLoaderQuestion, reports: list[dict[str, Any]]
) -> Iterator[_Finding]:
    for which, report in zip(_SETS, reports, strict=True):
        sizes, seen = report["batches"][0], sum(report["batches"][0])
        # A set with fewer images than a batch has lost its credit for that, and yields what it can.
        if sizes and sizes[0] != min(question.batch_size, report["length"]):
            yield _Finding(
                "batches",
                f"batch_size={question.batch_size}: the {which} loader yields batches of {sizes[0]}.",
            )
        if seen != report["length"]:
            line = f"The {which} loader yields {seen} of {report['length']} images (drop_last?)."
            yield _Finding("batches", line)
    first, second = reports[0]["prints"]
    in_order = np.array_equal(first, second)
    if in_order:
        yield _Finding("shuffling", "The training loader yields the same order in every epoch.")
    elif len(first) == reports[0]["length"] and not np.allclose(np.sort(first), np.sort(second)):
        yield _Finding("shuffling", "The training loader does not yield each image once an epoch.")


def _option_findings(
    option: str, value: Any, plain: list[dict[str, Any]], reports: list[dict[str, Any]]
) -> Iterator[_Finding]:
    ignored = [
        which
        for which, before, after in zip(_SETS, plain, reports, strict=True)
        if not _REACHED[option](value, before, after)
    ]
    if len(ignored) == 2:
        yield _Finding("options", f"{option}={value} has no effect.")
    elif ignored:
        yield _Finding("options", f"{option}={value} does not reach the {ignored[0]} set.")


def _size_reached(value: Any, before: dict[str, Any], after: dict[str, Any]) -> bool:
    return bool(after["items"].shape[-2:] == (value, value))


def _shift_reached(value: Any, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """A shifted image is elsewhere than in the middle, or moves between two fetches."""
    moves = not np.array_equal(after["items"], after["again"])
    moved_before = not np.array_equal(before["items"], before["again"])
    return moves or (not moved_before and not np.array_equal(after["items"], before["items"]))


def _scramble_reached(value: Any, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """A scrambled image has the same pixels in other places."""
    if before["items"].shape != after["items"].shape:
        return False
    same_pixels = np.allclose(
        np.sort(before["items"], None), np.sort(after["items"], None), atol=1e-3
    )
    return bool(same_pixels and not np.allclose(before["items"], after["items"], atol=1e-3))


def _noise_reached(value: Any, before: dict[str, Any], after: dict[str, Any]) -> bool:
    if before["items"].shape != after["items"].shape:
        return False
    return float(np.std(after["items"] - before["items"])) > 0.05 * float(value)


_REACHED: Final = {
    "img_size": _size_reached,
    "random_shift": _shift_reached,
    "scramble_image": _scramble_reached,
    "noise": _noise_reached,
}


def _outcome(question: DataLoaderQuestion, findings: list[_Finding]) -> Outcome:
    lost = {finding.part for finding in findings}
    credit = round(sum(s for part, s in question.shares.items() if part not in lost), 6)
    lines = list(dict.fromkeys(finding.line for finding in findings))
    return Outcome(
        question.id,
        of_credit(credit),
        credit,
        lines[0] if lines else "Right.",
        evidence=(
            f"wrong: {', '.join(sorted(lost))}"
            if lost
            else "splits, pixels, labels, order, batches and options are as asked"
        ),
        details=tuple(lines[1:8]),
        hint=question.hint if lines else "",
        data={"wrong": sorted(lost)},
    )


def _is_report(report: Any, twice: bool, whole: bool) -> bool:
    """Whether a job's answer has the form that the probes rely on."""
    if not isinstance(report, dict) or not isinstance(report.get("length"), int):
        return False
    count = len(spread(report["length"], _ITEMS))
    for name in ("items", "labels", *(("again",) if twice else ())):
        array = report.get(name)
        if not isinstance(array, np.ndarray) or len(array) != count or not np.isfinite(array).all():
            return False
    rounds = [report.get(name) for name in ("batches", "prints")] if whole else []
    return all(isinstance(part, list) and len(part) == 2 for part in rounds)
