"""Fingerprints of what a grade depends on: the exercise with its files, a question, our own code."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import autograder
from autograder.checks.catalogue import kind_of
from autograder.exercise.find import project_root
from autograder.exercise.load import FILE
from autograder.exercise.model import Exercise, Question

_PACKAGES = ("sympy", "python-flint", "numpy", "torch")


@cache
def versions() -> dict[str, str]:
    """The versions of the program, of Python and of the libraries that decide."""
    found = {"autograder": autograder.__version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    found["platform"] = f"{sys.platform}-{platform.machine()}"
    return found


@cache
def code_digest() -> str:
    """The fingerprint of the program's own files."""
    folder = Path(autograder.__file__).parent
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return _of_parts(
        f"{path.relative_to(folder).as_posix()}:{_of_file(path)}" for path in sorted(files)
    )


def exercise_files(exercise: Exercise) -> dict[str, str]:
    """The fingerprint of each file that decides about an exercise, by its name.

    They are the spec, the files its questions name, and, where code is graded, all of `reference/`,
    which references may build on.
    """
    files = {FILE: _of_file(exercise.folder / FILE)}
    for question in exercise.questions:
        files |= _files_of(exercise, question)
    return dict(sorted(files.items()))


def exercise_digest(exercise: Exercise) -> str:
    """The fingerprint of an exercise with all files that decide about it."""
    return _of_value(exercise_files(exercise))


def question_digest(exercise: Exercise, question: Question) -> str:
    """The fingerprint of all that decides about one question of an exercise."""
    shared = exercise.model_dump(
        mode="json", include={"autograder", "symbols", "given", "code", "policy"}
    )
    return _of_value([question.model_dump(mode="json"), shared, _files_of(exercise, question)])


def _files_of(exercise: Exercise, question: Question) -> dict[str, str]:
    names = [name for _, name in question.files()]
    names += filter(None, [exercise.code.given])
    files = {name: _of_named(exercise, name) for name in names}
    if kind_of(question).needs_code or names:
        files |= _shared_files()
    return files


def _shared_files() -> dict[str, str]:
    folder = project_root() / "reference"
    return {f"reference/{path.name}": _of_file(path) for path in sorted(folder.glob("*.py"))}


def _of_named(exercise: Exercise, name: str) -> str:
    """A file beside the exercise, or in `reference/`."""
    path = exercise.folder / name
    return _of_file(path if path.is_file() else project_root() / "reference" / name)


def _of_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _of_value(value: Any) -> str:
    return _of_parts([json.dumps(value, sort_keys=True)])


def _of_parts(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(f"{part}\n".encode())
    return total.hexdigest()
