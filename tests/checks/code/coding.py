"""What the tests of code kinds hand in: PS09 as a student may write it, and changes to it."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checks.outcome import Outcome

HEAD = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets, transforms
"""
MLP = """
class Net(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.layers = nn.ModuleList(
            [nn.Linear(size * size, 256), *[nn.Linear(256, 256) for _ in range(3)], nn.Linear(256, 10)]
        )
    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)

get_mlp = Net
"""

Judge = Callable[[str, str], Outcome]


def changed(code: str, old: str, new: str) -> str:
    assert old in code, old
    return code.replace(old, new)
