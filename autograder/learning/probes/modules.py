"""Builds a module, tells its layers in the order in which they run, and runs it with given weights.

A layer is a submodule that owns parameters or running statistics. Layers are told by what they are and
do, never by their names, so that a grader can put the same weights into two networks of different making.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from autograder.learning.probes.pretend import unpretended
from autograder.learning.probes.trace import SOURCE, Trace, last_map, reach_of_units
from autograder.sandbox.child import Refusal, StudentError
from autograder.sandbox.loading import definition, students_turn

_BUILT: Final = "modules"
# What training estimates counts as weights; any other buffer is a constant of the code's own.
_RUNNING: Final = frozenset(("running_mean", "running_var"))
_MAX_LAYERS: Final = 400
_FIELD_PIXELS: Final = 64
_CONFIGURATION: Final = (
    "kernel_size", "stride", "padding", "dilation", "groups", "padding_mode", "eps", "momentum",
    "affine", "track_running_stats", "p", "negative_slope",
)  # fmt: skip

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class _Run:
    """A module's run on images: the submodules that own tensors, what was noted, what came out."""

    module: nn.Module
    owners: list[nn.Module]
    images: torch.Tensor
    trace: Trace
    output: torch.Tensor


def describe(
    state: dict[str, Any],
    name: str,
    arguments: list[Any],
    named: dict[str, Any],
    inputs: Array,
    key: str,
) -> dict[str, Any]:
    """Build `name(*arguments)`, run it once in eval mode and describe what ran.

    Returns `layers` (in order of execution: kind, tensors with shapes, configuration, shapes of input
    and output, parents), `ends` (the layers that reach the output), `unused` (layers that did not run),
    `cut` (layers that ran, but no gradient reaches them from the output), `output` (shape),
    `parameters` (count), and what must hold of any network: `learns` (a gradient reaches its output),
    `repeats` (the same images give the same output again), `alone` (empty where an image gives the
    same output in a batch of one; else what happens instead).

    Raises:
        Refusal: it is not a module, or its output is not one tensor.
    """
    first = _first_run(state, name, arguments, named, inputs)
    state.setdefault(_BUILT, {})[key] = first.module
    with unpretended():
        layers, description = _described(first)
    state[f"order {key}"] = layers
    return description | _steadiness(first)


def _described(first: _Run) -> tuple[list[nn.Module], dict[str, Any]]:
    """The layers that take part, in the order in which they run, and what `describe` says of them."""
    module, owners, trace, output = first.module, first.owners, first.trace, first.output
    reached = _reached_backwards(output)
    used = [place for place in trace.order if _takes_part(owners[place], reached)]
    numbers = {place: number for number, place in enumerate(used)} | {SOURCE: SOURCE}
    return [owners[place] for place in used], {
        "layers": [_layer(owners[place], place, trace, numbers) for place in used[:_MAX_LAYERS]],
        "ends": _listed(trace.reached_by(output), numbers),
        "unused": [type(owner).__name__ for n, owner in enumerate(owners) if n not in trace.calls],
        "cut": [type(owners[place]).__name__ for place in trace.order if place not in used],
        "output": list(output.shape),
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
        "precision": str(first.images.dtype).removeprefix("torch."),
        "learns": output.requires_grad,
    }


def _listed(places: frozenset[int], numbers: dict[int, int]) -> list[int]:
    return sorted(numbers[place] for place in places if place in numbers)


def _steadiness(first: _Run) -> dict[str, Any]:
    """Whether an image alone gives what it gave among others, and the same images the same again.

    The second is asked only where the first is not so: what an image gives alone is another call.
    """
    module, images, output = first.module, first.images.detach(), first.output.detach()
    if output.dim() == 0:
        return {"repeats": True, "alone": "it is a single number"}
    tolerance = 1e-9 if images.dtype is torch.float64 else 1e-4
    try:
        with torch.no_grad():
            if _near(module(images[:1]), output[:1], tolerance):
                return {"repeats": True, "alone": ""}
            repeats = _near(module(images), output, tolerance)
            return {"repeats": repeats, "alone": "its output is another"}
    except Exception as error:
        return {"repeats": True, "alone": f"it fails ({type(error).__name__}: {error})"[:300]}


def _near(given: torch.Tensor, expected: torch.Tensor, tolerance: float) -> bool:
    return given.shape == expected.shape and torch.allclose(given, expected, 0, tolerance)


