"""Puts the same weights into two networks and tells whether they are the same function.

Layers are matched by role: by the order in which they run, and by the shapes of their tensors where
the order alone does not fit. Names, declaration order and style play no part. The comparison is of
outputs and input gradients, in eval and in train mode, in double precision.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, Any]
Bank = list[dict[str, Array]]
Signature = tuple[tuple[str, tuple[int, ...]], ...]

MAX_ORDERS: Final = 48
_TOLERANCES: Final = {"float64": 1e-7, "float32": 2e-3}
_NORMS: Final = ("BatchNorm", "GroupNorm", "LayerNorm", "InstanceNorm")


@dataclass(frozen=True)
class Layer:
    """A layer that ran: its kind, its tensors, its settings, and the shapes it saw."""

    kind: str
    tensors: dict[str, tuple[int, ...]]
    configuration: dict[str, Any]
    calls: int
    input: tuple[int, ...]
    output: tuple[int, ...]

    @property
    def is_norm(self) -> bool:
        """Whether it normalises."""
        return self.kind.startswith(_NORMS)


@dataclass(frozen=True)
class Network:
    """A module as a job described it."""

    layers: tuple[Layer, ...]
    unused: tuple[str, ...]
    output: tuple[int, ...]
    parameters: int
    precision: str

    @staticmethod
    def from_description(description: dict[str, Any]) -> Network:
        """The network that `probes.modules.describe` described.

        Raises:
            KeyError, TypeError, ValueError: the description is malformed.
        """
        layers = tuple(
            Layer(
                str(layer["kind"])[:80],
                {str(name): _shape(shape) for name, shape in layer["tensors"].items()},
                dict(layer["configuration"]),
                int(layer["calls"]),
                _shape(layer["input"]),
                _shape(layer["output"]),
            )
            for layer in description["layers"]
        )
        return Network(
            layers,
            tuple(str(name)[:80] for name in description["unused"]),
            _shape(description["output"]),
            int(description["parameters"]),
            str(description["precision"]),
        )

    def signatures(self) -> list[Signature]:
        """What each layer must share with its counterpart: its tensors, less axes of length one.

        A bias right before a normalisation has no effect and does not count.
        """
        found = []
        for place, layer in enumerate(self.layers):
            tensors = dict(layer.tensors)
            if self.feeds_norm(place):
                tensors.pop("bias", None)
            found.append(tuple(sorted((name, _squeezed(s)) for name, s in tensors.items())))
        return found

    def feeds_norm(self, place: int) -> bool:
        """Whether a layer's output goes straight into a normalisation."""
        if place + 1 >= len(self.layers) or self.layers[place].is_norm:
            return False
        following = self.layers[place + 1]
        return following.is_norm and following.input == self.layers[place].output


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(int(n) for n in value)


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def make_bank(reference: Network, seed: int) -> Bank:
    """Random weights for each of the reference's layers, sized so that signals neither die nor grow."""
    chance = np.random.default_rng(seed)
    bank: Bank = []
    for place, layer in enumerate(reference.layers):
        tensors = dict(layer.tensors)
        bank.append({name: _values(chance, layer, name, shape) for name, shape in tensors.items()})
        if reference.feeds_norm(place) or "bias" not in tensors:
            # The counterpart may have a bias that the reference lacks, or the other way round.
            channels = next(iter(tensors.values()), (1,))[0]
            bank[-1]["bias"] = np.zeros(tensors.get("bias", (channels,)))
    return bank


def _values(chance: np.random.Generator, layer: Layer, name: str, shape: tuple[int, ...]) -> Array:
    values: Array
    if name == "running_var":
        values = chance.uniform(0.5, 2.0, shape)
    elif layer.is_norm and name == "weight":
        values = chance.uniform(0.5, 1.5, shape)
    elif len(shape) < 2:
        values = chance.uniform(-0.5, 0.5, shape)
    else:
        values = chance.normal(0.0, 1.5 / math.sqrt(math.prod(shape[1:])), shape)
    return values


def candidate_orders(student: Network, reference: Network) -> Iterator[list[int]]:
    """Ways to give each of the student's layers a layer of the reference's, likeliest first.

    Nothing is given when the layers cannot correspond one to one.
    """
    groups: dict[Signature, tuple[list[int], list[int]]] = {}
    for side, network in enumerate((student, reference)):
        for place, signature in enumerate(network.signatures()):
            groups.setdefault(signature, ([], []))[side].append(place)
    if any(len(mine) != len(theirs) for mine, theirs in groups.values()):
        return
    choices = (itertools.permutations(theirs) for _, theirs in groups.values())
    for picked in itertools.islice(_product_lazily(list(choices)), MAX_ORDERS):
        order = [0] * len(student.layers)
        for (mine, _), theirs in zip(groups.values(), picked, strict=True):
            for place, counterpart in zip(mine, theirs, strict=True):
                order[place] = counterpart
        yield order


def _product_lazily(
    iterators: Sequence[Iterator[tuple[int, ...]]],
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """The product of iterators without unrolling any of them beyond what is asked for."""
    bounded = [list(itertools.islice(iterator, MAX_ORDERS)) for iterator in iterators]
    return itertools.product(*bounded)


def same_function(
    student: dict[str, Any], reference: dict[str, Any], order: Sequence[int], precision: str
) -> bool:
    """Whether two runs on the same weights gave the same numbers, in both modes."""
    tolerance = _TOLERANCES.get(precision, 1e-7)
    for mode in ("eval", "train"):
        for part in ("output", "gradient"):
            if not close(student[mode][part], reference[mode][part], tolerance):
                return False
        for place, counterpart in enumerate(order):
            mine = student[mode]["layers"][place]["gradients"]
            theirs = reference[mode]["layers"][counterpart]["gradients"]
            if not all(
                _gradient_close(mine[name], theirs.get(name), mine, tolerance) for name in mine
            ):
                return False
    return _buffers_close(student["buffers"], reference["buffers"], order, tolerance)


def _gradient_close(
    mine: float | None, theirs: float | None, others: dict[str, Any], tolerance: float
) -> bool:
    """Whether two gradient norms agree; a gradient that is analytically zero may be noise."""
    if theirs is None:
        return True  # a bias the reference does not have
    scale = max([1e-3, *(float(value) for value in others.values() if value is not None)])
    return abs((mine or 0.0) - theirs) <= max(
        100 * tolerance * scale, 1e3 * tolerance * abs(theirs)
    )


def _buffers_close(
    mine: Sequence[dict[str, Array]],
    theirs: Sequence[dict[str, Array]],
    order: Sequence[int],
    tolerance: float,
) -> bool:
    return all(
        close(values, theirs[counterpart].get(name), tolerance)
        for place, counterpart in enumerate(order)
        for name, values in mine[place].items()
    )


def close(student: object, reference: object, tolerance: float) -> bool:
    """Whether an array has the reference's shape, is finite, and is near it in every entry."""
    if not isinstance(student, np.ndarray) or not isinstance(reference, np.ndarray):
        return False
    if student.shape != reference.shape or not np.isfinite(student).all():
        return False
    expected = reference.astype(np.float64)
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return bool((np.abs(student.astype(np.float64) - expected) <= tolerance * scale).all())
