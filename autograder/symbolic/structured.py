"""Decides about what is no single formula: tuples, sets, intervals, matrices, relations.

Tuples, lists and matrices are compared entry by entry, sets without regard to order or repetition,
intervals by their ends and whether those belong to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

from autograder.symbolic.evaluate import Unsupported
from autograder.symbolic.matrices import worked_out
from autograder.symbolic.tree import (
    Call,
    Constant,
    Interval,
    Junction,
    Label,
    Matrix,
    Negate,
    Node,
    Piecewise,
    Relation,
    Sequence,
    Set,
    Symbol,
    children,
    free_symbols,
    walk,
)
from autograder.symbolic.verdict import Proof, Verdict

Compare = Callable[[Node, Node], Verdict]

_STRENGTH: Final[tuple[Proof, ...]] = ("structural", "exact", "sympy", "numeric")
_MOST_MEMBERS: Final = 24
STRUCTURES: Final = (Sequence, Set, Interval, Matrix, Relation, Junction)
Kind = Literal["list", "set", "interval", "matrix", "relation", "formula"]
_NAMES: Final[dict[Kind, str]] = {
    "list": "a list",
    "set": "a set",
    "interval": "an interval",
    "matrix": "a matrix",
    "relation": "an equation or inequality",
    "formula": "a single formula",
}


def is_structure(node: Node) -> bool:
    """Whether a tree is, or holds, more than one formula makes."""
    return any(isinstance(part, STRUCTURES) for part in _outside_cases(node))


def _outside_cases(node: Node) -> Iterator[Node]:
    """The parts of a tree that are no conditions of cases."""
    yield node
    if isinstance(node, Piecewise):
        return
    if isinstance(node, Call) and node.function in ("det", "trace", "dot", "norm"):
        yield from walk(node)
        return
    for child in children(node):
        yield from _outside_cases(child)


def compare_structures(
    expected: Node, student: Node, compare: Compare, relations: Compare
) -> Verdict:
    """Entry by entry, member by member; `relations` decides about equations and inequalities."""
    try:
        expected, student = worked_out(expected), worked_out(student)
    except Unsupported as reason:
        return Verdict("undecided", str(reason))
    expected, student = _alike(expected, student)
    kind, other = _kind(expected), _kind(student)
    if kind != other:
        return Verdict("different", f"{_NAMES[other]} where {_NAMES[kind]} is asked for")
    match expected, student:
        case Sequence(items=left), Sequence(items=right):
            return _entrywise(left, right, compare)
        case Matrix(), Matrix():
            return _matrices(expected, student, compare)
        case Set(items=left), Set(items=right):
            return _sets(left, right, compare)
        case Interval(), Interval():
            return _intervals(expected, student, compare)
    if kind == "relation":
        return relations(expected, student)
    if is_structure(expected) or is_structure(student):
        return Verdict("undecided", "a list or a matrix stands where a number is asked for")
    return compare(expected, student)


def _kind(node: Node) -> Kind:
    match node:
        case Sequence():
            return "list"
        case Set():
            return "set"
        case Interval():
            return "interval"
        case Matrix():
            return "matrix"
        case Relation() | Junction():
            return "relation"
    return "formula"


def _alike(expected: Node, student: Node) -> tuple[Node, Node]:
    """Both in one kind, where one notation means another: (0, 1) as an interval, a vector as a list."""
    if isinstance(expected, Interval) != isinstance(student, Interval):
        return _as_interval(expected), _as_interval(student)
    if isinstance(expected, Matrix) != isinstance(student, Matrix):
        return _as_list(expected), _as_list(student)
    if isinstance(expected, Relation) and not isinstance(student, STRUCTURES):
        return _right_side(expected, student), student
    if isinstance(student, Relation) and not isinstance(expected, STRUCTURES):
        return expected, _right_side(student, expected)
    return expected, student


def _as_interval(node: Node) -> Node:
    if isinstance(node, Sequence) and len(node.items) == 2:
        is_open = node.brackets == "()"
        return Interval(node.items[0], node.items[1], is_open, is_open)
    return node


def _as_list(node: Node) -> Node:
    if isinstance(node, Matrix) and 1 in node.shape:
        return Sequence(tuple(entry for row in node.rows for entry in row))
    return node


def _right_side(relation: Relation, other: Node) -> Node:
    """What `name = formula` gives the name, where the other side of the comparison has no name."""
    left = relation.left
    named = isinstance(left, Label) or (
        isinstance(left, Symbol) and left.name not in free_symbols(other)
    )
    return relation.right if relation.operator == "=" and named else relation


def _entrywise(left: tuple[Node, ...], right: tuple[Node, ...], compare: Compare) -> Verdict:
    if len(left) != len(right):
        return Verdict("different", f"{len(right)} entries, not {len(left)}")
    return together(
        (f"entry {place}", compare(a, b))
        for place, (a, b) in enumerate(zip(left, right, strict=True), start=1)
    )


def _matrices(left: Matrix, right: Matrix, compare: Compare) -> Verdict:
    if left.shape != right.shape:
        shapes = [f"{rows} × {columns}" for rows, columns in (right.shape, left.shape)]
        return Verdict("different", f"the shape is {shapes[0]}, not {shapes[1]}")
    return together(
        (f"row {i}, column {j}", compare(a, b))
        for i, (one, other) in enumerate(zip(left.rows, right.rows, strict=True), start=1)
        for j, (a, b) in enumerate(zip(one, other, strict=True), start=1)
    )


def together(verdicts: Iterator[tuple[str, Verdict]]) -> Verdict:
    """One verdict from many: the first difference, else the first doubt, else the weakest proof."""
    doubt: Verdict | None = None
    proofs: list[Proof] = ["structural"]
    for where, verdict in verdicts:
        if verdict.verdict == "different":
            evidence = f"{where}: {verdict.evidence}"
            return Verdict("different", evidence, counterexample=verdict.counterexample)
        if verdict.verdict == "undecided":
            doubt = doubt or Verdict("undecided", f"{where}: {verdict.evidence}")
        elif verdict.proof is not None:
            proofs.append(verdict.proof)
    weakest = max(proofs, key=_STRENGTH.index)
    return doubt or Verdict("equal", "equal in every part", weakest)


def _sets(left: tuple[Node, ...], right: tuple[Node, ...], compare: Compare) -> Verdict:
    """Every member of each is one of the other."""
    if len(left) > _MOST_MEMBERS or len(right) > _MOST_MEMBERS:
        return Verdict("undecided", "sets of too many members")
    return together(
        (words, _found(member, others, compare, theirs=theirs))
        for members, others, words, theirs in (
            (left, right, "a member is missing", False),
            (right, left, "a member is too many", True),
        )
        for member in members
    )


def _found(member: Node, others: tuple[Node, ...], compare: Compare, *, theirs: bool) -> Verdict:
    """Whether a member is among others."""
    doubt: Verdict | None = None
    for other in others:
        verdict = compare(other, member) if theirs else compare(member, other)
        if verdict.equal:
            return verdict
        doubt = verdict if verdict.verdict == "undecided" else doubt
    return doubt or Verdict("different", "it equals no member of the other set")


def _intervals(left: Interval, right: Interval, compare: Compare) -> Verdict:
    if (left.low_open, left.high_open) != (right.low_open, right.high_open):
        ends = (
            (left.low, left.low_open, right.low_open),
            (left.high, left.high_open, right.high_open),
        )
        if any(one != other and not _is_infinite(end) for end, one, other in ends):
            return Verdict("different", "an end is open in one interval and closed in the other")
    return together(
        (name, _ends(a, b, compare))
        for name, a, b in (("lower end", left.low, right.low), ("upper end", left.high, right.high))
    )


def _ends(left: Node, right: Node, compare: Compare) -> Verdict:
    if _is_infinite(left) or _is_infinite(right):
        if _sign(left) == _sign(right):
            return Verdict("equal", "infinite", "structural")
        return Verdict("different", "one end is infinite")
    return compare(left, right)


def _is_infinite(node: Node) -> bool:
    return _sign(node) != 0


def _sign(node: Node) -> int:
    """1 for infinity, -1 for minus infinity, 0 for a number."""
    if isinstance(node, Negate):
        return -_sign(node.operand)
    return int(node == Constant("oo"))
