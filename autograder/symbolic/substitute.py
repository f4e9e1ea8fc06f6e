"""Replaces symbols in a tree by formulas."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from autograder.symbolic.tree import Node, Symbol, bound_name, children, free_symbols


def substitute(node: Node, replacements: Mapping[str, Node]) -> Node:
    """The tree with its free symbols replaced.

    A name that a sum, integral or limit binds is not free in its body, and takes a new name where
    a replacement would fall under it: k for n in Σ_k n·k becomes Σ_{k'} k·k'.
    """
    if isinstance(node, Symbol):
        return replacements.get(node.name, node)
    if not replacements:
        return node
    name = bound_name(node)
    changes = {
        field.name: _replaced(getattr(node, field.name), replacements)
        for field in dataclasses.fields(node)
        if field.name != "span" and not (name is not None and field.name == "body")
    }
    if name is not None:
        changes.update(_body(node, name, replacements))
    return dataclasses.replace(node, **changes)  # type: ignore[arg-type]


def _body(node: Node, name: str, replacements: Mapping[str, Node]) -> dict[str, object]:
    """The body of a binder and the name it binds, after the replacement."""
    body: Node = node.body  # type: ignore[attr-defined]
    free = free_symbols(body)
    inner = {old: new for old, new in replacements.items() if old != name and old in free}
    incoming = frozenset().union(*(free_symbols(new) for new in inner.values()))
    fresh = name
    while fresh in incoming or (fresh != name and fresh in free):
        fresh += "_prime"
    if fresh == name:
        return {"body": substitute(body, inner)}
    binder = "index" if hasattr(node, "index") else "variable"
    return {binder: fresh, "body": substitute(body, {**inner, name: Symbol(fresh)})}


def map_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with each of its direct parts changed."""
    if not children(node):
        return node
    changes = {
        field.name: _changed(getattr(node, field.name), change)
        for field in dataclasses.fields(node)
        if field.name != "span"
    }
    return dataclasses.replace(node, **changes)  # type: ignore[arg-type]


def _changed(value: object, change: Callable[[Node], Node]) -> object:
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(item, change) for item in value)
    return value


def _replaced(value: object, replacements: Mapping[str, Node]) -> object:
    if isinstance(value, Node):
        return substitute(value, replacements)
    if isinstance(value, tuple):
        return tuple(_replaced(item, replacements) for item in value)
    return value
