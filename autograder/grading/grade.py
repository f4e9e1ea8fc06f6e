"""Grades one submission. This is the main flow of the whole product."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Final

import autograder
from autograder.checks.catalogue import kind_of
from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome, internal
from autograder.checks.tools import Answer, Tools
from autograder.errors import AutograderError, SubmissionError
from autograder.exercise.load import FILE
from autograder.exercise.model import Exercise, Question
from autograder.grading.devices import Device, choose_device
from autograder.grading.marks import checked
from autograder.grading.plan import Plan, make_plan
from autograder.grading.session import Session
from autograder.submission.collect import collect
from autograder.submission.model import Submission

_MARGIN_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Options:
    """How to grade; everything a grade depends on besides exercise and submission."""

    select: str = ""
    device: Device = "auto"
    seed: int = 0
    seconds: float | None = None
    confined: bool = True


_DEFAULTS: Final = Options()


def grade(
    exercise: Exercise,
    paths: Sequence[Path],
    options: Options = _DEFAULTS,
    on_outcome: Callable[[Grade], None] = lambda partial: None,
    session: Session | None = None,
) -> Grade:
    """Grade one submission.

    1. Plan which questions are checked, in which order.
    2. Read the submission into one answer for each question, with notes on what was odd.
    3. Start the fork server in the background, if a question needs code to run.
    4. Check the written questions meanwhile.
    5. Check the code, each question in a process of its own.
    6. Put the outcomes in the exercise's order. `on_outcome` sees the grade so far after each.

    A question whose check fails through our fault gets an outcome that says so; the others go on.
    A `session` lends its warm processes to many gradings.

    Raises:
        UsageError: the options are wrong.
    """
    started = time.monotonic()
    plan = make_plan(exercise, options.select)
    device = choose_device(options.device)
    submission = _read(paths, exercise, plan)
    deadline = started + (options.seconds or exercise.policy.seconds) - _MARGIN_SECONDS
    run = _Run(exercise, plan, submission, options, device, started, on_outcome)
    with contextlib.ExitStack() as stack:
        session = session or stack.enter_context(Session(device, confined=options.confined))
        tools = session.tools(
            exercise,
            seed=options.seed,
            seconds=deadline - time.monotonic(),
            device=device,
            with_code=bool(plan.code and submission.sources),
        )
        for question in (*plan.written, *plan.code):
            run.add(_check(question, submission, tools))
        run.layers = tools.server.layers if tools.server is not None else ()
    return run.grade()


def _read(paths: Sequence[Path], exercise: Exercise, plan: Plan) -> Submission:
    """The submission; one that cannot be read at all is an empty one with a note."""
    ids = [question.id for question in exercise.questions]
    try:
        return collect(paths, ids, notebook=exercise.code.notebook, names=plan.names)
    except SubmissionError as error:
        return Submission(notes=(f"Your submission could not be read: {error}.",))


def _check(question: Question, submission: Submission, tools: Tools) -> Outcome:
    """The outcome of one question, whatever happens."""
    if tools.seconds_left <= 0:
        line = "The time for this submission was over before this question; staff will look at it."
        return Outcome(question.id, "skipped", None, line, evidence="out of time")
    started = time.monotonic()
    written = submission.answers.get(question.id)
    if written is not None and question.is_placeholder(written.text):
        written = None
    answer = Answer(written, submission.sources)
    try:
        outcome = checked(answer, lambda read: kind_of(question).check(question, read, tools))
    except AutograderError as error:
        outcome = internal(question.id, str(error))
    except Exception as error:
        outcome = internal(question.id, f"{type(error).__name__}: {error}{_where(error)}")
    return replace(outcome, seconds=round(time.monotonic() - started, 3))


def _where(error: Exception) -> str:
    """The place in our code where an unexpected error came from."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None:
        return ""
    return f" ({Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno})"


class _Run:
    """The outcomes so far."""

    def __init__(
        self,
        exercise: Exercise,
        plan: Plan,
        submission: Submission,
        options: Options,
        device: str,
        started: float,
        on_outcome: Callable[[Grade], None],
    ) -> None:
        self.exercise = exercise
        self.order = [question.id for question in plan.questions]
        self.submission = submission
        self.options = options
        self.device = device
        self.started = started
        self.on_outcome = on_outcome
        self.outcomes: dict[str, Outcome] = {}
        self.layers: tuple[str, ...] = ()

    def add(self, outcome: Outcome) -> None:
        """Take in an outcome, and show the grade so far."""
        self.outcomes[outcome.question] = outcome
        self.on_outcome(self.grade())

    def grade(self) -> Grade:
        """The grade; questions not checked yet are marked as skipped."""
        missing = "This question was not reached."
        outcomes = tuple(
            self.outcomes.get(q) or Outcome(q, "skipped", None, missing, "not reached")
            for q in self.order
        )
        made_with = {
            **_versions(),
            "exercise": self.exercise.id,
            "exercise_digest": _digest(self.exercise.folder / FILE),
            "submission_digest": self.submission.digest,
            "seed": self.options.seed,
            "device": self.device,
            "confined": self.options.confined,
            "layers": list(self.layers),
        }
        seconds = round(time.monotonic() - self.started, 2)
        return Grade(self.exercise, outcomes, self.submission.notes, made_with, seconds)


def _versions() -> dict[str, str]:
    versions = {"autograder": autograder.__version__, "python": platform.python_version()}
    for package in ("sympy", "python-flint", "numpy", "torch"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    versions["platform"] = f"{sys.platform}-{platform.machine()}"
    return versions


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
