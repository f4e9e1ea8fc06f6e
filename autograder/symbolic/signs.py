"""Makes two formulas of one that holds ±: the set {a + b, a - b}, or two equations joined by `or`."""

from __future__ import annotations

from autograder.symbolic.parser import PLUS_MINUS
from autograder.symbolic.substitute import map_children
from autograder.symbolic.tree import Junction, Multiply, Negate, Node, Relation, Set, walk


def both_signs(node: Node) -> Node:
    """The node itself when it holds no ±; else both its readings, all signs turned together."""
    if not any(part == PLUS_MINUS for part in walk(node)):
        return node
    upper, lower = _with(node, negative=False), _with(node, negative=True)
    if isinstance(node, (Relation, Junction)):
        return Junction("or", (upper, lower), span=node.span)
    if isinstance(node, Set):
        items = (item for item in (both_signs(item) for item in node.items))
        flat = tuple(
            x for item in items for x in (item.items if isinstance(item, Set) else (item,))
        )
        return Set(flat, span=node.span)
    return Set((upper, lower), span=node.span)


def _with(node: Node, *, negative: bool) -> Node:
    if isinstance(node, Negate) and _is_signed(node.operand):  # the sign ∓
        signed = node.operand
        assert isinstance(signed, Multiply)
        inner = _with(signed.factors[1], negative=negative)
        return inner if negative else Negate(inner, span=node.span)
    if _is_signed(node):
        assert isinstance(node, Multiply)
        inner = _with(node.factors[1], negative=negative)
        return Negate(inner, span=node.span) if negative else inner
    return map_children(node, lambda child: _with(child, negative=negative))


def _is_signed(node: Node) -> bool:
    return isinstance(node, Multiply) and node.factors[0] == PLUS_MINUS
