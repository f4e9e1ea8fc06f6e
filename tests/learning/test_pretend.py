"""Code that names a GPU, run where there is none."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.overrides import _get_current_function_mode

from autograder.learning.probes import pretend
from autograder.learning.probes.pretend import _OnTheCpu
from autograder.sandbox.loading import definition, load


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


@pytest.mark.parametrize(
    ("code", "on"),
    [
        ("def f(x):\n    return x.cuda()", True),
        ("def f(x, device='cuda:0'):\n    return x.to(device)", True),
        ("import torch\nhere = torch.device('mps')\ndef f(x):\n    return x.to(here)", True),
        ("def f(x):\n    return g(x)\ndef g(x):\n    return x.cuda()", True),
        (
            "class F:\n    def on(self, x):\n        return x.cuda()\ndef f(x):\n    return F().on(x)",
            True,
        ),
        ("def f(x):\n    return globals()['g'](x)\ndef g(x):\n    return x.cuda()", True),
        ("def f(x):\n    return x\ndef g(x):\n    return x.cuda()", False),
        ("def f(x, device):\n    return x.to(device)", False),
        ("import torch\ntorch.zeros(2).cuda()\ndef f(x):\n    return x + 1", False),
    ],
)
def test_it_is_switched_on_by_definitions_that_name_a_device(code: str, on: bool) -> None:
    state: dict[str, Any] = {}
    pretend.start_when_named(state)
    synchronize = torch.cuda.synchronize
    try:
        report = load(state, [{"label": "cell 1", "text": code}], ["f"])
        assert report["problems"] == []
        assert isinstance(_get_current_function_mode(), _OnTheCpu) is on
        if "cuda" in code and on:
            assert definition(state, "f")(torch.zeros(2)).device.type == "cpu"
    finally:
        pretend.stop()
    assert _get_current_function_mode() is None
    assert torch.cuda.synchronize is synchronize


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("def there(x):\n    return x.cuda()", "def f(x):\n    return there(x)"),
        (
            "def twice(x):\n    return there(there(x))",
            "def there(x):\n    return x.cuda()\ndef f(x):\n    return twice(x)",
        ),
    ],
    ids=["in what is given", "called by what is given"],
)
def test_what_the_exercise_gives_may_lead_to_a_device(given: str, code: str) -> None:
    state: dict[str, Any] = {}
    pretend.start_when_named(state)
    try:
        load(state, [{"label": "given.py", "text": given}], ["f"], prefix="given")
        load(state, [{"label": "cell 1", "text": code}], ["f"])
        assert definition(state, "f")(torch.zeros(2)).device.type == "cpu"
    finally:
        pretend.stop()
