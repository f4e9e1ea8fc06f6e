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

import autograder
from autograder.digest import files_digest
from autograder.exercise.bundle import bundle_files
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
    """The fingerprint of each file that decides about an exercise, by its name in a bundle."""
    return {
        name: hashlib.sha256(content).hexdigest()
        for name, content in bundle_files(exercise).items()
    }


def exercise_digest(exercise: Exercise) -> str:
    """The fingerprint of an exercise with all files that decide about it."""
    return files_digest(bundle_files(exercise))


def question_digest(exercise: Exercise, question: Question) -> str:
    """The fingerprint of all that decides about one question of an exercise."""
    shared = exercise.model_dump(
        mode="json", include={"autograder", "symbols", "given", "code", "policy"}
    )
    files = exercise_files(exercise.model_copy(update={"questions": (question,)}))
    used = {name: digest for name, digest in files.items() if not name.endswith(f"/{FILE}")}
    return _of_parts([json.dumps([question.model_dump(mode="json"), shared, used], sort_keys=True)])


def _of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _of_parts(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(f"{part}\n".encode())
    return total.hexdigest()
