"""Warms the fork server up, so that a job's first training step costs what its second does."""

from __future__ import annotations

import random
import sys

import numpy
import torch
from torch import nn

from autograder.learning import vision


def prepare() -> None:
    """One thread, torchvision at hand, and one small training step behind us."""
    torch.set_num_threads(1)
    if sys.platform == "linux":
        torch.set_num_interop_threads(1)
    vision.datasets()
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 10)
    )
    loss_function = nn.CrossEntropyLoss()
    for optimizer in (
        torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9),
        torch.optim.AdamW(model.parameters(), lr=1e-3),
    ):
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
        optimizer.zero_grad()
        loss = loss_function(model(torch.randn(8, 1, 4, 4)), torch.arange(8))
        loss.backward()
        optimizer.step()
        schedule.step()
    random.seed(0)
    numpy.random.seed(0)
    torch.manual_seed(0)
