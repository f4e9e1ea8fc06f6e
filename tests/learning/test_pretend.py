"""Code that names a GPU, run where there is none."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from autograder.learning.probes.pretend import _OnTheCpu


@pytest.mark.parametrize(
    "code",
    [
        "torch.zeros(2).cuda()",
        "torch.zeros(2).cuda(0, non_blocking=True)",
        "torch.zeros(2).to('cuda:0')",
        "torch.zeros(2).to(torch.device('cuda'), torch.float64)",
        "torch.zeros(2).to(device='cuda')",
        "torch.zeros(2, device='cuda')",
        "torch.arange(3, device=torch.device('mps'))",
        "torch.tensor([1.0], device='cuda')",
        "torch.zeros_like(torch.zeros(2), device='cuda')",
        "nn.Linear(2, 2).cuda().weight",
        "nn.Linear(2, 2).to('cuda').weight",
        "nn.Linear(2, 2, device='cuda').weight",
    ],
)
def test_tensors_stay_on_the_cpu(code: str) -> None:
    with _OnTheCpu():
        assert eval(code).device.type == "cpu"


def test_other_devices_and_types_are_left_alone() -> None:
    with _OnTheCpu():
        assert torch.zeros(2, device="meta").device.type == "meta"
        assert torch.zeros(2).to(torch.float64).dtype is torch.float64
        assert nn.Linear(2, 2).to(torch.float64).weight.dtype is torch.float64
