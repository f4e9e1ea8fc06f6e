"""Runs a training function on a fixture made to show its mistakes, and reports everything it did.

The fixture is a small network with convolution, batch normalisation and dropout, left in eval mode with
stale gradients; batches of odd sizes, the last one short; a loss that is not plain cross-entropy; plain
SGD with momentum (adaptive optimisers turn rounding noise into steps) and a cosine schedule. Batches
come on a pretended other device: arithmetic on them fails until they are moved, as on a GPU.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from autograder.sandbox.child import Refusal
from autograder.sandbox.loading import definition, students_turn

Array = np.ndarray[Any, Any]

EPOCHS: Final = 2
_LOSS_SCALE: Final = 1.7
_MAX_EVENTS: Final = 1_000
_MOVES: Final = frozenset(("to", "cuda", "cpu"))


class ElsewhereError(RuntimeError):
    """What torch says when tensors lie on two devices."""


class NotAnArgumentError(RuntimeError):
    """The function works on something of the notebook's in place of what it is given."""


class _Forbidden:
    """Stands for a model, optimizer or loader of the notebook, which the function must not use."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __getattr__(self, attribute: str) -> Any:
        raise NotAnArgumentError(
            f"the function uses the notebook's `{self._name}`, which is not one of its arguments"
        )

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self.use

    __iter__ = __call__
    __len__ = __call__


_OF_THE_NOTEBOOK: Final = (
    nn.Module,
    torch.optim.Optimizer,
    torch.optim.lr_scheduler.LRScheduler,
    torch.utils.data.DataLoader,
)


def _forbid_globals(function: Any) -> None:
    """Replace what a function could train on instead of its arguments."""
    code, values = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    for name in code.co_names if code is not None else ():
        value = values.get(name)
        harmless = isinstance(value, nn.Module) and not any(True for _ in value.parameters())
        if isinstance(value, _OF_THE_NOTEBOOK) and not harmless:
            values[name] = _Forbidden(name)


class _Events:
    """What happens in an epoch, in order: zero, forward, loss, backward, step, schedule."""

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.scores = "raw"

    def before(self, owner: Any, method: str, event: str) -> None:
        """Note every call of a method of an object."""
        call = getattr(owner, method)

        @functools.wraps(call)
        def noted(*arguments: Any, **named: Any) -> Any:
            self.happened.append(event)
            return call(*arguments, **named)

        setattr(owner, method, noted)

    def judge_scores(self, given: Any, output: torch.Tensor | None) -> None:
        """Note whether the loss is given the network's output as it came, or what of it."""
        if output is None or not isinstance(given, torch.Tensor) or given.shape != output.shape:
            self.scores = "other"
            return
        candidates = {
            "raw": output,
            "log-softmax": output.log_softmax(1),
            "softmax": output.softmax(1),
        }
        kinds = [kind for kind, values in candidates.items() if torch.allclose(given, values)]
        self.scores = kinds[0] if kinds else "other"


