"""Calls a function that makes data loaders and reports what the loaders yield."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import torch

from autograder.learning import vision
from autograder.sandbox.child import Refusal
from autograder.sandbox.loading import definition, students_turn

Array = np.ndarray[Any, Any]

_MAX_ITEMS: Final = 20_000
_ROUNDS: Final = 2


def inspect(
    state: dict[str, Any],
    name: str,
    dataset: str,
    batch_size: int,
    options: dict[str, Any],
    indices: list[int],
    whole: bool,
) -> list[dict[str, Any]]:
    """What the training and the validation loader of `name(dataset, batch_size, ...)` hold.

    For each: `items` and `again` (the chosen items of its data set, fetched twice), their `labels`,
    `length`; with `whole` also two rounds through the loader: `batches` (sizes), `order` (labels) and
    `prints` (a fingerprint of each image, in order).
    """
    base = getattr(vision.datasets(), dataset)
    with students_turn(state, f"calling {name}"):
        loaders = definition(state, name)(base, batch_size, **options)
    if not isinstance(loaders, (tuple, list)) or len(loaders) != 2:
        given = type(loaders).__name__
        raise Refusal(f"{name} should return (train_loader, val_loader), but returns a {given}")
    return [
        _inspected(state, loader, label, indices, whole)
        for loader, label in zip(loaders, ("train_loader", "val_loader"), strict=True)
    ]


def _inspected(
    state: dict[str, Any], loader: Any, label: str, indices: list[int], whole: bool
) -> dict[str, Any]:
    data = getattr(loader, "dataset", None)
    if data is None or not hasattr(loader, "__iter__"):
        raise Refusal(f"{label} is a {type(loader).__name__}, not a DataLoader")
    with students_turn(state, f"reading {label}.dataset"):
        length = len(data)
        chosen = [index for index in indices if index < length]
        pairs = [_pair(data[index], label) for index in chosen]
        again = [_pair(data[index], label)[0] for index in chosen]
    report: dict[str, Any] = {
        "length": length,
        "indices": chosen,
        "items": _stacked([image for image, _ in pairs], label),
        "again": _stacked(again, label),
        "labels": np.array([target for _, target in pairs], dtype=np.int64),
    }
    if whole:
        rounds = [_round(state, loader, label) for _ in range(_ROUNDS)]
        for key in ("batches", "order", "prints"):
            report[key] = [one[key] for one in rounds]
    return report


def _pair(item: Any, label: str) -> tuple[Array, int]:
    if not isinstance(item, (tuple, list)) or len(item) != 2:
        raise Refusal(f"an item of {label}'s data set is not a pair of image and label")
    image, target = item
    if not isinstance(image, torch.Tensor):
        kind = type(image).__name__
        raise Refusal(
            f"the images of {label} are of type {kind}, not tensors; is ToTensor missing?"
        )
    return image.detach().to(torch.float32).numpy(), int(target)


def _stacked(images: list[Array], label: str) -> Array:
    if len({image.shape for image in images}) > 1:
        raise Refusal(f"the images of {label} are not all of one size")
    return np.stack(images) if images else np.zeros((0,), np.float32)


def _round(state: dict[str, Any], loader: Iterable[Any], label: str) -> dict[str, Any]:
    """One pass through a loader: the size of each batch, the labels and prints in their order."""
    sizes: list[int] = []
    labels: list[Array] = []
    prints: list[Array] = []
    with students_turn(state, f"iterating over {label}"):
        for batch in loader:
            images, targets = batch[0], batch[1]
            sizes.append(len(targets))
            labels.append(torch.as_tensor(targets).to(torch.int64).numpy().reshape(-1))
            prints.append(fingerprints(images.detach().to(torch.float32).numpy()))
            if sum(sizes) > _MAX_ITEMS:
                raise Refusal(f"{label} yields more than {_MAX_ITEMS} images")
    empty = np.zeros((0,))
    return {
        "batches": sizes,
        "order": np.concatenate(labels) if labels else empty.astype(np.int64),
        "prints": np.concatenate(prints) if prints else empty,
    }


def fingerprints(images: Array) -> Array:
    """One number for each image that another image hardly shares."""
    flat = images.reshape(len(images), -1).astype(np.float64)
    weights = np.cos(np.arange(flat.shape[1]) * 0.7 + 0.3)
    result: Array = flat @ weights
    return result
