"""References: files of right and wrong implementations, whatever their names are."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise

QUESTION = """
questions:
  - id: model
    kind: module
    title: A model
    name: get_model
    reference: right.py:get_model
    cases:
      - {arguments: [], input: [2, 4]}
    mistakes:
      - {object: "wrong.py:get_model", feedback: There is no ReLU., credit: 0.5}
"""
RIGHT = """
import torch.nn as nn
WIDTH = 5
def get_model():
    return nn.Sequential(nn.Linear(4, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 2))
"""
WRONG = """
import torch.nn as nn
WIDTH = 6
def get_model():
    return nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 2))
"""


def test_two_files_may_use_the_same_names(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]
) -> None:
    exercise = make_exercise(QUESTION, right__py=RIGHT, wrong__py=WRONG)
    graded = grade_files(exercise, {"solution.py": RIGHT}).outcomes[0]
    assert (graded.credit, graded.line) == (1.0, "Right.")
    graded = grade_files(exercise, {"solution.py": WRONG}).outcomes[0]
    assert (graded.credit, graded.line) == (0.5, "There is no ReLU.")


BUFFERED = """
import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("scale", torch.tensor(1.0))
        self.register_buffer("offset", torch.zeros(4))
        self.a, self.b = nn.Linear(4, 5), nn.Linear(5, 2)

    def forward(self, x):
        return self.b(torch.relu(self.a(x * self.scale + self.offset)))

get_model = Net
"""


def test_a_constant_kept_as_a_buffer_is_no_weight(
    make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]
) -> None:
    exercise = make_exercise(QUESTION, right__py=RIGHT, wrong__py=WRONG)
    graded = grade_files(exercise, {"solution.py": BUFFERED}).outcomes[0]
    assert (graded.credit, graded.line) == (1.0, "Right.")
    wrong = BUFFERED.replace("torch.tensor(1.0)", "torch.tensor(2.0)")
    assert grade_files(exercise, {"solution.py": wrong}).outcomes[0].credit == 0.0
