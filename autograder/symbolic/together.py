"""Reads two formulas that are to be compared, with one set of names for both.

Undeclared words mean the same in both; an undeclared name that one of them indexes is a family in
both. `W_out = ...` beside a formula without a name is the formula; two equations stay equations.
"""

from __future__ import annotations

import dataclasses
import itertools

from autograder.errors import FormulaError, UsageError
from autograder.symbolic.domain import Domain
from autograder.symbolic.reader import CHAIN_NOTE, Reading, read_answer
from autograder.symbolic.table import SymbolTable
from autograder.symbolic.tree import Junction, Label, Node, Relation, Symbol, free_symbols


def read_together(
    expected: str, student: str, table: SymbolTable
) -> tuple[Reading, Reading, SymbolTable]:
    """Both formulas, and the table with the names that the expected one brings along.

    Raises:
        UsageError: the expected text is not a formula.
        FormulaError: the student's text is not one.
    """
    shared = dataclasses.replace(table, texts=(expected, student)) if table.open else table
    first, second = _read_expected(expected, shared), read_answer(student, shared)
    families = _new_families(first.node, second.node, table)
    if families:
        shared = dataclasses.replace(
            shared, families={**shared.families, **{name: Domain() for name in families}}
        )
        first, second = _read_expected(expected, shared), read_answer(student, shared)
    names = free_symbols(first.node)
    shared = shared.with_symbols(sorted(name for name in names if not name.endswith("]")))
    return (*_unnamed(first, second), shared)


def _read_expected(text: str, table: SymbolTable) -> Reading:
    try:
        return read_answer(text, table)
    except FormulaError as error:
        where = f"{error.line}:{error.column}"
        raise UsageError(f"the expected formula, at {where}: {error.message}") from None


def _new_families(first: Node, second: Node, table: SymbolTable) -> frozenset[str]:
    """Undeclared names that one of the formulas indexes."""
    names = free_symbols(first) | free_symbols(second)
    families = frozenset(name.removesuffix("[]") for name in names if name.endswith("[]"))
    return families - set(table.families)


def _unnamed(first: Reading, second: Reading) -> tuple[Reading, Reading]:
    """Both without the name they give their formula, where that is only a name.

    It is when the other text names nothing, or gives its formula the same name, or when neither
    formula mentions either name. Otherwise both are equations, as in `mu = 1 - q` and `q = 1 - mu`.
    """
    (one, left), (other, right) = _named(first.node), _named(second.node)
    if one is None and other is None:
        return first, second
    if one is not None and other is not None and one != other:
        used = free_symbols(left) | free_symbols(right)
        if {_text(one), _text(other)} & used:
            return first, second
    if not (_is_formula(left) and _is_formula(right)):
        return first, second
    return _renamed(first, left), _renamed(second, right)


def _named(node: Node) -> tuple[Node | None, Node]:
    """The name that a text gives its formula, and the formula; of a chain, the last one."""
    if isinstance(node, Relation) and node.operator == "=":
        if isinstance(node.left, (Symbol, Label)) and not _mentions(node.right, node.left):
            return node.left, node.right
        if isinstance(node.right, Symbol) and not _mentions(node.left, node.right):
            return node.right, node.left
    if isinstance(node, Junction) and node.operator == "and":
        chain = [part for part in node.parts if isinstance(part, Relation)]
        linked = all(a.right is b.left for a, b in itertools.pairwise(chain))
        equal = len(chain) == len(node.parts) and all(part.operator == "=" for part in chain)
        if linked and equal and isinstance(chain[0].left, (Symbol, Label)):
            return chain[0].left, chain[-1].right
    return None, node


def _mentions(node: Node, name: Node) -> bool:
    return _text(name) in free_symbols(node)


def _text(name: Node) -> str:
    return name.name if isinstance(name, Symbol) else name.text  # type: ignore[attr-defined]


def _is_formula(node: Node) -> bool:
    return not isinstance(node, (Relation, Junction))


def _renamed(reading: Reading, node: Node) -> Reading:
    if node is reading.node:
        return reading
    chain = isinstance(reading.node, Junction)
    notes = (*reading.notes, CHAIN_NOTE) if chain else reading.notes
    return dataclasses.replace(reading, node=node, notes=notes)
