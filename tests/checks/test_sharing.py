"""Exact checks share a process, and no question's code can cost or gain another one anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from autograder.checks.grade import Grade
from autograder.checks.sharing import SharedJob
from autograder.exercise.model import Exercise
from autograder.grading.session import Session
from autograder.sandbox.job import Job
from autograder.sandbox.limits import MEBIBYTE, Limits

QUESTIONS = """
questions:
  - id: first
    kind: module
    title: First
    name: get_first
    reference: right.py:get_first
    cases: [{arguments: [], input: [2, 4]}]
  - id: second
    kind: module
    title: Second
    name: get_second
    reference: right.py:get_second
    cases: [{arguments: [], input: [2, 4]}]
"""
HEAD = """
import os, sys, threading, time
import torch
import torch.nn as nn
import torch.nn.functional as F

SEEN = []
"""
FIRST = """
def get_first():
    SEEN.append(1)
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
"""
SECOND = """
def get_second():
    assert not SEEN, "the other question's code has been here"
    return Second()

class Second(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.activation = nn.Linear(4, 3), nn.Linear(3, 2), nn.ReLU()

    def forward(self, x):
        return self.b(self.activation(self.a(x)))
"""
RIGHT = HEAD + FIRST + SECOND
WRONG_SECOND = SECOND.replace("nn.ReLU()", "nn.Tanh()")
# In a process in which the first question's code has done it, a wrong second would be right.
MISCHIEF = {
    "a layer's method": "nn.Tanh.forward = nn.ReLU.forward",
    "a class of layers": "nn.Tanh = nn.ReLU",
    "a function": "torch.tanh = torch.relu",
    "a module": "sys.modules['torch.nn'] = type('fake', (), dict(vars(nn), Tanh=nn.ReLU))",
    "the precision": "torch.set_default_dtype(torch.float64)",
    "gradients": "torch.set_grad_enabled(False)",
    "the recursion limit": "sys.setrecursionlimit(150)",
    "a thread": "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "a death": "os._exit(3)",
    "an exit": "raise SystemExit",
    "an open end": "sys.stdout.write('x' * 3_000_000)",
}


@pytest.fixture
def credit_of(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]
) -> Callable[[str], list[float | None]]:
    exercise = make_exercise(QUESTIONS, right__py=RIGHT)

    def graded(code: str) -> list[float | None]:
        return [o.credit for o in grade_files(exercise, {"solution.py": code}).outcomes]

    return graded


def test_what_is_right_needs_one_process(
    credit_of: Callable[[str], list[float | None]], jobs: list[Job]
) -> None:
    assert credit_of(RIGHT) == [1.0, 1.0]  # the references are asked
    jobs.clear()
    assert credit_of(RIGHT) == [1.0, 1.0]
    assert len(jobs) == 1
    assert jobs[0].has_ended


def test_what_is_wrong_is_judged_in_a_process_of_its_own(
    credit_of: Callable[[str], list[float | None]], jobs: list[Job]
) -> None:
    assert credit_of(HEAD + FIRST + WRONG_SECOND) == [1.0, 0.0]  # the references are asked
    jobs.clear()
    assert credit_of(HEAD + FIRST + WRONG_SECOND) == [1.0, 0.0]
    assert len(jobs) == 2
    assert all(job.has_ended for job in jobs)


@pytest.mark.parametrize("mischief", MISCHIEF.values(), ids=MISCHIEF)
def test_one_question_s_code_changes_nothing_for_another(
    mischief: str, credit_of: Callable[[str], list[float | None]]
) -> None:
    first = FIRST.replace("SEEN.append(1)", mischief)
    assert credit_of(HEAD + first + SECOND)[1] == 1.0
    assert credit_of(HEAD + first + WRONG_SECOND)[1] == 0.0


@pytest.fixture
def shared(session: Session) -> Iterator[SharedJob]:
    server = session.server()
    assert server is not None
    shared = SharedJob(server.job)
    yield shared
    shared.close()


def test_a_process_goes_on_for_questions_of_the_same_memory(shared: SharedJob) -> None:
    limits = Limits(memory=512 * MEBIBYTE)
    first = shared.next(limits)
    assert shared.next(limits) is first
    other = shared.next(Limits(memory=256 * MEBIBYTE))
    assert other is not first
    assert first.has_ended


def test_a_process_that_is_gone_is_replaced(shared: SharedJob) -> None:
    first = shared.next(Limits())
    first.close()
    second = shared.next(Limits())
    assert second is not first
    assert not second.has_ended
