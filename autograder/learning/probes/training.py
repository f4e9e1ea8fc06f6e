"""Trains a student's model, epoch by epoch, and returns predictions, never an accuracy.

The labels of the test images are not here: the grader has them and counts. The loop is ours, or the
student's own; both see the same batches in the same order. On a GPU the data lie there, and our loop
computes in bfloat16 with channels last; the exact checks do neither.
"""

from __future__ import annotations

import contextlib
import copy
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from autograder.sandbox.child import Refusal
from autograder.sandbox.loading import definition, students_turn

Array = np.ndarray[Any, Any]

_EVALUATION_BATCH: Final = 128
_RUN: Final = "training run"
_FAR: Final = 5.0


class Shuffled:
    """A loader over tensors that are already on the device, with what training code reads of one."""

    def __init__(
        self, images: torch.Tensor, labels: torch.Tensor, batch_size: int, seed: int
    ) -> None:
        self.dataset = torch.utils.data.TensorDataset(images, labels)
        self.batch_size = batch_size
        self._order = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        return math.ceil(len(self.dataset) / self.batch_size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        images, labels = self.dataset.tensors
        for batch in torch.randperm(len(images), generator=self._order).split(self.batch_size):
            chosen = batch.to(images.device)
            yield images[chosen], labels[chosen]


@dataclass
class _Run:
    """A model being trained."""

    model: nn.Module
    loader: Shuffled
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    test: torch.Tensor
    classes: int
    loop: str
    roles: list[str]
    epoch: int = 0


def begin(
    state: dict[str, Any],
    name: str,
    arguments: list[Any],
    named: dict[str, Any],
    images: Array,
    labels: Array,
    test_images: Array,
    classes: int,
    epochs: int,
    batch_size: int,
    rate: float,
    seed: int,
    device: str,
    gpu_memory: int,
    seconds: float,
    loop: str,
    roles: list[str],
) -> dict[str, Any]:
    """Build `name(*arguments)` and prepare to train it with AdamW and a cosine schedule.

    `loop` names the student's function that trains an epoch, empty for ours; `roles` are its
    arguments. Returns `untrained` (predictions), `parameters`, and `epochs`: how many fit into
    `seconds`, at most those asked for, judged by a few steps of a copy.
    """
    place = _device(device, gpu_memory)
    torch.manual_seed(seed)
    with students_turn(state, f"building {name}"):
        model = definition(state, name)(*arguments, **named)
    if not isinstance(model, nn.Module):
        raise Refusal(f"{name} gives a {type(model).__name__}, not an nn.Module")
    model = model.to(place).float()
    if place.type == "cuda":
        model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    loader = Shuffled(
        torch.from_numpy(images).to(place), torch.from_numpy(labels).to(place), batch_size, seed
    )
    test = torch.from_numpy(test_images).to(place)
    needed = _seconds_an_epoch(state, model, loader, len(test), seconds)
    planned = min(epochs, int(seconds / needed)) if needed > 0 else epochs
    untrained = np.zeros(len(test), np.int64)
    if planned:
        untrained = _predictions(state, model, test, classes)
    with students_turn(state, "making an optimizer of its parameters"):
        optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, T_max=max(1, planned) * len(loader)
    )
    torch.manual_seed(seed)
    state[_RUN] = _Run(model, loader, optimizer, schedule, test, classes, loop, roles)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return {"untrained": untrained, "parameters": parameters, "epochs": planned}


def advance(state: dict[str, Any]) -> dict[str, Any]:
    """Train for one epoch; `predictions` (class of each test image) and `loss` (mean)."""
    run: _Run = state[_RUN]
    run.epoch += 1
    loss = _students_epoch(state, run) if run.loop else _epoch(state, run)
    return {"loss": loss, "predictions": _predictions(state, run.model, run.test, run.classes)}


