"""Says in words where a student's network parts from the reference: the first layer that differs.

What a job says about its layers is advisory: it explains a verdict that the outputs have given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from autograder.learning.transplant import SOURCE, Layer, Network, close

_NAMES: Final = {
    "Conv1d": "convolution",
    "Conv2d": "convolution",
    "Conv3d": "convolution",
    "Linear": "linear layer",
    "BatchNorm1d": "batch normalisation",
    "BatchNorm2d": "batch normalisation",
}
_SETTINGS: Final = ("kernel_size", "stride", "padding", "dilation", "groups", "padding_mode")
_NORM_SETTINGS: Final = ("eps", "momentum", "affine", "track_running_stats")


def name_of(layers: Sequence[Layer], place: int) -> str:
    """`the 3rd convolution`: a layer by its kind and its place among those of its kind."""
    kind = layers[place].kind
    count = sum(layer.kind == kind for layer in layers[: place + 1])
    return f"the {ordinal(count)} {_NAMES.get(kind, kind)}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, ..."""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in (11, 12, 13) else 0)
    return f"{number}{suffix or 'th'}"


def shape_of(shape: Sequence[int]) -> str:
    """`2×10`"""
    return "×".join(str(n) for n in shape) or "a single number"


def unsteadiness(student: Network, reference: Network) -> str | None:
    """What must hold of any network and does not: it learns, repeats itself, takes images one by one."""
    if reference.learns and not student.learns:
        return (
            "No gradient flows from the output to the parameters, so the network cannot learn: is it "
            "computed under `torch.no_grad()`, detached, or rounded to a class?"
        )
    if reference.repeats and not student.repeats:
        return (
            "In eval mode the same images give another output the second time: something is random, or "
            "is kept from one call to the next."
        )
    if student.alone and not reference.alone:
        return (
            "In eval mode the output for an image depends on the other images of its batch; in a batch "
            f"of its own {student.alone}."
        )
    return None


def receptive_field(network: Network) -> tuple[int, int] | None:
    """Size and step of the receptive field by the formula; None unless layers follow one another.

    A unit of the last map sees 1 + Σ (K_l − 1) Π_{i<l} S_i pixels of a row, its neighbour sees them
    Π S_i further on (Dumoulin and Visin, "A guide to convolution arithmetic", 2016).
    """
    size, step, previous = 1, 1, SOURCE
    for place, layer in enumerate(network.layers):
        if layer.parents != (previous,):
            return None
        previous = place
        if layer.kind.startswith("Conv") and layer.output[-1:] != (1,):
            kernel, stride = (
                layer.configuration["kernel_size"][-1],
                layer.configuration["stride"][-1],
            )
            size += (kernel - 1) * layer.configuration["dilation"][-1] * step
            step *= stride
    return size, step


def field_line(measured: Sequence[int], reference: Network) -> str | None:
    """What a unit of the last map sees of the input, where that is not what the formula gives."""
    formula = receptive_field(reference)
    if formula is None or tuple(measured) == formula:
        return None
    return (
        f"Measured on your network, a unit of its last map sees {measured[0]} pixels of a row, and its "
        f"neighbour sees them {measured[1]} further on; it should be {formula[0]} and {formula[1]}."
    )


def structural_difference(student: Network, reference: Network, given: Sequence[int]) -> str | None:
    """What the layers alone show: a missing layer, another size, another setting."""
    if student.output != reference.output:
        line = (
            f"For an input of {shape_of(given)} your output is {shape_of(student.output)}; "
            f"it should be {shape_of(reference.output)}."
        )
        setting = _first_setting(student, reference)
        return f"{line} {setting}" if setting else line
    return _missing_layers(student, reference) or _first_setting(student, reference)


