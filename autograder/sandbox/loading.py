"""Runs the definitions of a student's code in a job; called by name inside the sandbox only.

Definitions run in the order of the file, each by itself: one that fails does not hide the others, and
a later definition of a name replaces an earlier one, as in a notebook's kernel.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import difflib
import importlib.abc
import importlib.machinery
import linecache
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import CodeType, ModuleType
from typing import Any, Final

from autograder.sandbox import stubs
from autograder.sandbox.child import SOURCES, Refusal, StudentError, describe
from autograder.sandbox.definitions import Definitions, Piece, find_definitions

NAMESPACE: Final = "namespace"
# Functions that see the texts of definitions before these run.
READERS: Final = "readers"
_READ: Final = "read"  # the names that what has been loaded reads
_FAILURES: Final = "failures"
STUDENT: Final = "student"
MODULE: Final = "submission"


def warm() -> None:
    """Prepare the fork server: stand-ins for packages that only draw."""
    stubs.install()


def load(
    state: dict[str, Any],
    sources: list[dict[str, str]],
    names: list[str],
    prefix: str = STUDENT,
    space: str = "",
) -> dict[str, Any]:
    """Run the definitions that `names` need, in a namespace of their own where `space` names one.

    Returns `defined` (the names that exist now), `problems` (what failed: label, line, message and
    the names it would have defined), `notes` (what was odd and cost nothing: names and a line) and
    `similar` (for each name that is missing, where something like it is).
    """
    texts = [source["text"] for source in sources]
    files = [f"<{prefix} {place}: {source['label']}>" for place, source in enumerate(sources)]
    known = state.setdefault(SOURCES, {})
    for file, source in zip(files, sources, strict=True):
        lines = source["text"].split("\n")
        known[file] = (source["label"], lines)
        linecache.cache[file] = (len(source["text"]), None, [f"{x}\n" for x in lines], file)
    spaces = state.setdefault(NAMESPACE, {})
    namespace = spaces[space] if space in spaces else spaces.setdefault(space, _new_namespace())
    found = _definitions(*texts)
    problems = list(_syntax_problems(found, sources))
    pieces = found.needed(names)
    if readers := state.get(READERS):
        # What was loaded before may be called by this code, and may call it.
        read = state.setdefault(_READ, set())
        used = found.used(pieces, [*names, *read]) if prefix == STUDENT else pieces
        shown = [_text(piece, texts) for piece in used]
        for reader in readers:
            reader(shown)
        read.update(*(piece.needs for piece in pieces))
    problems += _run(pieces, namespace, files, state)
    state.setdefault(_FAILURES, []).extend(problems)
    labels = [source["label"] for source in sources]
    missing = [name for name in names if name not in namespace]
    notes = [*_merge_notes(found, labels), *_adopted(missing, namespace)]
    defined = [name for name in names if name in namespace]
    similar = {name: _similar(name, found, namespace, labels) for name in missing}
    return {
        "defined": defined,
        "problems": problems,
        "notes": notes,
        "similar": {name: line for name, line in similar.items() if line},
    }


@lru_cache(maxsize=8)
def _definitions(*texts: str) -> Definitions:
    """What the texts define; a process that many questions share reads them once."""
    return find_definitions(list(texts))


@lru_cache(maxsize=1_000)
def _compiled(piece: Piece, file: str) -> CodeType:
    """A piece as code; annotations are not evaluated, so that they may name what is not imported."""
    flags = __future__.annotations.compiler_flag
    code: CodeType = compile(ast.Module([piece.node], []), file, "exec", flags, dont_inherit=True)
    return code


def _text(piece: Piece, texts: list[str]) -> str:
    """The lines of a piece, without its decorators."""
    lines = texts[piece.source].split("\n")
    return "\n".join(lines[piece.node.lineno - 1 : piece.node.end_lineno])


def _new_namespace() -> dict[str, Any]:
    """A module of its own, so that classes, pickling and `inspect` work as in a notebook."""
    module = type(sys)(MODULE)
    sys.modules[MODULE] = module
    return module.__dict__


def _syntax_problems(found: Definitions, sources: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    for item in found.unreadable:
        where = f"{sources[item.source]['label']}, line {item.line}"
        yield {
            "where": where,
            "line": item.text,
            "message": item.message,
            "names": list(item.names),
        }


def _merge_notes(found: Definitions, labels: list[str]) -> Iterator[dict[str, Any]]:
    for source, line in found.resolved:
        names = [name for p in found.pieces if p.source == source for name in sorted(p.defines)]
        text = (
            f"{labels[source]}, line {line} holds merge-conflict markers; one side of the conflict was "
            "graded. Resolve it and hand in again if you mean the other."
        )
        yield {"names": names, "line": text}


def _adopted(missing: list[str], namespace: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Take `get_MLP` or `getMlp` for `get_mlp` where that is missing and only one is there."""
    for name in missing:
        alike = [other for other in namespace if other != name and _plain(other) == _plain(name)]
        if len(alike) == 1:
            namespace[name] = namespace[alike[0]]
            line = f"You call it {alike[0]}; the name asked for is {name}. It was graded."
            yield {"names": [name], "line": line}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _similar(
    name: str, found: Definitions, namespace: dict[str, Any], labels: list[str]
) -> str | None:
    """Where a missing name may hide: inside another definition, or under a name like it."""
    if name in namespace:
        return None
    inside = found.nested(name)
    if inside is not None:
        return f"{labels[inside]} defines it inside another definition; move it to the top level"
    candidates = [other for other in namespace if not other.startswith("_")]
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.75)
    return f"did you mean {close[0]}?" if close else None


