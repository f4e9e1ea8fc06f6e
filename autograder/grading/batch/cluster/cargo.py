"""What travels to the nodes of a cluster: this program, an exercise, and the data that it asks for.

So the nodes share no file system with the grader and need no copy of this project, only its
dependencies. The same files give the same bytes, and these their digest.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import autograder
from autograder.exercise.bundle import bundle_files, pack
from autograder.exercise.model import Exercise
from autograder.grading.batch.cluster.station import DATA_FOLDER
from autograder.learning.datasets import data_files


def make_cargo(exercise: Exercise) -> bytes:
    """The zip of everything that grading this exercise needs on another machine."""
    return pack({**_program_for(data_sets(exercise)), **bundle_files(exercise)})


def make_program(names: Iterable[str]) -> bytes:
    """The zip of what grading any exercise needs beside its bundle, if it uses these data sets."""
    return pack(_program_for(names))


def data_sets(exercise: Exercise) -> set[str]:
    """The names of the data sets that questions ask for."""
    names = (getattr(question, "dataset", None) for question in exercise.questions)
    return {name for name in names if isinstance(name, str)}


def _program_for(names: Iterable[str]) -> dict[str, bytes]:
    return {**dict(_own_code()), **dict(_data(names))}


def _own_code() -> Iterator[tuple[str, bytes]]:
    folder = Path(autograder.__file__).resolve().parent
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder.parent).as_posix(), path.read_bytes()


def _data(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files of data sets, where they are here."""
    base = os.environ.get("AUTOGRADER_DATA", "")
    for name in sorted(names):
        for path in data_files(name):
            yield f"{DATA_FOLDER}/{path.relative_to(base).as_posix()}", path.read_bytes()