def _missing_layers(student: Network, reference: Network) -> str | None:
    mine = Counter(layer.kind for layer in student.layers)
    theirs = Counter(layer.kind for layer in reference.layers)
    if mine == theirs:
        return None
    parts = []
    for kind in (*theirs, *(kind for kind in mine if kind not in theirs)):
        if mine[kind] != theirs[kind]:
            name = _NAMES.get(kind, kind)
            parts.append(
                f"{mine[kind]} {name}{_plural(mine[kind])} where {theirs[kind]} are expected"
            )
    line = f"Your model runs {', and '.join(parts)}."
    if student.unused:
        line += f" Declared but never used: {', '.join(sorted(set(student.unused)))}."
    if student.cut:
        names = ", ".join(sorted(set(student.cut)))
        line += f" Run, but without effect on the output, or cut off from its gradient: {names}."
    repeated = [i for i, layer in enumerate(student.layers) if layer.calls > 1]
    if repeated:
        line += f" {name_of(student.layers, repeated[0]).capitalize()} is used more than once."
    return line


def _plural(count: int) -> str:
    return "" if count == 1 else "s"


def _first_setting(student: Network, reference: Network) -> str | None:
    """The first layer, in the order they run, whose sizes or settings are not the reference's."""
    for mine, theirs in _pairs(student, reference):
        layer, expected = student.layers[mine], reference.layers[theirs]
        who = name_of(student.layers, mine).capitalize()
        for line in _setting_differences(layer, expected):
            return f"{who} {line}."
        if layer.calls != expected.calls:
            return f"{who} is used more than once: {layer.calls} times instead of {expected.calls}."
    return None


def _pairs(student: Network, reference: Network) -> Iterator[tuple[int, int]]:
    """Layers of the same kind, in the order they run."""
    by_kind: dict[str, list[int]] = {}
    for place, layer in enumerate(reference.layers):
        by_kind.setdefault(layer.kind, []).append(place)
    for place, layer in enumerate(student.layers):
        counterparts = by_kind.get(layer.kind)
        if counterparts:
            yield place, counterparts.pop(0)


def _setting_differences(layer: Layer, expected: Layer) -> Iterator[str]:
    if layer.kind.startswith("Conv") and "weight" in layer.tensors:
        mine, theirs = layer.tensors["weight"], expected.tensors["weight"]
        same_groups = layer.configuration.get("groups") == expected.configuration.get("groups")
        if mine[:2] != theirs[:2] and same_groups:
            yield f"maps {mine[1]} to {mine[0]} channels; expected {theirs[1]} to {theirs[0]}"
        for name in _SETTINGS:
            own, right = _setting(layer, name), _setting(expected, name)
            if own != right:
                shown = name.replace("_", " ")
                yield f"has {shown} {_shown(own)}; expected {_shown(right)}{_size(layer, expected)}"
    elif layer.tensors.get("weight") != expected.tensors.get("weight") and not layer.is_norm:
        mine, theirs = layer.tensors.get("weight", ()), expected.tensors.get("weight", ())
        if len(mine) == len(theirs) == 2:
            yield f"maps {mine[1]} to {mine[0]} values; expected {theirs[1]} to {theirs[0]}"
        else:
            yield f"has weights of shape {shape_of(mine)}; expected {shape_of(theirs)}"
    if layer.is_norm:
        if layer.tensors.get("weight") != expected.tensors.get("weight"):
            channels = shape_of(layer.tensors.get("weight", ()))
            yield f"has {channels} channels; expected {shape_of(expected.tensors.get('weight', ()))}"
        for name in _NORM_SETTINGS:
            if layer.configuration.get(name) != expected.configuration.get(name):
                own, right = layer.configuration.get(name), expected.configuration.get(name)
                yield f"has {name} {own}; expected {right}"
    if ("bias" in layer.tensors) != ("bias" in expected.tensors):
        yield "has no bias" if "bias" in expected.tensors else "has a bias that is not expected"


def _size(layer: Layer, expected: Layer) -> str:
    """What a wrong setting did to the size, as evidence."""
    if not layer.output or layer.output == expected.output or layer.input != expected.input:
        return ""
    sizes = f"{shape_of(layer.input[2:])} becomes {shape_of(layer.output[2:])}"
    return f" (an image of {sizes} instead of {shape_of(expected.output[2:])})"


