"""Puts the same weights into two networks and tells whether they are the same function.

Layers are matched by role: by what feeds them, what they feed, and the shapes of their tensors; by
the order in which they run where that leaves a choice. Names, declaration order and style play no
part. The comparison is of outputs and input gradients, in eval and in train mode, in double precision.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, Any]
Bank = list[dict[str, Array]]
Signature = tuple[tuple[str, tuple[int, ...]], ...]

MAX_ORDERS: Final = 48
SOURCE: Final = -1  # the network's input, among a layer's parents
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
    parents: tuple[int, ...] = ()
    foreign: bool = False  # not a layer of torch's own

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
    ends: tuple[int, ...] = ()
    learns: bool = True
    repeats: bool = True
    alone: str = ""
    cut: tuple[str, ...] = ()

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
                _shape(layer["parents"]),
                bool(layer["foreign"]),
            )
            for layer in description["layers"]
        )
        return Network(
            layers,
            tuple(str(name)[:80] for name in description["unused"]),
            _shape(description["output"]),
            int(description["parameters"]),
            str(description["precision"]),
            _shape(description["ends"]),
            bool(description["learns"]),
            bool(description["repeats"]),
            str(description["alone"])[:300],
            tuple(str(name)[:80] for name in description["cut"]),
        )

    @cached_property
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

    @cached_property
    def roles(self) -> list[str]:
        """A name for the role of each layer, the same in networks that are wired alike.

        It is made of the shapes of the layer's tensors, refined by the roles of what feeds it and of what
        it feeds until nothing changes (Weisfeiler and Leman, 1968).
        """
        names = [repr(signature) for signature in self.signatures]
        for _ in range(len(names).bit_length() + 2):
            around = (self._neighbourhood(place, names) for place in range(len(names)))
            names = [hashlib.sha256(repr(found).encode()).hexdigest() for found in around]
        return names

    def _neighbourhood(self, place: int, names: list[str]) -> tuple[Any, ...]:
        above = sorted(names[n] if n >= 0 else "input" for n in self.layers[place].parents)
        below = sorted(names[n] for n in self._fed.get(place, ()))
        return names[place], above, below, place in self.ends

    @cached_property
    def _fed(self) -> dict[int, list[int]]:
        """The layers that each layer feeds."""
        fed: dict[int, list[int]] = {}
        for number, layer in enumerate(self.layers):
            for parent in set(layer.parents):
                fed.setdefault(parent, []).append(number)
        return fed

    def feeds_norm(self, place: int) -> bool:
        """Whether a layer's output goes straight into a normalisation, and nowhere else."""
        fed = [self.layers[number] for number in self._fed.get(place, ())]
        if fed:
            only_norms = all(layer.is_norm for layer in fed) and place not in self.ends
            return only_norms and not self.layers[place].is_norm
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
    """Random weights for each of the reference's layers, sized so that signals neither die nor grow.

    They are numbers of single precision, which are the same in a network of either.
    """
    chance = np.random.default_rng(seed)
    bank: Bank = []
    for place, layer in enumerate(reference.layers):
        tensors = dict(layer.tensors)
        bank.append(
            {
                name: _values(chance, layer, name, shape).astype(np.float32)
                for name, shape in tensors.items()
            }
        )
        if reference.feeds_norm(place) or "bias" not in tensors:
            # The counterpart may have a bias that the reference lacks, or the other way round.
            channels = next(iter(tensors.values()), (1,))[0]
            bank[-1]["bias"] = np.zeros(tensors.get("bias", (channels,)), np.float32)
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


def distance(student: Network, reference: Network) -> tuple[int, int]:
    """How unlike two networks are: by the kinds of layers they declare, then by the tensors they use."""
    kinds = [
        Counter([*(layer.kind for layer in network.layers), *network.unused, *network.cut])
        for network in (student, reference)
    ]
    shapes = [Counter(network.signatures) for network in (student, reference)]
    return _difference(*kinds), _difference(*shapes)


def _difference(mine: Counter[Any], theirs: Counter[Any]) -> int:
    return (mine - theirs).total() + (theirs - mine).total()


def candidate_orders(student: Network, reference: Network) -> Iterator[list[int]]:
    """Ways to give each of the student's layers a layer of the reference's, likeliest first.

    By roles where the two are wired alike, otherwise by the shapes of tensors alone; nothing is given
    when the layers cannot correspond one to one.
    """
    by_role = _groups(student.roles, reference.roles)
    groups = by_role or _groups(student.signatures, reference.signatures)
    if groups is None:
        return
    choices = (itertools.permutations(theirs) for _, theirs in groups)
    for picked in itertools.islice(_product_lazily(list(choices)), MAX_ORDERS):
        order = [0] * len(student.layers)
        for (mine, _), theirs in zip(groups, picked, strict=True):
            for place, counterpart in zip(mine, theirs, strict=True):
                order[place] = counterpart
        yield order


def _groups(
    mine: Sequence[Hashable], theirs: Sequence[Hashable]
) -> list[tuple[list[int], list[int]]] | None:
    """Places of the same name in both, None unless each name occurs as often in one as in the other."""
    groups: dict[Hashable, tuple[list[int], list[int]]] = {}
    for side, names in enumerate((mine, theirs)):
        for place, name in enumerate(names):
            groups.setdefault(name, ([], []))[side].append(place)
    if any(len(own) != len(other) for own, other in groups.values()):
        return None
    return list(groups.values())


def _product_lazily(
    iterators: Sequence[Iterator[tuple[int, ...]]],
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """The product of iterators without unrolling any of them beyond what is asked for."""
    bounded = [list(itertools.islice(iterator, MAX_ORDERS)) for iterator in iterators]
    return itertools.product(*bounded)


def same_function(
    student: dict[str, Any], reference: dict[str, Any], order: Sequence[int], precision: str
) -> bool:
    """Whether two runs on the same weights gave the same numbers: outputs in both modes, and in train
    mode what flows back and the statistics that are kept."""
    tolerance = _TOLERANCES.get(precision, 1e-7)
    for part in ("eval", "train", "gradient"):
        if not close(student[part], reference[part], tolerance):
            return False
    for mine, counterpart in zip(student["gradients"], order, strict=True):
        theirs = reference["gradients"][counterpart]
        if not all(_gradient_close(mine[name], theirs.get(name), mine, tolerance) for name in mine):
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
