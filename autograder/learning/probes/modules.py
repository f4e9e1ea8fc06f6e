"""Builds a module, tells its layers in the order in which they run, and runs it with given weights.

A layer is a submodule that owns parameters or running statistics. Layers are told by what they are and
do, never by their names, so that a grader can put the same weights into two networks of different making.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from autograder.learning.probes.trace import SOURCE, Trace, last_map, reach_of_units
from autograder.sandbox.child import Refusal
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
    module, precision = _built(state, name, arguments, named, inputs)
    state.setdefault(_BUILT, {})[key] = module
    images = torch.from_numpy(inputs).to(precision).requires_grad_()
    owners = _owners(module)
    trace = Trace([dict(_tensors(owner)) for owner in owners], images)
    with trace:
        output = _run(state, name, module, images)
    if output.requires_grad:
        with students_turn(state, "the backward pass"):
            output.sum().backward()
    used = [place for place in trace.order if _takes_part(owners[place])]
    state[f"order {key}"] = [owners[place] for place in used]
    numbers = {place: number for number, place in enumerate(used)} | {SOURCE: SOURCE}
    return {
        "layers": [_layer(owners[place], place, trace, numbers) for place in used[:_MAX_LAYERS]],
        "ends": _listed(trace.reached_by(output), numbers),
        "unused": [type(owner).__name__ for n, owner in enumerate(owners) if n not in trace.calls],
        "cut": [type(owners[place]).__name__ for place in trace.order if place not in used],
        "output": list(output.shape),
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
        "precision": str(precision).removeprefix("torch."),
        "learns": output.requires_grad,
        **_steadiness(module, images.detach(), output.detach()),
    }


def _listed(places: frozenset[int], numbers: dict[int, int]) -> list[int]:
    return sorted(numbers[place] for place in places if place in numbers)


def _steadiness(module: nn.Module, images: torch.Tensor, output: torch.Tensor) -> dict[str, Any]:
    """Whether the same images give the same output again, and one alone what it gave among others."""
    if output.dim() == 0:
        return {"repeats": True, "alone": "it is a single number"}
    tolerance = 1e-9 if images.dtype is torch.float64 else 1e-4
    try:
        with torch.no_grad():
            again, alone = module(images), module(images[:1])
    except Exception as error:
        return {"repeats": True, "alone": f"it fails ({type(error).__name__}: {error})"[:300]}
    same = again.shape == output.shape and torch.allclose(again, output, 0, tolerance)
    like = alone.shape == output[:1].shape and torch.allclose(alone, output[:1], 0, tolerance)
    return {"repeats": same, "alone": "" if like else "its output is another"}


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
    orders: list[list[int]],
    inputs: Array,
) -> list[dict[str, Any]]:
    """Run a built module with the bank's weights, once for each order.

    `orders[n][i]` is the place in the bank of what layer i gets. For each order: output and input
    gradient in eval and in train mode, running statistics after training mode, the norm of each
    layer's gradients, and what each layer was fed and gave.
    """
    return [_evaluated(state, key, bank, order, inputs) for order in orders]


def _built(
    state: dict[str, Any], name: str, arguments: list[Any], named: dict[str, Any], inputs: Array
) -> tuple[nn.Module, torch.dtype]:
    """The module in double precision where its own code allows that."""
    for precision in (torch.float64, torch.float32):
        maker = definition(state, name)
        if isinstance(maker, nn.Module):
            raise Refusal(f"{name} is a network already; it should be a function that makes one")
        with students_turn(state, f"building {name}"):
            module = maker(*arguments, **named)
        if not isinstance(module, nn.Module):
            raise Refusal(f"{name} gives a {type(module).__name__}, not an nn.Module")
        module.to(precision)
        module.eval()
        if precision is torch.float32:
            break
        with contextlib.suppress(Exception), torch.no_grad():
            module(torch.from_numpy(inputs).to(precision))
            break
    return module, precision


def _run(state: dict[str, Any], name: str, module: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    with students_turn(state, f"running {name}"):
        output = module(inputs)
    if not isinstance(output, torch.Tensor):
        raise Refusal(f"the model gives a {type(output).__name__}, not a tensor")
    return output


def _owners(module: nn.Module) -> list[nn.Module]:
    """The submodules that own parameters or running statistics, each once."""
    return [part for part in module.modules() if any(True for _ in _tensors(part))]


def _takes_part(owner: nn.Module) -> bool:
    """Whether the output depends on a layer that ran, as far as its gradients tell."""
    parameters = [p for p in owner.parameters(recurse=False) if p.requires_grad]
    return not parameters or any(parameter.grad is not None for parameter in parameters)


def _tensors(owner: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    for name, parameter in owner.named_parameters(recurse=False):
        yield name, parameter
    for name, buffer in owner.named_buffers(recurse=False):
        if name in _RUNNING:
            yield name, buffer


def _layer(owner: nn.Module, place: int, trace: Trace, numbers: dict[int, int]) -> dict[str, Any]:
    configuration = {
        name: _plain(getattr(owner, name)) for name in _CONFIGURATION if hasattr(owner, name)
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


def _is_foreign(owner: nn.Module) -> bool:
    """Whether a module that owns tensors is not a layer of torch, or a mere list of tensors."""
    containers = (nn.ParameterList, nn.ParameterDict)
    return not type(owner).__module__.startswith("torch.") or isinstance(owner, containers)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def _evaluated(
    state: dict[str, Any], key: str, bank: list[dict[str, Array]], order: list[int], inputs: Array
) -> dict[str, Any]:
    module: nn.Module = state[_BUILT][key]
    layers: list[nn.Module] = state[f"order {key}"]
    result: dict[str, Any] = {}
    for mode in ("eval", "train"):
        _fill(layers, bank, order)
        module.train(mode == "train")
        torch.manual_seed(0)
        result[mode] = _pass(state, module, layers, inputs)
    module.eval()
    result["buffers"] = [
        {name: tensor.numpy().copy() for name, tensor in layer.named_buffers(recurse=False)
         if name in _RUNNING}
        for layer in layers
    ]  # fmt: skip
    return result


def _fill(layers: list[nn.Module], bank: list[dict[str, Array]], order: list[int]) -> None:
    """Put the bank's weights into the layers; shapes may differ by axes of length one."""
    with torch.no_grad():
        for layer, place in zip(layers, order, strict=True):
            for name, tensor in _tensors(layer):
                values = torch.from_numpy(bank[place][name])
                tensor.copy_(values.reshape(tensor.shape))


