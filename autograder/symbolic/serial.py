"""Trees as plain lists, for the pipe to the prover: `["Add", [["Symbol", "x"], ...]]`."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any, Final

from autograder.symbolic import tree
from autograder.symbolic.tree import Node

_CLASSES: Final[dict[str, type[Node]]] = {
    name: value
    for name, value in vars(tree).items()
    if isinstance(value, type) and issubclass(value, Node)
}


def encode(node: Node) -> list[Any]:
    """A tree as nested lists of strings, numbers, booleans and None."""
    fields = [f for f in dataclasses.fields(node) if f.name not in ("span", "decimal")]
    return [type(node).__name__, *(_encode_value(getattr(node, f.name)) for f in fields)]


def _encode_value(value: object) -> Any:
    if isinstance(value, Node):
        return encode(value)
    if isinstance(value, tuple):
        return [_encode_value(item) for item in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def decode(data: list[Any]) -> Node:
    """The tree that `encode` made the lists from."""
    kind, *values = data
    cls: Any = _CLASSES[kind]
    if cls is tree.Number:
        return tree.Number(Fraction(values[0]))
    return cls(*(_decode_value(value) for value in values))  # type: ignore[no-any-return]


def _decode_value(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if value and isinstance(value[0], str):
        return decode(value)
    return tuple(_decode_value(item) for item in value)
