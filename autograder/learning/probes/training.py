"""Trains a student's model with our own loop and returns predictions, never an accuracy.

The labels of the test images are not here: the grader has them and counts.
"""

from __future__ import annotations

import time
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from autograder.sandbox.child import Refusal
from autograder.sandbox.loading import definition, students_turn

Array = np.ndarray[Any, Any]

_EVALUATION_BATCH: Final = 512


def train(
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
    seconds: float,
) -> dict[str, Any]:
    """Train `name(*arguments)` with AdamW and a cosine schedule on one thread.

    Returns `predictions` (class of each test image, after each epoch), `losses` (mean of each epoch),
    `untrained` (predictions before training), `parameters`, `seconds`. Stops early when `seconds` are
    over; the epochs that ran are what is returned.
    """
    started = time.monotonic()
    torch.manual_seed(seed)
    with students_turn(state, f"building {name}"):
        model = definition(state, name)(*arguments, **named)
    if not isinstance(model, nn.Module):
        raise Refusal(f"{name} gives a {type(model).__name__}, not an nn.Module")
    place = torch.device(device)
    model = model.to(place).float()
    data = torch.from_numpy(images).to(place), torch.from_numpy(labels).to(place)
    test = torch.from_numpy(test_images).to(place)
    report: dict[str, Any] = {
        "untrained": _predictions(state, model, test, classes),
        "predictions": [],
        "losses": [],
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
    }
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    steps = epochs * -(-len(images) // batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        loss = _epoch(state, model, optimizer, schedule, data, batch_size, order)
        report["losses"].append(loss)
        report["predictions"].append(_predictions(state, model, test, classes))
        if time.monotonic() - started > seconds:
            break
    report["seconds"] = time.monotonic() - started
    return report


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


def _epoch(
    state: dict[str, Any],
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    data: tuple[torch.Tensor, torch.Tensor],
    batch_size: int,
    order: torch.Generator,
) -> float:
    """One pass over the shuffled training data; the mean loss."""
    images, labels = data
    model.train()
    total = 0.0
    for batch in torch.randperm(len(images), generator=order).split(batch_size):
        batch = batch.to(images.device)
        optimizer.zero_grad()
        with students_turn(state, "a training step"):
            loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
            loss.backward()
        optimizer.step()
        schedule.step()
        total += float(loss.detach()) * len(batch)
    return total / len(images)


def _predictions(
    state: dict[str, Any], model: nn.Module, images: torch.Tensor, classes: int
) -> Array:
    model.eval()
    found = []
    with torch.no_grad(), students_turn(state, "running the trained model"):
        for batch in images.split(_EVALUATION_BATCH):
            scores = model(batch)
            if not isinstance(scores, torch.Tensor) or scores.shape != (len(batch), classes):
                given = list(scores.shape) if isinstance(scores, torch.Tensor) else type(scores)
                raise Refusal(f"the model should give {classes} scores an image, but gives {given}")
            found.append(scores.float().argmax(dim=1).cpu())
    return torch.cat(found).numpy().astype(np.int64)
