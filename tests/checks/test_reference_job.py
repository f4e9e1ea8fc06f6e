"""References are asked once in a session, and again when anything they depend on has changed."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise
from autograder.sandbox.job import Job

QUESTION = """
questions:
  - id: model
    kind: module
    title: A model
    name: get_model
    reference: right.py:get_model
    cases:
      - {arguments: [], input: [2, 4]}
      - {arguments: [], input: [3, 4]}
"""
MODEL = """
import torch.nn as nn

def get_model():
    return nn.Sequential(nn.Linear(4, 5), nn.ACTIVATION(), nn.Linear(5, 2))
"""
RELU, TANH = MODEL.replace("ACTIVATION", "ReLU"), MODEL.replace("ACTIVATION", "Tanh")


def test_a_second_submission_needs_no_process_for_the_reference(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade], jobs: list[Job]
) -> None:
    exercise = make_exercise(QUESTION, right__py=RELU)
    assert grade_files(exercise, {"solution.py": RELU}).outcomes[0].credit == 1.0
    first = len(jobs)
    again = grade_files(exercise, {"solution.py": f"# another\n{RELU}"}).outcomes[0]
    assert again.credit == 1.0
    assert len(jobs) - first == first - 1


def test_a_network_that_is_known_is_built_again_for_what_is_not(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]
) -> None:
    exercise = make_exercise(QUESTION, right__py=RELU)
    assert grade_files(exercise, {"solution.py": RELU}).outcomes[0].credit == 1.0
    wrong = grade_files(exercise, {"solution.py": TANH}).outcomes[0]
    assert (wrong.outcome, wrong.credit) == ("wrong", 0.0)
    assert "A ReLU is missing before the 2nd linear layer" in wrong.line


def test_a_changed_reference_is_asked_anew(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]
) -> None:
    answer = {"solution.py": RELU}
    assert grade_files(make_exercise(QUESTION, right__py=RELU), answer).outcomes[0].credit == 1.0
    assert grade_files(make_exercise(QUESTION, right__py=TANH), answer).outcomes[0].credit == 0.0


def test_the_seed_changes_weights_and_not_the_outcome(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]
) -> None:
    exercise = make_exercise(QUESTION, right__py=RELU)
    for seed in (0, 1):
        assert grade_files(exercise, {"solution.py": RELU}, seed=seed).outcomes[0].credit == 1.0
        assert grade_files(exercise, {"solution.py": TANH}, seed=seed).outcomes[0].credit == 0.0
