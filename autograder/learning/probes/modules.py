"""Builds a module, tells its layers in the order in which they run, and runs it with given weights.

A layer is a submodule that owns parameters or buffers. Layers are told by what they are and do, never
by their names, so that a grader can put the same weights into two networks of different making.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from autograder.sandbox.child import Refusal
from autograder.sandbox.loading import definition, students_turn

_BUILT: Final = "modules"
_SKIPPED_BUFFERS: Final = frozenset(("num_batches_tracked",))
_MAX_LAYERS: Final = 400
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
    and output), `unused` (layers that did not run, or ran without effect on the output), `output`
    (shape), `parameters` (count).

    Raises:
        Refusal: it is not a module, or its output is not one tensor.
    """
    module, precision = _built(state, name, arguments, named, inputs)
    state.setdefault(_BUILT, {})[key] = module
    trace = _Trace(module)
    with trace:
        output = _run(state, name, module, torch.from_numpy(inputs).to(precision))
    if output.requires_grad:
        with students_turn(state, "the backward pass"):
            output.sum().backward()
    owners = _owners(module)
    used = [owner for owner in trace.order if owner in owners and _takes_part(owner)]
    state[f"order {key}"] = used
    return {
        "layers": [_layer(owner, trace) for owner in used[:_MAX_LAYERS]],
        "unused": [type(owner).__name__ for owner in owners if owner not in used],
        "output": list(output.shape),
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
        "precision": str(precision).removeprefix("torch."),
    }


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
        with students_turn(state, f"building {name}"):
            module = definition(state, name)(*arguments, **named)
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


class _Trace:
    """Notes which layers run, in which order, and what goes in and out of them."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.order: list[nn.Module] = []
        self.calls: dict[nn.Module, int] = {}
        self.inputs: dict[nn.Module, torch.Tensor] = {}
        self.outputs: dict[nn.Module, torch.Tensor] = {}
        self._handles: list[Any] = []

    def __enter__(self) -> _Trace:
        for owner in _owners(self.module):
            self._handles.append(owner.register_forward_hook(self._note))
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()

    def _note(self, owner: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        self.calls[owner] = self.calls.get(owner, 0) + 1
        if self.calls[owner] == 1:
            self.order.append(owner)
        if inputs and isinstance(inputs[0], torch.Tensor) and isinstance(output, torch.Tensor):
            self.inputs[owner], self.outputs[owner] = inputs[0].detach(), output.detach()


def _owners(module: nn.Module) -> list[nn.Module]:
    """The submodules that own parameters or buffers, each once."""
    return [part for part in module.modules() if any(True for _ in _tensors(part))]


def _takes_part(owner: nn.Module) -> bool:
    """Whether the output depends on a layer that ran, as far as its gradients tell."""
    parameters = [p for p in owner.parameters(recurse=False) if p.requires_grad]
    return not parameters or any(parameter.grad is not None for parameter in parameters)


def _tensors(owner: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    for name, parameter in owner.named_parameters(recurse=False):
        yield name, parameter
    for name, buffer in owner.named_buffers(recurse=False):
        if name not in _SKIPPED_BUFFERS and buffer.is_floating_point():
            yield name, buffer


def _layer(owner: nn.Module, trace: _Trace) -> dict[str, Any]:
    configuration = {
        name: _plain(getattr(owner, name)) for name in _CONFIGURATION if hasattr(owner, name)
    }
    return {
        "kind": type(owner).__name__,
        "tensors": {name: list(tensor.shape) for name, tensor in _tensors(owner)},
        "configuration": configuration,
        "calls": trace.calls.get(owner, 0),
        "input": list(trace.inputs[owner].shape) if owner in trace.inputs else [],
        "output": list(trace.outputs[owner].shape) if owner in trace.outputs else [],
    }


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
         if name not in _SKIPPED_BUFFERS and tensor.is_floating_point()}
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
    trace = _Trace(module)
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
        "layers": [_fingerprint(layer, trace) for layer in layers],
    }


def _fingerprint(layer: nn.Module, trace: _Trace) -> dict[str, Any]:
    """Few numbers that two layers share only if they were fed the same and gave the same."""
    return {
        "fed": _summary(trace.inputs.get(layer)),
        "gave": _summary(trace.outputs.get(layer)),
        "gradients": {
            name: None if parameter.grad is None else float(parameter.grad.double().norm())
            for name, parameter in layer.named_parameters(recurse=False)
        },
    }


def _summary(tensor: torch.Tensor | None) -> list[float]:
    if tensor is None or tensor.numel() == 0:
        return []
    values = tensor.double()
    return [
        float(values.mean()),
        float(values.abs().mean()),
        float(values.min()),
        float(values.max()),
    ]
