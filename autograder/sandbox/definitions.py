"""Picks out of a student's code what is to be run: definitions, not experiments.

Functions, classes, assignments of constants and lambdas, and the imports that these read are kept as
they stand. Any other assignment is kept only where something graded needs the name it defines. Calls,
loops, magics, plots and downloads are left out. Lines keep their numbers, so that errors point at the
right place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from autograder.sandbox.conflicts import first_conflict, resolutions

_MAGIC = re.compile(r"^(\s*)(?:[%!?]|[\w.]+\?\??\s*$)")
_SHELL_ASSIGNMENT = re.compile(r"^(\s*\w[\w, ]*=\s*)[!%].*$")
_CELL_MAGIC = re.compile(r"^\s*%%(\w+)")
_PYTHON_CELLS: Final = frozenset(("time", "timeit", "capture", "prun"))
_DEFINITION = re.compile(r"^(?:(?:async\s+)?(?:def|class)\s+(\w+)|(\w+)\s*=[^=])", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?:\s|$)", re.MULTILINE)
_GROWING: Final = frozenset("add append extend insert setdefault update".split())
_UNTOUCHED: Final = "NotImplementedError"

_KEPT: Final = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)
# With these code may call what it does not name.
_BY_ANY_NAME: Final = frozenset(
    "eval exec getattr globals locals vars sys inspect __import__".split()
)
_SILENT: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Piece:
    """A top-level statement that may be run, and the names it defines and needs."""

    source: int
    node: ast.stmt
    defines: frozenset[str]
    needs: frozenset[str]
    always: bool
    untouched: bool = False  # nothing but `raise NotImplementedError`


@dataclass(frozen=True)
class Unreadable:
    """A cell or module that is not Python: which source, line, why, and what it seems to define."""

    source: int
    line: int
    message: str
    text: str = ""
    names: tuple[str, ...] = ()


@dataclass
class Definitions:
    """Everything that may be run, in order, and what could not be read."""

    pieces: list[Piece] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    resolved: list[tuple[int, int]] = field(default_factory=list)  # conflicts: source and line

    def needed(self, names: Iterable[str]) -> list[Piece]:
        """The pieces to run so that `names` work: all plain definitions, and what they need."""
        wanted = self._reached(names)
        written = frozenset().union(*(p.defines for p in self.pieces if not p.untouched))
        kept = [
            piece
            for piece in self.pieces
            if (piece.always or piece.defines & wanted)
            # A leftover of the template does not undo what was written elsewhere.
            and not (piece.untouched and piece.defines <= written)
        ]
        # A package for plots takes seconds to import, and nothing that is run may read its name.
        read = wanted.union(*(piece.needs for piece in kept))
        return [piece for piece in kept if not _is_unread_import(piece, read)]

    def used(self, pieces: Iterable[Piece], names: Iterable[str]) -> list[Piece]:
        """Those of the pieces that do something: functions that `names` do not lead to are left out."""
        reached = self._reached(names)
        if reached & _BY_ANY_NAME:
            return list(pieces)
        return [
            piece
            for piece in pieces
            if piece.defines & reached or not isinstance(piece.node, _SILENT)
        ]

    def _reached(self, names: Iterable[str]) -> set[str]:
        """The names that `names` lead to, themselves included."""
        wanted = set(names)
        frontier = list(wanted)
        by_name: dict[str, list[Piece]] = {}
        for piece in self.pieces:
            for name in piece.defines:
                by_name.setdefault(name, []).append(piece)
        while frontier:
            for piece in by_name.get(frontier.pop(), ()):
                new = piece.needs - wanted
                wanted |= new
                frontier += new
        return wanted

    def nested(self, name: str) -> int | None:
        """Where a name is defined inside a class or function: the source; None if nowhere."""
        for piece in self.pieces:
            for node in ast.walk(piece.node):
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
                    return piece.source
        return None


def find_definitions(sources: Sequence[str]) -> Definitions:
    """Read every source; one that is not Python costs only itself."""
    found = Definitions()
    for number, text in enumerate(sources):
        try:
            tree = _parse(text)
        except SyntaxError as error:
            merged = _merged(text)
            if merged is None:
                found.unreadable.append(_explained(number, text, error))
                continue
            tree = merged
            found.resolved.append((number, first_conflict(text) or 1))
        except (ValueError, RecursionError, MemoryError):
            message = "the code is nested too deeply or holds a null character"
            found.unreadable.append(Unreadable(number, 1, message, names=_likely_names(text)))
            continue
        found.pieces += [piece for node in tree.body for piece in _pieces(number, node)]
    return found


def _parse(text: str) -> ast.Module:
    """The syntax tree; magics are blanked only where the text is not Python as it stands."""
    magic = _CELL_MAGIC.match(text)
    if magic and magic[1] not in _PYTHON_CELLS:
        return ast.Module([], [])
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse(without_magics(text))


def _merged(text: str) -> ast.Module | None:
    """The tree of one side of a text's merge conflicts; the side with less left to write."""
    if first_conflict(text) is None:
        return None
    trees = []
    for candidate in resolutions(text):
        try:
            trees.append(_parse(candidate))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return min(trees, key=lambda tree: (_left_open(tree), -len(_all_defined(tree))), default=None)


def _left_open(tree: ast.Module) -> int:
    """How often `raise NotImplementedError` stands in a tree."""
    return sum(_is_untouched_raise(node) for node in ast.walk(tree))


def _all_defined(tree: ast.Module) -> set[str]:
    return {name for node in tree.body for name in _defined(node)}


def _is_untouched_raise(node: ast.AST) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == _UNTOUCHED


