"""Replaces symbols in a tree by formulas."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from autograder.symbolic.tree import Fold, Node, Symbol


def substitute(node: Node, replacements: Mapping[str, Node]) -> Node:
    """The tree with its free symbols replaced; an index bound by a sum is not free in its body."""
    if isinstance(node, Symbol):
        return replacements.get(node.name, node)
    if isinstance(node, Fold):
        inner = {name: new for name, new in replacements.items() if name != node.index}
        return dataclasses.replace(
            node,
            lower=substitute(node.lower, replacements),
            upper=substitute(node.upper, replacements),
            body=substitute(node.body, inner),
        )
    changes = {
        field.name: _replaced(getattr(node, field.name), replacements)
        for field in dataclasses.fields(node)
        if field.name != "span"
    }
    return dataclasses.replace(node, **changes)  # type: ignore[arg-type]


def _replaced(value: object, replacements: Mapping[str, Node]) -> object:
    if isinstance(value, Node):
        return substitute(value, replacements)
    if isinstance(value, tuple):
        return tuple(_replaced(item, replacements) for item in value)
    return value