def _setting(layer: Layer, name: str) -> Any:
    """A setting in one form: 'same' padding as the numbers it stands for."""
    value = layer.configuration.get(name)
    if name == "padding" and value in ("same", "valid"):
        kernel = layer.configuration.get("kernel_size") or []
        spread = layer.configuration.get("dilation") or [1] * len(kernel)
        if value == "valid":
            return [0] * len(kernel)
        return [d * (k - 1) // 2 for k, d in zip(kernel, spread, strict=False)]
    return value


def _shown(value: Any) -> str:
    if isinstance(value, list) and value and all(item == value[0] for item in value):
        return str(value[0])
    return shape_of(value) if isinstance(value, list) else str(value)


def behavioural_difference(
    student: Network,
    runs: tuple[dict[str, Any], dict[str, Any]],
    seen: tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]],
    order: Sequence[int],
    tolerance: float = 1e-7,
) -> str:
    """Where two networks of the same layers part, from what each layer was fed and gave.

    Of `runs` and `seen` (`probes.modules.evaluate` and `watch`) the first is the student's.
    """
    mine, theirs = runs
    if close(mine["eval"], theirs["eval"], tolerance):
        return _difference_beyond_output(mine, theirs, tolerance)
    for place, counterpart in enumerate(order):
        who = name_of(student.layers, place)
        own, right = seen[0][place], seen[1][counterpart]
        if not _alike(own["fed"], right["fed"]):
            return _difference_of_feed(who, place, own["fed"], right["fed"])
        if not _alike(own["gave"], right["gave"]):
            return f"{who.capitalize()} computes something else from the same input."
    return _difference_after_layers(mine["eval"], theirs["eval"])


def _alike(own: Sequence[float], right: Sequence[float]) -> bool:
    return len(own) == len(right) and bool(np.allclose(own, right, rtol=1e-6, atol=1e-8))


def _difference_of_feed(who: str, place: int, own: Sequence[float], right: Sequence[float]) -> str:
    if len(own) == len(right) == 4:
        least, expected = own[2], right[2]
        if expected >= 0 > least:
            return f"A ReLU is missing before {who}: it is fed negative values down to {least:.3g}."
        if least >= 0 > expected:
            return f"There is an activation before {who} that should not be there."
    before = "the input" if place == 0 else "what reaches it"
    return f"{who.capitalize()} is fed something else: {before} is not what it should be."


def _difference_after_layers(own: Any, right: Any) -> str:
    start = "All layers agree, but what follows the last one differs"
    if isinstance(own, np.ndarray) and own.ndim == 2 and own.size:
        if np.allclose(own.sum(axis=1), 1.0) and (own >= 0).all():
            return f"{start}: the output has gone through a softmax; raw scores are asked for."
        if np.allclose(np.exp(np.clip(own, -700, 50)).sum(axis=1), 1.0):
            return f"{start}: the output has gone through a log-softmax; raw scores are asked for."
    if isinstance(own, np.ndarray) and isinstance(right, np.ndarray) and own.shape == right.shape:
        if np.allclose(own, np.maximum(right, 0.0)):
            return f"{start}: there is a ReLU at the end that should not be there."
        if np.allclose(right, np.maximum(own, 0.0)):
            return f"{start}: the last ReLU is missing."
    return f"{start}."


def _difference_beyond_output(
    mine: dict[str, Any], theirs: dict[str, Any], tolerance: float
) -> str:
    if not close(mine["train"], theirs["train"], tolerance):
        return (
            "Your model agrees in eval mode but not in train mode: "
            "something behaves differently while training, such as dropout or a frozen statistic."
        )
    if not close(mine["gradient"], theirs["gradient"], tolerance):
        return "The outputs agree, but the gradient does not flow back as it should (a detach?)."
    return "The outputs agree, but gradients or running statistics of a layer do not."
