"""Calls a function that makes data loaders and reports what the loaders yield."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

import numpy as np
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    SequentialSampler,
    default_collate,
)

from autograder.learning import vision
from autograder.learning.datasets import spread
from autograder.sandbox.child import Refusal
from autograder.sandbox.loading import definition, students_turn

Array = np.ndarray[Any, Any]

_MAX_ITEMS: Final = 20_000
_ROUNDS: Final = 2
_ITERATE: Final = DataLoader.__iter__


def inspect(
    state: dict[str, Any],
    name: str,
    dataset: str,
    batch_size: int,
    options: dict[str, Any],
    items: int,
    twice: bool,
    whole: bool,
) -> list[dict[str, Any]]:
    """What the training and the validation loader of `name(dataset, batch_size, ...)` hold.

    For each: `length`, and `items` with their `labels` at so many places of its data set, spread over
    it; with `twice` they are fetched once more, as `again`; with `whole` two rounds of the loader:
    `batches` (sizes) and `prints` (a number that tells an item from others, in order).
    """
    base = getattr(vision.datasets(), dataset)
    with students_turn(state, f"calling {name}"):
        loaders = definition(state, name)(base, batch_size, **options)
    if not isinstance(loaders, (tuple, list)) or len(loaders) != 2:
        given = type(loaders).__name__
        raise Refusal(f"{name} should return (train_loader, val_loader), but returns a {given}")
    return [
        _inspected(state, loader, label, items, twice, whole)
        for loader, label in zip(loaders, ("train_loader", "val_loader"), strict=True)
    ]


def _inspected(
    state: dict[str, Any], loader: Any, label: str, items: int, twice: bool, whole: bool
) -> dict[str, Any]:
    data = getattr(loader, "dataset", None)
    if data is None or not hasattr(loader, "__iter__"):
        raise Refusal(f"{label} is a {type(loader).__name__}, not a DataLoader")
    with students_turn(state, f"reading {label}.dataset"):
        length = len(data)
        places = spread(length, items)
        fetched = [data[place] for place in places]
        again = [data[place] for place in places] if twice else []
    pairs = [_pair(item, label) for item in fetched]
    report: dict[str, Any] = {
        "length": length,
        "items": _stacked([image for image, _ in pairs], label),
        "labels": np.array([target for _, target in pairs], dtype=np.int64),
    }
    if twice:
        report["again"] = _stacked([_pair(item, label)[0] for item in again], label)
    if whole:
        take = _round_of_places if _reads_what_its_sampler_says(loader) else _round
        rounds = [take(state, loader, label, fetched) for _ in range(_ROUNDS)]
        for key in ("batches", "prints"):
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


def _reads_what_its_sampler_says(loader: Any) -> bool:
    """Whether it is torch's own loader, whose rounds are known from its sampler without reading."""
    return (
        type(loader) is DataLoader
        and DataLoader.__iter__ is _ITERATE
        and loader.collate_fn is default_collate
        and type(loader.batch_sampler) is BatchSampler
        and type(loader.sampler) in (RandomSampler, SequentialSampler)
    )


def _round_of_places(
    state: dict[str, Any], loader: DataLoader[Any], label: str, fetched: list[Any]
) -> dict[str, Any]:
    """One pass through a loader's sampler: the size of each batch, and the places in their order.

    An item is read at its end, because reading may change the state that orders the next round.
    """
    sizes: list[int] = []
    places: list[int] = []
    with students_turn(state, f"iterating over {label}"):
        default_collate(fetched)
        for batch in cast(BatchSampler, loader.batch_sampler):
            sizes.append(len(batch))
            places += batch
            _bounded(len(places), label)
        if places:
            loader.dataset[places[-1]]
    return {"batches": sizes, "prints": np.array(places, dtype=np.float64)}


def _bounded(count: int, label: str) -> None:
    if count > _MAX_ITEMS:
        raise Refusal(f"{label} yields more than {_MAX_ITEMS} images")


def _round(
    state: dict[str, Any], loader: Iterable[Any], label: str, fetched: list[Any]
) -> dict[str, Any]:
    """One pass through any loader: the size of each batch, and fingerprints in their order."""
    sizes: list[int] = []
    prints: list[Array] = []
    with students_turn(state, f"iterating over {label}"):
        for batch in loader:
            images, targets = batch[0], batch[1]
            sizes.append(len(targets))
            prints.append(fingerprints(images.detach().to(torch.float32).numpy()))
            _bounded(sum(sizes), label)
    return {"batches": sizes, "prints": np.concatenate(prints) if prints else np.zeros((0,))}


def fingerprints(images: Array) -> Array:
    """One number for each image that another image hardly shares."""
    flat = images.reshape(len(images), -1).astype(np.float64)
    weights = np.cos(np.arange(flat.shape[1]) * 0.7 + 0.3)
    result: Array = flat @ weights
    return result