def _run(
    pieces: list[Piece], namespace: dict[str, Any], files: list[str], state: dict[str, Any]
) -> list[dict[str, Any]]:
    """Run the pieces; one that lacks a name of a later cell gets a second chance after all others."""
    problems, again = [], []
    for piece in pieces:
        error = _execute(piece, namespace, files)
        if isinstance(error, NameError):
            again.append((piece, error))
        elif error is not None:
            problems.append(_problem(piece, error, files, state))
    for piece, first in again:
        made_since = piece.defines and piece.defines <= namespace.keys()
        error = first if made_since else _execute(piece, namespace, files)
        if error is not None:
            problems.append(_problem(piece, error, files, state))
    return problems


def _execute(piece: Piece, namespace: dict[str, Any], files: list[str]) -> BaseException | None:
    try:
        code = _compiled(piece, files[piece.source])
        exec(code, namespace)  # noqa: S102 - the whole point, and only ever in the sandbox
    except (Exception, SystemExit) as error:
        return error
    return None


def _problem(
    piece: Piece, error: BaseException, files: list[str], state: dict[str, Any]
) -> dict[str, Any]:
    said = describe(error, state)
    label = state[SOURCES][files[piece.source]][0]
    return {
        "where": said["where"] or f"{label}, line {piece.node.lineno}",
        "line": said["line"],
        "message": f"{said['type']}: {said['message']}".removesuffix(": "),
        "names": sorted(piece.defines),
    }


def provide(state: dict[str, Any], modules: dict[str, str]) -> None:
    """Make modules importable by name from their text; for references, which no disk here holds."""
    sys.meta_path.insert(0, _Provided(modules))  # before what the path happens to hold


class _Provided(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules in a dictionary of their texts."""

    def __init__(self, modules: dict[str, str]) -> None:
        self.modules = modules
        self.packages = {name.rpartition(".")[0] for name in modules} - {""}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self.modules and name not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=name in self.packages)

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        code = compile(self.modules.get(name, ""), f"<{name}>", "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102


def definition(state: dict[str, Any], name: str) -> Any:
    """A definition of the student's, or, as `space:name`, one of another namespace.

    Raises:
        Refusal: it does not exist; the message says why, as far as that is known.
    """
    space, _, name = name.rpartition(":")
    namespace = state.get(NAMESPACE, {}).get(space, {})
    if name in namespace:
        return namespace[name]
    for problem in state.get(_FAILURES, ()):
        if name in problem["names"]:
            raise Refusal(
                f"{name} is not there, because {problem['where']} failed: {problem['message']}"
            )
    raise Refusal(f"{name} is not defined")


@contextlib.contextmanager
def students_turn(state: dict[str, Any], doing: str) -> Iterator[None]:
    """Around a call into the student's code: what it raises is theirs, and said in their words."""
    try:
        yield
    except (Refusal, MemoryError):
        raise
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        said = describe(error, state)
        said["doing"] = doing
        raise StudentError(said) from None
