"""The student's modules, importable by name from their texts, as files beside each other would be.

A file runs whole, statement by statement, so that one that fails costs only what it would have defined. A
notebook's cells run definitions only, as everywhere else.
"""

from __future__ import annotations
import __future__

import ast
import importlib
import importlib.abc
import importlib.machinery
import linecache
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from autograder.sandbox import loading
from autograder.sandbox.child import SOURCES, describe

_PROBLEMS: Final = "__problems__"


class Failed(Exception):
    """Something of the student's is missing because its code failed; `problem` says why."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["message"])
        self.problem = problem


def install(
    state: dict[str, Any],
    sources: list[dict[str, Any]],
    aliases: dict[str, str],
    names: list[str],
) -> None:
    """Make the modules of the sources importable, also under their aliases."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for source in sources:
        groups.setdefault(str(source["module"]), []).append(source)
    sys.meta_path.insert(0, _Finder(state, groups, aliases, names))


def load(name: str) -> ModuleType:
    """A module of the student's, run when it is first asked for.

    Raises:
        Failed: there is no such module in what was handed in.
    """
    if not any(isinstance(f, _Finder) and f.knows(name) for f in sys.meta_path):
        message = f"there is no {name}.py and no notebook of this name in what was handed in"
        raise Failed(_problem("ModuleNotFoundError", message, missing=True))
    return importlib.import_module(name)


def names_of(name: str) -> list[str]:
    """The names that a module defines and does not keep to itself."""
    module = load(name)
    public = (key for key, value in vars(module).items() if not isinstance(value, ModuleType))
    return sorted(key for key in public if not key.startswith("_"))[:1_000]


def explain_missing(module: ModuleType, name: str) -> None:
    """Why a module has no such name, where a failure of its code is the reason.

    Raises:
        Failed: it has none.
    """
    for problem in vars(module).get(_PROBLEMS, ()):
        if name in problem["names"] or not problem["names"]:
            message = f"{name} is not there, because its code failed: {problem['message']}"
            raise Failed(
                {
                    **_problem("NameError", message),
                    "where": problem["where"],
                    "line": problem["line"],
                }
            )
    if not name.startswith("__"):
        message = f"{name} is not defined in your code"
        raise Failed({**_problem("AttributeError", message, missing=True), "attribute": True})


def _problem(kind: str, message: str, *, missing: bool = False) -> dict[str, Any]:
    return {
        "type": kind, "bases": [kind], "message": message, "where": None, "line": None,
        "missing": missing,
    }  # fmt: skip


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the student's modules; an alias is the same module under another name."""

    def __init__(
        self,
        state: dict[str, Any],
        groups: dict[str, list[dict[str, Any]]],
        aliases: dict[str, str],
        names: list[str],
    ) -> None:
        self.state = state
        self.groups = groups
        self.aliases = aliases
        self.names = names

    def knows(self, name: str) -> bool:
        """Whether a module of this name was handed in."""
        return name in self.groups or self.aliases.get(name) in self.groups

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if self.knows(name) else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        real = spec.name if spec.name in self.groups else self.aliases[spec.name]
        if real != spec.name:
            return importlib.import_module(real)
        sources = self.groups[real]
        if not sources[0].get("cells"):
            return None
        report = loading.load(self.state, sources, self.names)
        module = sys.modules[loading.MODULE]
        vars(module)[_PROBLEMS] = report["problems"]
        return module

    def exec_module(self, module: ModuleType) -> None:
        if _PROBLEMS in vars(module):
            return  # an alias, or a notebook, which have run
        vars(module)[_PROBLEMS] = problems = []
        problems += _run_file(self.state, self.groups[module.__name__][0], module)


def _run_file(
    state: dict[str, Any], source: dict[str, Any], module: ModuleType
) -> list[dict[str, Any]]:
    """Run every statement of a file; returns what failed."""
    text, label = source["text"], source["label"]
    file = f"<student: {label}>"
    lines = text.split("\n")
    state.setdefault(SOURCES, {})[file] = (label, lines)
    linecache.cache[file] = (len(text), None, [f"{line}\n" for line in lines], file)
    try:
        tree = ast.parse(text, file)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [{**_told(error, state), "names": []}]
    problems = []
    future = _future_flags(tree)
    for node in tree.body:
        try:
            code = compile(ast.Module([node], []), file, "exec", future, dont_inherit=True)
            exec(code, module.__dict__)  # noqa: S102 - student code, and only ever in the sandbox
        except (Exception, SystemExit) as error:
            names = sorted(_bound(node))
            problems.append({**_told(error, state), "names": names or [""]})
    return problems


def _future_flags(tree: ast.Module) -> int:
    """What `from __future__ import ...` at the head of a file means for every statement in it."""
    names = [
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    ]
    flags = 0
    for name in names:
        flags |= getattr(getattr(__future__, name, None), "compiler_flag", 0)
    return flags


def _told(error: BaseException, state: dict[str, Any]) -> dict[str, Any]:
    said = describe(error, state)
    message = f"{said['type']}: {said['message']}".removesuffix(": ")
    return {"where": said["where"], "line": said["line"], "message": message}


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement would have bound at the top of the module."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(part.name)
        elif isinstance(part, ast.alias):
            found.add((part.asname or part.name).partition(".")[0])
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
    return found