def without_magics(text: str) -> str:
    """The cell with IPython's magics and shell lines made harmless, line for line."""
    lines = []
    for line in text.split("\n"):
        line = _SHELL_ASSIGNMENT.sub(r"\1None", line)
        match = _MAGIC.match(line)
        lines.append(f"{match[1]}pass" if match else line)
    return "\n".join(lines)


def _explained(number: int, text: str, error: SyntaxError) -> Unreadable:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        message = "merge-conflict markers; resolve the conflict first"
        return Unreadable(number, line, message, names=_likely_names(text))
    line = error.lineno or 1
    lines = text.split("\n")
    shown = lines[line - 1].strip()[:300] if line <= len(lines) else ""
    message = f"{type(error).__name__}: {error.msg}"
    return Unreadable(number, line, message, shown, _likely_names(text))


def _likely_names(text: str) -> tuple[str, ...]:
    """The names that a text which does not parse seems to define."""
    return tuple(dict.fromkeys(name for pair in _DEFINITION.findall(text) for name in pair if name))


def _pieces(number: int, node: ast.stmt) -> Iterator[Piece]:
    """The runnable piece that a top-level statement gives, if any."""
    defines = frozenset(_defined(node))
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        # One package that is missing must not hide the others of its line.
        for one in _single_imports(node):
            yield Piece(number, one, frozenset(_defined(one)), frozenset(), always=True)
    elif isinstance(node, _KEPT):
        needs = frozenset(_read_names(node))
        yield Piece(number, node, defines, needs, always=True, untouched=_is_untouched(node))
    elif isinstance(node, (ast.If, ast.Try)):
        always = all(_is_plain(inner) for inner in _bodies(node))
        if defines:
            yield Piece(number, node, defines, frozenset(_read_names(node)), always)
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        always = _is_plain(node)
        yield Piece(number, node, defines, frozenset(_read_names(node)), always)
    elif (grown := _grown(node)) is not None:
        yield Piece(number, node, frozenset((grown,)), frozenset(_read_names(node)), always=False)


def _is_unread_import(piece: Piece, read: Set[str]) -> bool:
    """Whether a piece imports what nobody reads; `*` imports who knows what."""
    is_import = isinstance(piece.node, (ast.Import, ast.ImportFrom))
    return is_import and "*" not in piece.defines and not piece.defines & read


def _single_imports(node: ast.Import | ast.ImportFrom) -> Iterator[ast.stmt]:
    for alias in node.names:
        one = (
            ast.Import([alias])
            if isinstance(node, ast.Import)
            else ast.ImportFrom(node.module, [alias], node.level)
        )
        yield ast.copy_location(one, node)


def _is_untouched(node: ast.stmt) -> bool:
    """Whether a function still raises NotImplementedError, itself or in one of its methods."""
    return any(
        isinstance(part, ast.FunctionDef) and any(map(_is_untouched_raise, part.body))
        for part in ast.walk(node)
    )


def _grown(node: ast.stmt) -> str | None:
    """The name of a container that a call such as `sizes.append(3)` adds to."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return None
    method = node.value.func
    if isinstance(method, ast.Attribute) and method.attr in _GROWING:
        return method.value.id if isinstance(method.value, ast.Name) else None
    return None


def _is_plain(node: ast.stmt) -> bool:
    """Whether a statement only defines: nothing in it is called or computed at length."""
    if isinstance(node, (*_KEPT, ast.Pass)):
        return True
    if isinstance(node, (ast.If, ast.Try)):
        return all(_is_plain(inner) for inner in _bodies(node))
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return node.value is not None and _is_inert(node.value) and bool(_defined(node))
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return False


def _is_inert(value: ast.expr) -> bool:
    """Constants, names, lambdas, and containers and arithmetic of them."""
    if isinstance(value, (ast.Constant, ast.Lambda, ast.Name)):
        return True
    if isinstance(value, ast.Attribute):
        return _is_inert(value.value)
    if isinstance(value, (ast.Tuple, ast.List, ast.Set)):
        return all(_is_inert(item) for item in value.elts)
    if isinstance(value, ast.Dict):
        return all(_is_inert(item) for item in (*filter(None, value.keys), *value.values))
    if isinstance(value, ast.UnaryOp):
        return _is_inert(value.operand)
    if isinstance(value, ast.BinOp):
        # No powers and shifts: 9**9**9 would run for ever.
        arithmetic = isinstance(value.op, (ast.Add, ast.Sub, ast.Mult, ast.Div))
        return arithmetic and _is_inert(value.left) and _is_inert(value.right)
    return False


def _bodies(node: ast.If | ast.Try) -> Iterator[ast.stmt]:
    yield from node.body
    yield from node.orelse
    if isinstance(node, ast.Try):
        yield from node.finalbody
        for handler in node.handlers:
            # What a handler does (such as `!pip install`) is not needed where the import works.
            yield from (inner for inner in handler.body if isinstance(inner, _KEPT))


def _defined(node: ast.stmt) -> set[str]:
    """The global names that a statement binds, or adds an attribute to."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, (ast.If, ast.Try)):
        return {name for inner in _bodies(node) for name in _defined(inner)}
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        targets = [node.target]
    names: set[str] = set()
    for target in targets:
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                names.add(part.id)
    return names


def _read_names(node: ast.AST) -> set[str]:
    """The names a statement reads that it does not bind itself."""
    read: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            read.add(part.id)
        elif isinstance(part, ast.Global):
            read.update(part.names)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        read -= _local_names(node)
    return read


def _local_names(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """A function's parameters and the names it assigns, which are not the module's."""
    arguments = node.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    listed += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
    local = {argument.arg for argument in listed}
    shared: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Global):
            shared.update(part.names)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            local.add(part.id)
    return local - shared
