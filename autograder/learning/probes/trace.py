"""Notes which layers a forward pass uses, in which order, and what feeds what.

A layer is noted when a function of torch is given one of its tensors, so that `self.conv(x)` and
`F.conv2d(x, self.conv.weight)` are the same to a grader. Where values come from is followed from
function to function: a layer's parents are the layers whose results reach it without another between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import torch
from torch.overrides import TorchFunctionMode

SOURCE: Final = -1  # stands for the network's input among the parents
_NOWHERE: Final[frozenset[int]] = frozenset()


class Trace(TorchFunctionMode):
    """Use it as a context manager around a forward pass on `source`.

    `tensors` gives each layer's own parameters and buffers. Afterwards `order` holds the places of
    the layers that ran; `calls`, `inputs`, `outputs` and `parents` are by place.
    """

    def __init__(self, tensors: Sequence[Mapping[str, torch.Tensor]], source: torch.Tensor) -> None:
        super().__init__()
        self.order: list[int] = []
        self.calls: dict[int, int] = {}
        self.inputs: dict[int, torch.Tensor] = {}
        self.outputs: dict[int, torch.Tensor] = {}
        self.parents: dict[int, frozenset[int]] = {}
        self._owner = {
            id(tensor): place for place, own in enumerate(tensors) for tensor in own.values()
        }
        self._in_use: dict[int, set[int]] = {}
        self._reach = {id(source): frozenset((SOURCE,))}
        self._kept: list[torch.Tensor] = [source]  # an id is good while its tensor lives

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        given = list(_tensors((args, kwargs)))
        # What is changed in place still comes from where it came from.
        reach = _NOWHERE.union(*(self._reach.get(id(t), _NOWHERE) for t in given))
        result = func(*args, **kwargs)
        made = list(_tensors(result))
        if made:
            self._note(given, made, reach)
        return result

    def _note(
        self, given: list[torch.Tensor], made: list[torch.Tensor], reach: frozenset[int]
    ) -> None:
        self._kept += made
        owners = [self._owner[id(tensor)] for tensor in given if id(tensor) in self._owner]
        others = [tensor for tensor in given if id(tensor) not in self._owner]
        if owners and not others:
            self._owner.update((id(tensor), owners[0]) for tensor in made)  # a view of a weight
            return
        if owners:
            own = {id(t) for t in given if self._owner.get(id(t)) == owners[0]}
            self._use(owners[0], own, others[0], made[0], reach)
            reach = frozenset((owners[0],))
        self._reach.update((id(tensor), reach) for tensor in made)

    def _use(
        self,
        place: int,
        own: set[int],
        given: torch.Tensor,
        made: torch.Tensor,
        reach: frozenset[int],
    ) -> None:
        if place not in self.calls:
            self.order.append(place)
            self.calls[place] = 0
            self.inputs[place], self.parents[place] = given, reach
        elif reach == {place} and not own & self._in_use[place]:
            self._in_use[place] |= own
            self.outputs[place] = made  # the same call goes on, as in x @ w + b
            return
        self._in_use[place] = own
        self.calls[place] += 1
        self.parents[place] |= reach
        self.outputs.setdefault(place, made)

    def reached_by(self, output: torch.Tensor) -> frozenset[int]:
        """The layers whose results reach a tensor without another layer between."""
        return self._reach.get(id(output), _NOWHERE)


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))


def reach_of_units(output: torch.Tensor, source: torch.Tensor) -> list[int] | None:
    """How wide a part of `source` one unit of a feature map sees, and how far the next one's lies.

    Measured by autograd: the columns of the input on which the unit in the middle depends. None where
    the map has no two units side by side away from the border.
    """
    if output.dim() != 4 or output.shape[-1] < 2 or not output.requires_grad:
        return None
    row, column = output.shape[-2] // 2, (output.shape[-1] - 1) // 2
    spans = []
    for place in (column, column + 1):
        total = output[:, :, row, place].sum()
        (gradient,) = torch.autograd.grad(total, source, retain_graph=True, allow_unused=True)
        if gradient is None or not gradient.any():
            return None
        seen = gradient.abs().sum(dim=(0, 1, 2)).nonzero().flatten()
        spans.append((int(seen[0]), int(seen[-1])))
    (left, right), (next_left, next_right) = spans
    if left == 0 or next_right == source.shape[-1] - 1:
        return None  # the border may cut the span off
    return [right - left + 1, next_right - right if next_left else next_left - left]


def last_map(trace: Trace) -> torch.Tensor | None:
    """The output of the last layer that gives a map of more than one unit."""
    maps = [trace.outputs[place] for place in trace.order if trace.outputs[place].dim() == 4]
    wide = [output for output in maps if output.shape[-1] > 1]
    return wide[-1] if wide else None