def field(state: dict[str, Any], key: str, channels: int) -> list[int] | None:
    """How wide a part of the input a unit of the last map sees, and how far its neighbour's lies.

    Measured on a built module with an image of its own; None where it takes none of that size.
    """
    module: nn.Module = state[_BUILT][key].eval()
    precision = next((p.dtype for p in module.parameters()), torch.float64)
    size = (1, channels, _FIELD_PIXELS, _FIELD_PIXELS)
    image = torch.randn(size, dtype=precision, requires_grad=True)
    trace = Trace([dict(_tensors(owner)) for owner in _owners(module)], image)
    with contextlib.suppress(Exception):
        with trace:
            module(image)
        seen = last_map(trace)
        return None if seen is None else reach_of_units(seen, image)
    return None


def evaluate(
    state: dict[str, Any],
    key: str,
    bank: list[dict[str, Array]],
    order: list[int],
    inputs: Array,
) -> dict[str, Any]:
    """Run a built module with the bank's weights: in eval mode, then forward and backward in train mode.

    `order[i]` is the place in the bank of what layer i gets. Returns the `output` in each mode, and of
    train mode the `gradient` by the input, the norms of each layer's `gradients`, and the running
    statistics it leaves (`buffers`).
    """
    module: nn.Module = state[_BUILT][key]
    layers: list[nn.Module] = state[f"order {key}"]
    outputs = {}
    for mode in ("eval", "train"):
        images = _images(module, inputs)
        _fill(layers, bank, order)
        module.train(mode == "train")
        torch.manual_seed(0)
        outputs[mode] = _run(state, "the model", module, images)
    module.eval()
    _backward(state, module, outputs["train"])
    gradient = images.grad if images.grad is not None else torch.zeros_like(images)
    with unpretended():
        return {
            **{mode: output.detach().double().numpy() for mode, output in outputs.items()},
            "gradient": gradient.double().numpy(),
            "gradients": [_gradient_norms(layer) for layer in layers],
            "buffers": [_running(layer) for layer in layers],
        }


def watch(
    state: dict[str, Any],
    key: str,
    bank: list[dict[str, Array]],
    order: list[int],
    inputs: Array,
) -> list[dict[str, list[float]]]:
    """What each layer of a built module is fed and gives in eval mode with the bank's weights.

    Four numbers each (mean, mean size, least, greatest), that two layers share only if they are fed and
    give the same.
    """
    module: nn.Module = state[_BUILT][key]
    layers: list[nn.Module] = state[f"order {key}"]
    images = _images(module, inputs)
    _fill(layers, bank, order)
    trace = Trace([dict(_tensors(layer)) for layer in layers], images)
    with trace:
        _run(state, "the model", module.eval(), images)
    return [
        {"fed": _summary(trace.inputs.get(place)), "gave": _summary(trace.outputs.get(place))}
        for place in range(len(layers))
    ]


def _images(module: nn.Module, inputs: Array) -> torch.Tensor:
    """The inputs in the precision of the module's weights."""
    precision = next((p.dtype for p in module.parameters()), torch.float64)
    return torch.from_numpy(inputs).to(precision, copy=True).requires_grad_()


def _first_run(
    state: dict[str, Any], name: str, arguments: list[Any], named: dict[str, Any], inputs: Array
) -> _Run:
    """The module's first run, in double precision where its own code allows that."""
    try:
        return _traced(state, name, _built(state, name, arguments, named), torch.float64, inputs)
    except (StudentError, Refusal):
        return _traced(state, name, _built(state, name, arguments, named), torch.float32, inputs)


def _traced(
    state: dict[str, Any], name: str, module: nn.Module, precision: torch.dtype, inputs: Array
) -> _Run:
    """A run in eval mode with notes, and a second where layers were made during the first."""
    module.to(precision).eval()
    for _ in range(2):
        owners = _owners(module)
        images = torch.from_numpy(inputs).to(precision, copy=True).requires_grad_()
        trace = Trace([dict(_tensors(owner)) for owner in owners], images)
        with trace:
            output = _run(state, name, module, images)
        if len(_owners(module)) == len(owners):
            break
    return _Run(module, owners, images, trace, output)


