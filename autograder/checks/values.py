"""Values that came back from a job: read, shown to people, and compared outside of it.

Shapes and values decide, not whether a number came in a tensor, an array or a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, Any]

_SINGLE: Final = 1e-4
_LONG: Final = 160


@dataclass(frozen=True)
class Closeness:
    """How far numbers may be off; of single precision at least 1e-4."""

    relative: float = 1e-7
    absolute: float = 1e-9

    def of(self, given: Array) -> Closeness:
        """The same, for numbers of the precision that was given."""
        if given.dtype != np.float32:
            return self
        return Closeness(max(self.relative, _SINGLE), max(self.absolute, _SINGLE))


@dataclass(frozen=True)
class Foreign:
    """A value of a type that is no answer, by the type's name."""

    name: str


def untag(item: Any) -> Any:
    """A value as an operation reports it: arrays, numbers, text, lists and dicts of them."""
    if not isinstance(item, dict) or len(item) != 1:
        return Foreign("value that cannot be read")
    ((tag, value),) = item.items()
    if tag in ("tensor", "array") and isinstance(value, np.ndarray):
        return value
    if tag == "plain" and (value is None or isinstance(value, (bool, int, float, str))):
        return value
    if tag == "integer" and isinstance(value, str) and len(value) < 2_000:
        return _integer(value)
    if tag == "items" and isinstance(value, list):
        return [untag(part) for part in value]
    if tag == "mapping" and isinstance(value, dict):
        return {key: untag(part) for key, part in value.items()}
    return Foreign(str(value)[:100] if tag == "other" else "value that cannot be read")


def _integer(text: str) -> Any:
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() else Foreign("value that cannot be read")


def difference(expected: Any, given: Any, closeness: Closeness) -> str | None:
    """How a value differs from the expected one, in words that give nothing away; None if it does not."""
    wanted = numbers(expected)
    if wanted is not None:
        return _numeric_difference(wanted, given, closeness)
    if isinstance(expected, dict):
        return _mapping_difference(expected, given, closeness)
    if isinstance(expected, list):
        return _list_difference(expected, given, closeness)
    same = type(expected) is type(given) and expected == given
    return None if same else f"is {shown(given)}"


def _numeric_difference(expected: Array, given: Any, closeness: Closeness) -> str | None:
    found = numbers(given)
    if found is None:
        return f"is {kind_of(given)}, not {_numeric_kind(expected)}"
    if found.shape != expected.shape:
        return f"has the shape {_shape(found)}" if found.ndim else "is a single number"
    if not expected.size:
        return None
    close = closeness.of(found)
    a, b = expected.astype(np.float64), found.astype(np.float64)
    with np.errstate(invalid="ignore"):
        right = np.abs(b - a) <= close.absolute + close.relative * np.abs(a)
    right = np.where(np.isfinite(a), right & np.isfinite(b), a == b)
    if right.all():
        return None
    place = tuple(int(i) for i in np.argwhere(~right)[0])
    value = _number(b[place])
    return f"is {value} at {list(place)}" if place else f"is {value}"


def _mapping_difference(expected: dict[str, Any], given: Any, closeness: Closeness) -> str | None:
    if not isinstance(given, dict):
        return f"is {kind_of(given)}, not a dictionary"
    for key in expected.keys() - given.keys():
        return f"has no entry {key!r}"
    for key in given.keys() - expected.keys():
        return f"has an entry {key!r} that is not asked for"
    for key, value in expected.items():
        if (found := difference(value, given[key], closeness)) is not None:
            return f"{found}, in the entry {key!r}"
    return None


def _list_difference(expected: list[Any], given: Any, closeness: Closeness) -> str | None:
    if not isinstance(given, list):
        return f"is {kind_of(given)}, not {len(expected)} values"
    if len(given) != len(expected):
        return f"has {len(given)} values"
    for place, (wanted, found) in enumerate(zip(expected, given, strict=True)):
        if (words := difference(wanted, found, closeness)) is not None:
            return f"{words}, in value {place + 1} of {len(expected)}"
    return None


def numbers(value: Any) -> Array | None:
    """The value as an array of numbers, None if it is something else."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return np.asarray(value if abs(value) < 1 << 62 else float(value))
    if isinstance(value, (bool, float)):
        return np.asarray(value)
    if not isinstance(value, list):
        return None
    parts = [numbers(part) for part in value]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts) or len({part.shape for part in known}) > 1:
        return None
    return np.stack(known) if known else np.zeros(0)


def is_defined(value: Any) -> bool:
    """Whether a reference's value has no number that is not one."""
    found = numbers(value)
    if found is not None:
        return not np.isnan(found.astype(np.float64)).any()
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return all(is_defined(part) for part in parts)


def shown(value: Any) -> str:
    """A value as a person would write it, bounded."""
    if isinstance(value, np.ndarray):
        text = _nested(value.tolist())
        text = text if len(text) <= _LONG else f"numbers of shape {_shape(value)}"
    elif isinstance(value, Foreign):
        text = kind_of(value)
    elif isinstance(value, list):
        text = (
            f"[{', '.join(shown(part) for part in value[:12])}{', ...' if len(value) > 12 else ''}]"
        )
    elif isinstance(value, float):
        text = _number(value)
    else:
        text = repr(value)
    return text if len(text) <= 2 * _LONG else f"{text[: 2 * _LONG]} ..."


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_nested(part) for part in value)}]"
    return _number(value)


def _number(value: float) -> str:
    if isinstance(value, bool) or not np.isfinite(value):
        return str(value)
    return f"{value:.6g}"


def _shape(value: Array) -> str:
    return "×".join(str(size) for size in value.shape) or "()"


def _numeric_kind(expected: Array) -> str:
    return "numbers" if expected.ndim else "a number"


def kind_of(value: Any) -> str:
    """What a value is, with its article."""
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, str):
        return "text"
    names = {np.ndarray: "tensor", bool: "truth value", int: "whole number", float: "number"}
    name = value.name if isinstance(value, Foreign) else names.get(type(value))
    name = name or type(value).__name__
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
