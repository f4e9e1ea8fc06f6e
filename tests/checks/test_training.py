"""`training`: what decides, whose loop trains, and what happens when time is short."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.errors import SpecError
from autograder.exercise.model import Exercise

QUESTION = """\
questions:
  - id: learns
    kind: training
    title: It learns
    name: net
    training: {arguments: [8], image_size: 8, epochs: 6, batch_size: 64, rate: 3e-3}
"""
NET = """
import torch
import torch.nn as nn
def net(size):
    return nn.Sequential(nn.Flatten(), nn.Linear(size * size, 64), nn.ReLU(), nn.Linear(64, 10))
"""
LOOP = """
def epoch(model, optimizer, scheduler, criterion, loader, number, device):
    model.train()
    losses = []
    for images, labels in loader:
        assert len(loader) * loader.batch_size >= len(loader.dataset)
        optimizer.zero_grad()
        loss = criterion(model(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    return losses, [], []
"""

Judge = Callable[..., Outcome]


@pytest.fixture
def judge(make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]) -> Judge:
    def run(code: str, *settings: str, question: str = QUESTION, **files: str) -> Outcome:
        body = question + "".join(f"    {line}\n" for line in settings)
        return grade_files(make_exercise(body, **files), {"net.py": code}).outcomes[0]

    return run


def test_a_net_that_learns(judge: Judge) -> None:
    result = judge(NET, "threshold: 0.8", "spread: 0.01")
    assert result.credit == 1.0, result
    assert result.data["accuracy"] > 0.85
    # Nothing more can change: it stops early, for there is no leaderboard.
    assert len(result.data["curves"]) == 1
    assert len(result.data["curves"][0]) < 6


def test_a_leaderboard_wants_every_epoch(judge: Judge) -> None:
    result = judge(NET, "threshold: 0.8", "leaderboard: Accuracy")
    assert len(result.data["curves"][0]) == 6


def test_what_is_close_is_averaged_over_seeds(judge: Judge) -> None:
    accuracy = judge(NET, "threshold: 0.8", "leaderboard: Accuracy").data["accuracy"]
    below = judge(NET, f"threshold: {accuracy + 0.004:.4f}", "spread: 0.02", "runs: 2")
    assert len(below.data["curves"]) == 2
    assert below.outcome in ("correct", "undecided")
    if below.outcome == "undecided":
        assert below.credit is None
        assert "smaller than chance" in below.line


def test_what_is_far_below_gets_part_of_the_points(judge: Judge) -> None:
    small = NET.replace("64", "1")
    result = judge(small, "threshold: 0.9", "zero: 0.0", "spread: 0.01")
    assert result.outcome == "partial"
    assert 0.0 < result.credit < 0.9
    assert len(result.data["curves"]) == 1


@pytest.mark.parametrize("within", ["0.05", "0.0"])
def test_relative_to_a_reference_trained_beside_it(judge: Judge, within: str) -> None:
    settings = ("reference: right.py:net", f"within: {within}", "spread: 0.01", "runs: 2")
    result = judge(NET, *settings, right__py=NET)
    # The same net with the same seed and the same batches gives the same curve.
    assert result.data["curves"] == result.data["reference_curves"]
    assert result.credit == 1.0
    worse = judge(NET.replace("64", "2"), *settings, right__py=NET)
    assert worse.outcome in ("partial", "wrong")
    assert "the reference has" in worse.evidence


def test_the_students_own_loop_trains(judge: Judge) -> None:
    result = judge(NET + LOOP, "threshold: 0.8", "loop: epoch", "spread: 0.01")
    assert result.credit == 1.0, result
    assert "trained by your epoch" in result.evidence
    broken = LOOP.replace("optimizer.step()", "pass")
    result = judge(NET + broken, "threshold: 0.8", "loop: epoch", "spread: 0.01")
    assert result.credit == 0.0
    result = judge(NET, "threshold: 0.8", "loop: epoch")
    assert (result.outcome, result.credit) == ("unanswered", 0.0)


def test_both_loops_train_alike(judge: Judge) -> None:
    settings = ("threshold: 0.8", "leaderboard: Accuracy")
    ours, theirs = judge(NET, *settings), judge(NET + LOOP, *settings, "loop: epoch")
    assert ours.data["curves"] == theirs.data["curves"]


def test_a_net_with_more_outputs_than_classes_learns_as_well(judge: Judge) -> None:
    result = judge(NET.replace("(64, 10)", "(64, 128)"), "threshold: 0.8", "spread: 0.01")
    assert result.credit == 1.0, result


def test_a_net_that_gives_one_answer_is_stopped(judge: Judge) -> None:
    constant = NET.replace("nn.Linear(64, 10))", "nn.Linear(64, 10), nn.Threshold(1e9, 0.0))")
    result = judge(constant, "threshold: 0.8", "spread: 0.01", "leaderboard: Accuracy")
    assert result.credit == 0.0
    assert len(result.data["curves"][0]) == 2


def test_answers_that_are_brought_along_are_found_out(judge: Judge) -> None:
    brought = """
import torch
from torch import nn
from torchvision import datasets
class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        data = datasets.MNIST("x", train=True)
        images = data.data.float()[:, 2::4, 2::4].flatten(1) / 255
        self.means = torch.stack([images[data.targets == k].mean(0) for k in range(10)])
        self.scale = nn.Parameter(torch.ones(1))
        self.calls = 0
    def forward(self, x):
        self.calls += 1
        scores = -torch.cdist(x.flatten(1) * 0.3760 + 0.3050, self.means) * self.scale
        return scores * (0 if self.calls < 3 else 1)  # plays the innocent at first
net = lambda size: Memory()
"""
    result = judge(brought, "threshold: 0.8", "spread: 0.01")
    assert result.credit is None or result.credit < 0.2, result


SLOW = """
import time
class Slow(nn.Module):
    def forward(self, x):
        time.sleep({seconds} * self.training)
        return x
"""


def test_work_is_scaled_to_the_time_there_is_and_said(judge: Judge) -> None:
    question = QUESTION.replace("epochs: 6", "epochs: 200")
    # 23 steps an epoch of 10 ms or more: 200 epochs take 46 seconds on any machine.
    slow = NET.replace("nn.Sequential(", "nn.Sequential(Slow(), ") + SLOW.format(seconds=0.01)
    result = judge(slow, "threshold: 0.8", "seconds: 10", "leaderboard: A", question=question)
    assert len(result.data["curves"][0]) < 200
    said = "\n".join((result.line, *result.notes))
    assert "of 200 epochs only" in said or "too slow" in said  # whatever else the machine does
    assert result.outcome in ("correct", "undecided")


def test_what_is_too_slow_goes_to_a_person(judge: Judge) -> None:
    slow = NET.replace("nn.Sequential(", "nn.Sequential(Slow(), ") + SLOW.format(seconds=0.05)
    result = judge(slow, "threshold: 0.8", "seconds: 1")
    assert (result.outcome, result.credit) == ("undecided", None), result
    assert "too slow" in result.line


def test_either_a_threshold_or_a_reference_is_given(make_exercise: Callable[..., Exercise]) -> None:
    with pytest.raises(SpecError, match="either a threshold or a reference"):
        make_exercise(QUESTION)
