"""Grades one submission. This is the main flow of the whole product."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from autograder.checks.catalogue import kind_of
from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome, internal, unopened, unread
from autograder.checks.tools import Answer, Tools
from autograder.errors import AutograderError
from autograder.exercise.model import Exercise, Question
from autograder.grading.devices import Device, choose_device
from autograder.grading.digests import versions
from autograder.grading.marks import checked
from autograder.grading.memo import Memo
from autograder.grading.plan import Plan, make_plan
from autograder.grading.session import Session
from autograder.submission.collect import collect_files
from autograder.submission.files import FileSet, read_files
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

    def settled(self) -> Options:
        """The same with the device that `auto` means on this machine."""
        return replace(self, device=choose_device("auto")) if self.device == "auto" else self


_DEFAULTS: Final = Options()


def grade(
    exercise: Exercise,
    paths: Sequence[Path],
    options: Options = _DEFAULTS,
    on_outcome: Callable[[Grade], None] = lambda partial: None,
    session: Session | None = None,
) -> Grade:
    """Grade one submission on disk: read its files, and grade them.

    Raises:
        UsageError: the options are wrong.
        SubmissionError: a path does not exist.
    """
    started = time.monotonic()
    plan = make_plan(exercise, options.select)
    submission = _collected(exercise, plan, read_files(paths))
    return _graded(
        exercise, plan, submission, options, on_outcome, session=session, started=started
    )


def grade_files(
    exercise: Exercise,
    files: FileSet,
    options: Options = _DEFAULTS,
    session: Session | None = None,
    *,
    questions: Sequence[str] | None = None,
    memo: Memo | None = None,
    on_outcome: Callable[[Grade], None] = lambda partial: None,
) -> Grade:
    """Grade one submission whose files are in memory.

    What could not be read is no zero: where nothing could, each question is for a person; where
    something could not that may hold answers, those questions are to which no answer was found.
    `questions` are the only ones to check, of those that the options select; a `memo` lends the
    outcomes of answers that were judged before.

    Raises:
        UsageError: the options are wrong.
    """
    started = time.monotonic()
    plan = make_plan(exercise, options.select)
    submission = _collected(exercise, plan, files)
    if questions is not None:
        plan = plan.only(questions)
    return _graded(
        exercise,
        plan,
        submission,
        options,
        on_outcome,
        session=session,
        memo=memo,
        started=started,
    )


def _collected(exercise: Exercise, plan: Plan, files: FileSet) -> Submission:
    """The submission; it is the same whichever of the planned questions are checked."""
    ids = [question.id for question in exercise.questions]
    return collect_files(files, ids, notebook=exercise.code.notebook, names=plan.names)


def _graded(
    exercise: Exercise,
    plan: Plan,
    submission: Submission,
    options: Options,
    on_outcome: Callable[[Grade], None] = lambda partial: None,
    *,
    session: Session | None,
    memo: Memo | None = None,
    started: float,
) -> Grade:
    """Grade one submission.

    1. Start the fork server in the background, if a question needs code to run.
    2. Check the written questions meanwhile.
    3. Check the code, in a process that the questions share as far as all is right in it.
    4. Put the outcomes in the exercise's order. `on_outcome` sees the grade so far after each.

    A question whose check fails through our fault gets an outcome that says so; the others go on.
    A `session` lends its warm processes to many gradings.
    """
    device = choose_device(options.device)
    deadline = started + (options.seconds or exercise.policy.seconds) - _MARGIN_SECONDS
    with contextlib.ExitStack() as stack:
        session = session or stack.enter_context(Session(device, confined=options.confined))
        made_with = {
            **versions(),
            "exercise": exercise.id,
            "exercise_digest": session.digest_of(exercise),
            "submission_digest": submission.digest,
            "seed": options.seed,
            "device": device,
            "confined": options.confined,
        }
        run = _Run(exercise, plan, submission.notes, made_with, started, on_outcome)
        tools = stack.enter_context(
            session.tools(
                exercise,
                seed=options.seed,
                seconds=deadline - time.monotonic(),
                device=device,
                with_code=bool(plan.code and submission.sources),
            )
        )
        for question in (*plan.written, *plan.code):
            outcome = _check(question, submission, tools, memo)
            run.layers = tools.layers
            run.add(outcome)
    return run.grade()


def _check(question: Question, submission: Submission, tools: Tools, memo: Memo | None) -> Outcome:
    """The outcome of one question, whatever happens."""
    if tools.seconds_left <= 0:
        line = "The time for this submission was over before this question; staff will look at it."
        return Outcome(question.id, "skipped", None, line, evidence="out of time")
    if submission.problem:
        return unopened(question.id, submission.problem)
    started = time.monotonic()
    written = submission.answers.get(question.id)
    if written is not None and question.is_placeholder(written.text):
        written = None
    # What is written is judged by itself, so that the same answer has the same outcome everywhere.
    answer = Answer(written, submission.sources if kind_of(question).needs_code else ())
    try:
        outcome = _judged(question, answer, tools, memo)
    except AutograderError as error:
        outcome = internal(question.id, str(error))
    except Exception as error:
        outcome = internal(question.id, f"{type(error).__name__}: {error}{_where(error)}")
    if outcome.outcome == "unanswered" and submission.unread:
        outcome = unread(question.id, submission.unread[0].rstrip("."))
    return replace(outcome, seconds=round(time.monotonic() - started, 3))


def _judged(question: Question, answer: Answer, tools: Tools, memo: Memo | None) -> Outcome:
    """The outcome of an answer, from the memo where it is a written one that was judged before."""
    kind = kind_of(question)
    if memo is None or kind.needs_code or answer.written is None:
        return checked(answer, lambda read: kind.check(question, read, tools))
    known = memo.get(question, answer.written)
    if known is not None:
        return known
    before = tools.jobs
    outcome = checked(answer, lambda read: kind.check(question, read, tools))
    if tools.jobs == before:
        memo.put(question, answer.written, outcome)
    return outcome


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
        notes: tuple[str, ...],
        made_with: Mapping[str, Any],
        started: float,
        on_outcome: Callable[[Grade], None],
    ) -> None:
        self.exercise = exercise
        self.order = [question.id for question in plan.questions]
        self.notes = notes
        self.made_with = made_with
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
        made_with = {**self.made_with, "layers": list(self.layers)}
        seconds = round(time.monotonic() - self.started, 2)
        return Grade(self.exercise, outcomes, self.notes, made_with, seconds)
