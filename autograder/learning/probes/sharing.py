"""Lets questions use a process one after another, each as if it were new.

Between two of them everything that a question knows is forgotten and chance starts over; and what of
Python and torch could make another question's wrong code right must be as it was.
"""

from __future__ import annotations

import builtins
import operator
import random
import sys
import threading
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.overrides import _get_current_function_mode_stack
from torch.utils.data import DataLoader

from autograder.learning import vision
from autograder.learning.probes import pretend
from autograder.sandbox.loading import MODULE

_SEED: Final = 0
_PLACES: Final = (
    builtins, torch, nn, functional, nn.init, torch.Tensor, nn.Parameter, *vars(nn).values(),
    torch.optim, torch.optim.Optimizer, torch.optim.SGD, torch.optim.lr_scheduler.LRScheduler,
    torch.autograd, torch.autograd.Function, torch.utils.data, DataLoader, np, np.random, random,
)  # fmt: skip
# The code at hand is a module of this name, a new one for each question.
_OF_THE_CODE: Final = frozenset((MODULE,))

_found: dict[str, Any] = {}


def begin(state: dict[str, Any]) -> None:
    """Note how everything is, before any code has run."""
    modules = {k: v for k, v in sys.modules.items() if k not in _OF_THE_CODE}
    contents = [(vars(place), dict(vars(place))) for place in _places()]
    _found.update(settings=_settings(), contents=[(sys.modules, modules), *contents])


def start_over(state: dict[str, Any]) -> bool:
    """Forget everything, and say whether the process is as it was at the beginning."""
    state.clear()
    pretend.stop()
    pretend.start_when_named(state)
    random.seed(_SEED)
    np.random.seed(_SEED)
    torch.manual_seed(_SEED)
    return _settings() == _found["settings"] and all(
        _holds(now, before) for now, before in _found["contents"]
    )


def _places() -> list[Any]:
    """Modules and classes of which code may replace something."""
    datasets = vision.datasets()
    places = (*_PLACES, datasets, datasets.MNIST, datasets.FashionMNIST)
    return [place for place in places if isinstance(place, (type, ModuleType))]


def _holds(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether nothing was replaced; what was imported since may have added names."""
    return all(map(operator.is_, map(now.get, before), before.values()))


def _settings() -> tuple[Any, ...]:
    """What code can set for the whole process."""
    return (
        torch.get_default_dtype(),
        torch.get_default_device(),
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.is_anomaly_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.are_deterministic_algorithms_enabled(),
        torch.get_num_threads(),
        torch.backends.mkldnn.enabled,
        [id(mode) for mode in _get_current_function_mode_stack()],
        threading.active_count(),
        sys.getrecursionlimit(),
        np.geterr(),
    )