class Elsewhere(torch.Tensor):
    """A tensor that behaves as if it lay on another device than the model until it is moved.

    Alone it can be computed with, and what comes out is elsewhere too; with the model's tensors not.
    """

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Move, compute among its own kind, or fail as torch does across devices."""
        kwargs = kwargs or {}
        with torch._C.DisableTorchFunctionSubclass():
            if getattr(func, "__name__", "") in _MOVES and isinstance(args[0], cls):
                return cls._moved(args[0], [*args[1:], *kwargs.values()])
            if any(not isinstance(tensor, cls) and tensor.dim() for tensor in _tensors(args)):
                raise ElsewhereError(
                    "Expected all tensors to be on the same device, but found at least two devices: "
                    "a batch was used without being moved to `device`"
                )
            result = func(*args, **kwargs)
            return result.as_subclass(cls) if isinstance(result, torch.Tensor) else result

    @classmethod
    def _moved(cls, tensor: torch.Tensor, arguments: list[Any]) -> torch.Tensor:
        """What `.to(...)` gives: the model is on the CPU, whichever device the line names."""
        plain = tensor.as_subclass(torch.Tensor).clone()
        for argument in arguments:
            if isinstance(argument, torch.dtype):
                plain = plain.to(argument)
        only_dtype = arguments and all(isinstance(a, (torch.dtype, bool)) for a in arguments)
        return plain.as_subclass(cls) if only_dtype else plain


def _tensors(arguments: Any) -> Iterator[torch.Tensor]:
    for argument in arguments:
        if isinstance(argument, torch.Tensor):
            yield argument
        elif isinstance(argument, (list, tuple)):
            yield from _tensors(argument)


class Batches:
    """A loader over fixed batches, with the attributes that training code reads."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor, size: int, moved: bool) -> None:
        self.dataset = torch.utils.data.TensorDataset(images, labels)
        self.batch_size = size
        self.moved = moved
        self._images, self._labels = images, labels

    def __len__(self) -> int:
        return math.ceil(len(self._images) / self.batch_size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for start in range(0, len(self._images), self.batch_size):
            stop = start + self.batch_size
            images, labels = self._images[start:stop].clone(), self._labels[start:stop].clone()
            if self.moved:
                yield images, labels
            else:
                yield images.as_subclass(Elsewhere), labels.as_subclass(Elsewhere)


class _Spy(nn.Module):
    """The fixture's network; counts its forward passes and the mode they ran in."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(1, 6, 3, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.drop = nn.Dropout(0.25)
        self.head = nn.Linear(6 * 4, classes)
        self.passes: list[bool] = []
        self.output: torch.Tensor | None = None

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(N, 1, 8, 8) to (N, classes)"""
        self.passes.append(self.norm.training and self.drop.training)
        features = torch.relu(self.norm(self.convolution(images)))
        pooled = torch.nn.functional.adaptive_avg_pool2d(features, 2).flatten(1)
        scores: torch.Tensor = self.head(self.drop(pooled))
        self.output = scores.detach()
        return scores


def run(
    state: dict[str, Any],
    name: str,
    order: list[str],
    weights: dict[str, Array],
    images: Array,
    labels: Array,
    batch_size: int,
    moved: bool,
    precision: str,
) -> dict[str, Any]:
    """Run `name` for two epochs and report histories, weights, statistics, rates and counts.

    `order` says which of model, optimizer, scheduler, criterion, loader, epoch, device each argument
    is. With `moved` the batches come on the right device already. `precision` is that of everything:
    float64, or float32 for code that converts to it.
    """
    function = definition(state, name)
    torch.manual_seed(0)
    dtype = torch.float64 if precision == "float64" else torch.float32
    model = _Spy(int(labels.max()) + 1).to(dtype)
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if key in weights:
                tensor.copy_(torch.from_numpy(weights[key]))
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 0.05)  # left over from before
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    pixels = torch.from_numpy(images).to(dtype)
    loader = Batches(pixels, torch.from_numpy(labels), batch_size, moved)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS * len(loader))
    cross_entropy = nn.CrossEntropyLoss()

    events = _Events()

    def criterion(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        events.happened.append("loss")
        events.judge_scores(scores, model.output)
        loss: torch.Tensor = _LOSS_SCALE * cross_entropy(scores, targets)
        return loss

    given = {
        "model": model,
        "optimizer": optimizer,
        "scheduler": schedule,
        "criterion": criterion,
        "loader": loader,
        "device": torch.device("cpu"),
    }
    for owner, method, event in (
        (optimizer, "zero_grad", "zero"),
        (model, "zero_grad", "zero"),
        (optimizer, "step", "step"),
        (schedule, "step", "schedule"),
    ):
        events.before(owner, method, event)
    model.head.bias.register_hook(lambda _: events.happened.append("backward"))
    model.register_forward_pre_hook(lambda *_: events.happened.append("forward"))
    _forbid_globals(function)
    epochs = []
    for epoch in range(EPOCHS):
        model.eval()  # as validation left it
        model.passes.clear()
        events.happened.clear()
        torch.manual_seed(epoch)
        arguments = [epoch + 1 if key == "epoch" else given[key] for key in order]
        with students_turn(state, f"calling {name}"):
            result = function(*arguments)
        happened = events.happened[:_MAX_EVENTS]
        report = {**_histories(result, name), "passes": list(model.passes), "events": happened}
        epochs.append({**report, "scores": events.scores})
    return {
        "epochs": epochs,
        "batches": len(loader),
        "state": {key: _finite(tensor) for key, tensor in model.state_dict().items()},
        "rate": float(optimizer.param_groups[0]["lr"]),
    }


def _finite(tensor: torch.Tensor) -> Array:
    values: Array = tensor.detach().double().numpy().copy()
    return values


def _histories(result: Any, name: str) -> dict[str, Any]:
    """The three returned lists as numbers, and what kind of things they held."""
    if not isinstance(result, (tuple, list)) or len(result) != 3:
        given = "nothing" if result is None else f"a {type(result).__name__}"
        raise Refusal(
            f"{name} should return (loss_history, accuracy_history, lr_history), but returns {given}"
        )
    histories = [_history(values, name) for values in result]
    return {"histories": [h[0] for h in histories], "kinds": [h[1] for h in histories]}


def _history(values: Any, name: str) -> tuple[Array, str]:
    if isinstance(values, (torch.Tensor, np.ndarray)):
        values = list(values) if getattr(values, "ndim", 0) else [values]
    if not isinstance(values, (list, tuple)):
        values = [values]
    kinds = {_kind(value) for value in values}
    try:
        numbers = [float(_only(value)) for value in values]
    except (TypeError, ValueError, RuntimeError):
        raise Refusal(f"a history that {name} returns holds something that is no number") from None
    odd = sorted(kinds - {"number"})
    return np.array(numbers, dtype=np.float64), odd[0] if odd else "number"


def _kind(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return "tensor"
    return "list" if isinstance(value, (list, tuple)) else "number"


def _only(value: Any) -> Any:
    """The one thing in a list of one."""
    return value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value