def _pass(
    state: dict[str, Any], module: nn.Module, layers: list[nn.Module], inputs: Array
) -> dict[str, Any]:
    """Forward and backward once, with numbers that tell where two networks part."""
    precision = next(module.parameters()).dtype if any(True for _ in module.parameters()) else None
    tensor = torch.from_numpy(inputs).to(precision or torch.float64).requires_grad_()
    module.zero_grad()
    trace = Trace([dict(_tensors(layer)) for layer in layers], tensor)
    with trace:
        output = _run(state, "the model", module, tensor)
    if output.requires_grad:
        weights = torch.linspace(-1.0, 1.0, output.numel(), dtype=output.dtype)
        with students_turn(state, "the backward pass"):
            (output.reshape(-1) * weights).sum().backward()
    gradient = tensor.grad if tensor.grad is not None else torch.zeros_like(tensor)
    return {
        "output": output.detach().double().numpy(),
        "gradient": gradient.double().numpy(),
        "layers": [_fingerprint(layer, place, trace) for place, layer in enumerate(layers)],
    }


def _fingerprint(layer: nn.Module, place: int, trace: Trace) -> dict[str, Any]:
    """Few numbers that two layers share only if they were fed the same and gave the same."""
    return {
        "fed": _summary(trace.inputs.get(place)),
        "gave": _summary(trace.outputs.get(place)),
        "gradients": {
            name: None if parameter.grad is None else float(parameter.grad.double().norm())
            for name, parameter in layer.named_parameters(recurse=False)
        },
    }


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