def accepts(
    state: dict[str, Any], name: str, arguments: list[Any], named: dict[str, Any], shape: list[int]
) -> bool:
    """Whether `name(*arguments)` can be run on a batch of this shape."""
    with students_turn(state, f"building {name}"):
        model = definition(state, name)(*arguments, **named)
    try:
        with torch.no_grad():
            model(torch.zeros(shape))
    except Exception:
        return False
    return True


def _device(name: str, gpu_memory: int) -> torch.device:
    """The device; of a GPU, which other submissions share, no more than `gpu_memory` bytes."""
    place = torch.device(name)
    if place.type == "cuda":
        whole = torch.cuda.get_device_properties(place).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, gpu_memory / whole))
    return place


def _seconds_an_epoch(
    state: dict[str, Any], model: nn.Module, loader: Shuffled, test_images: int, limit: float
) -> float:
    """What an epoch of our loop takes, from a few steps of a copy; 0 where it cannot be copied.

    A step on two images comes first, and is all where an epoch is far over the limit.
    """
    try:
        trial = copy.deepcopy(model).train()
    except Exception:
        return 0.0
    # A forward pass alone is about a third of a step.
    images = len(loader.dataset) + test_images / 3
    rough = _seconds_a_step(state, trial, loader, 2) * images / 2
    if rough > _FAR * limit:
        return rough
    taken = [_seconds_a_step(state, trial, loader, loader.batch_size) for _ in range(3)]
    return min(taken) * images / loader.batch_size


def _seconds_a_step(state: dict[str, Any], trial: nn.Module, loader: Shuffled, size: int) -> float:
    images, labels = (tensor[:size] for tensor in loader.dataset.tensors)
    started = time.monotonic()
    with students_turn(state, "a training step"):
        nn.functional.cross_entropy(trial(images), labels).backward()
    if images.is_cuda:
        torch.cuda.synchronize()
    return time.monotonic() - started


def _epoch(state: dict[str, Any], run: _Run) -> float:
    """One pass of our loop over the shuffled training data; the mean loss."""
    run.model.train()
    total = 0.0
    on_gpu = run.test.is_cuda
    faster = torch.autocast("cuda", torch.bfloat16) if on_gpu else contextlib.nullcontext()
    losses = []
    for images, labels in run.loader:
        run.optimizer.zero_grad()
        with students_turn(state, "a training step"):
            with faster:
                loss = nn.functional.cross_entropy(run.model(images), labels)
            loss.backward()
        run.optimizer.step()
        run.schedule.step()
        losses.append(loss.detach() * len(labels))
    total = float(torch.stack(losses).sum())  # one wait for a GPU, not one for each batch
    return total / len(run.loader.dataset)


def _students_epoch(state: dict[str, Any], run: _Run) -> float:
    """One epoch of the student's own loop; the mean of the losses it reports, if it does."""
    given = {
        "model": run.model,
        "optimizer": run.optimizer,
        "scheduler": run.schedule,
        "criterion": nn.functional.cross_entropy,
        "loader": run.loader,
        "epoch": run.epoch,
        "device": run.test.device,
    }
    run.model.train()
    with students_turn(state, f"calling {run.loop}"):
        result = definition(state, run.loop)(*[given[role] for role in run.roles])
    try:
        return float(np.mean([float(loss) for loss in result[0]]))
    except Exception:
        return float("nan")


def _predictions(
    state: dict[str, Any], model: nn.Module, images: torch.Tensor, classes: int
) -> Array:
    """The class of each image; a model with more outputs than classes may name any of them."""
    model.eval()
    found = []
    with torch.no_grad(), students_turn(state, "running the trained model"):
        for batch in images.split(_EVALUATION_BATCH):
            scores = model(batch)
            shape = scores.shape if isinstance(scores, torch.Tensor) else ()
            if len(shape) != 2 or shape[0] != len(batch) or shape[1] < classes:
                given = list(shape) if isinstance(scores, torch.Tensor) else type(scores).__name__
                raise Refusal(f"the model should give {classes} scores an image, but gives {given}")
            found.append(scores.float().argmax(dim=1).cpu())
    return torch.cat(found).numpy().astype(np.int64)
