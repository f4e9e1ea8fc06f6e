"""Makes the zip that is uploaded to Gradescope: this program and one exercise, and nothing more."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from autograder.checks.catalogue import kind_of
from autograder.errors import UsageError
from autograder.exercise.bundle import TIME, bundle_files
from autograder.exercise.find import project_root
from autograder.exercise.model import Exercise
from autograder.grading.harness import PACKAGED

_ROOT_FILES: Final = (
    "setup.sh",
    "run_autograder",
    "pyproject.toml",
    "constraints.txt",
    "README.md",
    "LICENSE",
)
_EXECUTABLE: Final = frozenset(("setup.sh", "run_autograder"))
_SUFFIXES: Final = frozenset((".py", ".json", ".npz", ".typed"))


def write_package(exercises: Sequence[Exercise], output: Path) -> list[str]:
    """Write the zip; returns the names of the files in it.

    Raises:
        UsageError: this installation has no setup.sh, or the zip cannot be written.
    """
    root = project_root()
    if not (root / "setup.sh").is_file():
        raise UsageError(
            f"{root} has no setup.sh; packages are made from a checkout of the project"
        )
    files = dict(sorted(_files(exercises, root)))
    try:
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                entry = zipfile.ZipInfo(name, TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (0o755 if name in _EXECUTABLE else 0o644) << 16
                archive.writestr(entry, data)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from None
    return list(files)


def _files(exercises: Sequence[Exercise], root: Path) -> Iterator[tuple[str, bytes]]:
    for name in _ROOT_FILES:
        yield name, (root / name).read_bytes()
    for path in sorted((root / "autograder").rglob("*")):
        if path.is_file() and path.suffix in _SUFFIXES and "__pycache__" not in path.parts:
            yield path.relative_to(root).as_posix(), path.read_bytes()
    for exercise in exercises:
        yield from bundle_files(exercise).items()
    yield PACKAGED, _packaged(exercises)


def _packaged(exercises: Sequence[Exercise]) -> bytes:
    questions = [question for exercise in exercises for question in exercise.questions]
    content = {
        "exercises": [exercise.id for exercise in exercises],
        "torch": any(kind_of(question).needs_code for question in questions),
    }
    return (json.dumps(content, indent=2) + "\n").encode()
