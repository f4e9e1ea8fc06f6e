"""Changes a right solution's code in the ways in which students get it wrong.

A constant off by one, another operator, a layer or a call left out, a keyword forgotten: one change
at a time, in the definition that a question grades.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograder.submission.model import Source

_OTHER_OPERATOR: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
}
_OTHER_COMPARISON: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.GtE: ast.Lt,
}
# A call of at least this many positional arguments is a list, such as the layers of a Sequential.
_LIST: Final = 3


@dataclass(frozen=True)
class CodeMutant:
    """Code with one change: what, in which line, and all the sources with it."""

    what: str
    line: int
    sources: tuple[Source, ...]


def code_mutants(sources: Sequence[Source], name: str, most: int) -> list[CodeMutant]:
    """Up to `most` mutants of the last definition of a name, spread evenly over its code."""
    for place in reversed(range(len(sources))):
        tree = _tree(sources[place].text)
        definitions = [n for n, node in enumerate(tree.body) if _defines(node, name)]
        if not definitions:
            continue
        found = [
            CodeMutant(what, line, _with_source(sources, place, text))
            for what, line, text in _mutations(tree, definitions[-1])
        ]
        step = max(1, -(-len(found) // most))
        return found[::step]
    return []


def _with_source(sources: Sequence[Source], place: int, text: str) -> tuple[Source, ...]:
    return (*sources[:place], replace(sources[place], text=text), *sources[place + 1 :])


def _tree(text: str) -> ast.Module:
    """The syntax tree; an empty one for a cell that is not plain Python."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.Module([], [])


def _defines(node: ast.stmt, name: str) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _mutations(tree: ast.Module, place: int) -> Iterator[tuple[str, int, str]]:
    """What was changed, its line, and the whole text with the change."""
    count = sum(1 for _ in ast.walk(tree.body[place]))
    for number in range(count):
        for variant in range(len(_changes(_node_at(tree.body[place], number)))):
            changed = copy.deepcopy(tree)
            node = _node_at(changed.body[place], number)
            what = _changes(node)[variant](node)
            yield what, getattr(node, "lineno", 0), ast.unparse(ast.fix_missing_locations(changed))


def _node_at(root: ast.AST, number: int) -> ast.AST:
    for place, node in enumerate(ast.walk(root)):
        if place == number:
            return node
    raise IndexError(number)


class _Change:
    """One way to change a node in place; returns what was done in words."""

    def __init__(self, kind: str, detail: int = 0) -> None:
        self.kind = kind
        self.detail = detail

    def __call__(self, node: ast.AST) -> str:
        return str(getattr(self, f"_{self.kind}")(node))

    def _constant(self, node: ast.Constant) -> str:
        old = node.value
        node.value = not old if isinstance(old, bool) else old + self.detail  # type: ignore[operator]
        return f"{node.value!r} for {old!r}"

    def _operator(self, node: ast.BinOp) -> str:
        old = type(node.op)
        node.op = _OTHER_OPERATOR[old]()
        return f"{type(node.op).__name__} for {old.__name__}"

    def _comparison(self, node: ast.Compare) -> str:
        old = type(node.ops[0])
        node.ops[0] = _OTHER_COMPARISON[old]()
        return f"{type(node.ops[0]).__name__} for {old.__name__}"

    def _argument(self, node: ast.Call) -> str:
        return f"{_short(node.args.pop(self.detail))} left out"

    def _keyword(self, node: ast.Call) -> str:
        return f"{_short(node.keywords.pop(self.detail))} left out"

    def _statement(self, node: ast.FunctionDef | ast.For | ast.If) -> str:
        gone = node.body[self.detail]
        node.body[self.detail] = ast.Pass()
        return f"{_short(gone)} left out"

    def _wrapper(self, node: ast.Return | ast.Assign) -> str:
        call = node.value
        assert isinstance(call, ast.Call)
        node.value = call.args[0]
        return f"{_short(call.func)}(...) left out"

    def _nested(self, node: ast.Call) -> str:
        inner = node.args[0]
        assert isinstance(inner, ast.Call)
        node.args[0] = inner.args[0]
        return f"{_short(inner.func)}(...) left out"


def _changes(node: ast.AST) -> list[_Change]:
    """The ways in which a node can be changed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        if isinstance(node.value, bool):
            return [_Change("constant")]
        return [_Change("constant", 1), _Change("constant", -1)]
    if isinstance(node, ast.BinOp):
        return [_Change("operator")] if type(node.op) in _OTHER_OPERATOR else []
    if isinstance(node, ast.Compare):
        return [_Change("comparison")] if type(node.ops[0]) in _OTHER_COMPARISON else []
    if isinstance(node, ast.Call):
        layers = range(len(node.args)) if len(node.args) >= _LIST else ()
        changes = [_Change("argument", place) for place in layers]
        changes += [_Change("keyword", place) for place in range(len(node.keywords))]
        return changes + ([_Change("nested")] if node.args and _wraps(node.args[0]) else [])
    if isinstance(node, (ast.FunctionDef, ast.For, ast.If)):
        calls = [place for place, inner in enumerate(node.body) if _is_call(inner)]
        return [_Change("statement", place) for place in calls]
    if isinstance(node, (ast.Return, ast.Assign)):
        return [_Change("wrapper")] if _wraps(node.value) else []
    return []


def _wraps(value: ast.expr | None) -> bool:
    """Whether a call has one argument, which could stand in its place."""
    return isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords


def _is_call(node: ast.stmt) -> bool:
    """Whether a statement works by its effect: a call, or an assignment in place."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    return isinstance(node, ast.AugAssign)


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."
