"""Says in words how one run of a training loop differs from another on the same fixture.

Both are reports of `probes.steps.run`. Weights, statistics, rates and histories decide; the events of
an epoch (what was called, in which order) explain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from autograder.learning.transplant import close

HISTORIES: Final = ("loss", "accuracy", "learning rate")
_SAME_RATE: Final = 1e-9
_CALLS: Final = {
    "zero": "optimizer.zero_grad()",
    "loss": "criterion(...)",
    "backward": "loss.backward()",
    "step": "optimizer.step()",
    "schedule": "scheduler.step()",
}


def differences(
    mine: dict[str, Any], theirs: dict[str, Any], tolerance: float
) -> dict[str, list[str]]:
    """What differs, by part, each with lines for the student."""
    found: dict[str, list[str]] = {}
    if not all(close(mine["state"].get(k), v, tolerance) for k, v in theirs["state"].items()):
        found["training"] = _training_lines(mine, theirs, tolerance)
    if abs(mine["rate"] - theirs["rate"]) > _SAME_RATE:
        found["rates"] = [_rate_line(mine, theirs)]
    lines = list(dict.fromkeys(_history_lines(mine, theirs, tolerance)))
    if lines:
        found["histories"] = lines
    return found


def _training_lines(mine: dict[str, Any], theirs: dict[str, Any], tolerance: float) -> list[str]:
    lines = []
    modes = [mode for epoch in mine["epochs"] for mode in epoch["passes"]]
    if not modes:
        return ["The model is never run."]
    if not all(modes):
        lines.append("The model is not in train mode throughout: dropout and statistics are off.")
    lines += _event_lines(mine["epochs"][0], theirs["batches"])
    weights = [key for key in theirs["state"] if not key.startswith("norm.running")]
    equal = all(close(mine["state"].get(k), theirs["state"][k], tolerance) for k in weights)
    if equal:
        lines.append("The weights are right, but the running statistics are not.")
    elif not lines:
        lines.append("After training, the weights are not those of the reference.")
    return lines


def _event_lines(epoch: dict[str, Any], batches: int) -> Iterator[str]:
    """What an epoch does too often, too seldom, or in the wrong order."""
    events = epoch["events"]
    passes = events.count("forward")
    if passes != batches:
        yield f"The model is run {passes} times in an epoch of {batches} batches."
    for event, call in _CALLS.items():
        count = events.count(event)
        if count == 0:
            yield f"`{call}` is never called in an epoch."
        elif count != batches and passes == batches:
            yield f"`{call}` is called {count} times in an epoch of {batches} batches."
    for earlier, later in (("backward", "step"), ("step", "schedule")):
        if later in events and events.index(later) < _first(events, earlier):
            yield f"`{_CALLS[later]}` comes before `{_CALLS[earlier]}`; it belongs after it."
    if epoch["scores"] == "softmax":
        yield (
            "The loss is given the softmax of the scores; the cross-entropy applies the softmax "
            "itself, and twice is once too often."
        )
    elif epoch["scores"] == "other" and "loss" in events:
        yield "The loss is given something else than the model's output and the labels."


def _first(events: list[str], event: str) -> int:
    return events.index(event) if event in events else len(events)


def pattern(report: dict[str, Any]) -> tuple[Any, ...]:
    """What tells loops apart that leave the same weights: how often things happen, in which order."""
    events = report["epochs"][0]["events"]
    known = [event for event in events if event in _CALLS]
    counts = tuple(known.count(event) for event in _CALLS)
    order = tuple(sorted(_CALLS, key=lambda event: _first(known, event)))
    return counts, order, report["epochs"][0]["scores"]


def _rate_line(mine: dict[str, Any], theirs: dict[str, Any]) -> str:
    if abs(mine["rate"] - 0.1) < _SAME_RATE:
        return "The learning rate never changes: is `scheduler.step()` called?"
    if abs(mine["rate"]) > abs(theirs["rate"]):
        return "The schedule advances too slowly: step it once for each batch."
    return "The schedule advances too fast: step it once for each batch, and nowhere else."


def _history_lines(mine: dict[str, Any], theirs: dict[str, Any], tolerance: float) -> Iterator[str]:
    batches = theirs["batches"]
    for own, right in zip(mine["epochs"], theirs["epochs"], strict=True):
        if _are_swapped(own["histories"], right["histories"]):
            yield "The histories are returned in another order; return loss, accuracy, learning rate."
            return
        for place, name in enumerate(HISTORIES):
            values, expected = own["histories"][place], right["histories"][place]
            if own["kinds"][place] == "list":
                yield f"The {name} history holds lists; take the number out of each with `[0]`."
            elif own["kinds"][place] != "number":
                yield f"The {name} history holds tensors; store plain numbers with `.item()`."
            if len(values) != len(expected):
                yield _length_line(name, len(values), batches)
            elif not _alike(values, expected, tolerance):
                yield _value_line(name, values, expected)


def _alike(values: Any, expected: Any, tolerance: float = 1e-9) -> bool:
    return len(values) == len(expected) and np.allclose(values, expected, 1e-7, tolerance)


def _are_swapped(own: list[Any], right: list[Any]) -> bool:
    """Whether the histories are all there, but not in their places."""
    places = [[_alike(values, expected) for expected in right] for values in own]
    return all(map(any, places)) and not all(places[k][k] for k in range(len(right)))


def _length_line(name: str, length: int, batches: int) -> str:
    line = f"The {name} history has {length} entries for {batches} batches"
    return f"{line}: every batch is appended twice." if length == 2 * batches else f"{line}."


def _value_line(name: str, values: Any, expected: Any) -> str:
    ratios = values / np.where(expected == 0, np.nan, expected)
    ratio = float(np.nanmedian(ratios)) if np.isfinite(ratios).any() else float("nan")
    line = f"The {name} history"
    if np.isfinite(ratio) and ratio not in (0.0, 1.0) and _alike(values, ratio * expected):
        return f"{line} is {ratio:.6g} times what it should be."
    if _alike(values[:-1], expected[:-1]):
        return f"{line} differs only for the last batch, which is shorter: divide by `len(data)`."
    if _alike(values[1:], expected[:-1]):
        place = "before `scheduler.step()`" if name == "learning rate" else "of the batch before"
        return f"{line} holds the value {place}; take it after."
    return f"{line} holds other values than the reference's."