def _built(
    state: dict[str, Any], name: str, arguments: list[Any], named: dict[str, Any]
) -> nn.Module:
    maker = definition(state, name)
    if isinstance(maker, nn.Module):
        raise Refusal(f"{name} is a network already; it should be a function that makes one")
    with students_turn(state, f"building {name}"):
        module = maker(*arguments, **named)
    if not isinstance(module, nn.Module):
        raise Refusal(f"{name} gives a {type(module).__name__}, not an nn.Module")
    return module


def _run(state: dict[str, Any], name: str, module: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    with students_turn(state, f"running {name}"):
        output = module(inputs)
    if not isinstance(output, torch.Tensor):
        raise Refusal(f"the model gives a {type(output).__name__}, not a tensor")
    return output


def _owners(module: nn.Module) -> list[nn.Module]:
    """The submodules that own parameters or running statistics, each once."""
    return [part for part in module.modules() if any(True for _ in _tensors(part))]


def _reached_backwards(output: torch.Tensor) -> set[int]:
    """The parameters, by id, that a gradient of the output comes to."""
    found: set[int] = set()
    seen, waiting = set(), [output.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            found.add(id(node.variable))
        waiting += [following for following, _ in node.next_functions]
    return found


def _takes_part(owner: nn.Module, reached: set[int]) -> bool:
    """Whether the output depends on a layer that ran, as far as its gradients tell."""
    parameters = [p for p in owner.parameters(recurse=False) if p.requires_grad]
    return not parameters or any(id(parameter) in reached for parameter in parameters)


def _tensors(owner: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    seen: set[int] = set()
    for name, parameter in owner._parameters.items():
        if parameter is not None and id(parameter) not in seen:
            seen.add(id(parameter))  # one that has two names counts under the first
            yield name, parameter
    for name, buffer in owner._buffers.items():
        if name in _RUNNING and buffer is not None:
            yield name, buffer


def _layer(owner: nn.Module, place: int, trace: Trace, numbers: dict[int, int]) -> dict[str, Any]:
    configuration = {
        name: _plain(getattr(owner, name)) for name in _CONFIGURATION if _has(owner, name)
    }
    return {
        "kind": type(owner).__name__,
        "tensors": {name: list(tensor.shape) for name, tensor in _tensors(owner)},
        "configuration": configuration,
        "calls": trace.calls[place],
        "input": list(trace.inputs[place].shape),
        "output": list(trace.outputs[place].shape),
        "parents": _listed(trace.parents[place], numbers),
        "foreign": _is_foreign(owner),
    }


def _has(owner: nn.Module, name: str) -> bool:
    """`hasattr`, where asking a module for what it lacks is slow."""
    return name in vars(owner) or hasattr(type(owner), name)


def _is_foreign(owner: nn.Module) -> bool:
    """Whether a module that owns tensors is not a layer of torch, or a mere list of tensors."""
    containers = (nn.ParameterList, nn.ParameterDict)
    return not type(owner).__module__.startswith("torch.") or isinstance(owner, containers)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def _fill(layers: list[nn.Module], bank: list[dict[str, Array]], order: list[int]) -> None:
    """Put the bank's weights into the layers; shapes may differ by axes of length one."""
    with torch.no_grad(), unpretended():
        for layer, place in zip(layers, order, strict=True):
            for name, tensor in _tensors(layer):
                values = torch.from_numpy(bank[place][name])
                tensor.copy_(values.reshape(tensor.shape))


def _backward(state: dict[str, Any], module: nn.Module, output: torch.Tensor) -> None:
    """From a sum of the output in which no two entries weigh the same."""
    module.zero_grad()
    if output.requires_grad:
        weights = torch.linspace(-1.0, 1.0, output.numel(), dtype=output.dtype)
        with students_turn(state, "the backward pass"):
            (output.reshape(-1) * weights).sum().backward()


def _gradient_norms(layer: nn.Module) -> dict[str, float | None]:
    return {
        name: None if parameter.grad is None else float(parameter.grad.double().norm())
        for name, parameter in layer.named_parameters(recurse=False)
    }


def _running(layer: nn.Module) -> dict[str, Array]:
    """Copies of a layer's running statistics."""
    buffers = layer.named_buffers(recurse=False)
    return {name: tensor.numpy().copy() for name, tensor in buffers if name in _RUNNING}


def _summary(tensor: torch.Tensor | None) -> list[float]:
    if tensor is None or tensor.numel() == 0:
        return []
    values = tensor.detach().double()
    return [
        float(values.mean()),
        float(values.abs().mean()),
        float(values.min()),
        float(values.max()),
    ]
