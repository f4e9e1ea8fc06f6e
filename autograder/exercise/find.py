"""Finds exercises by folder or by id, and the files they share."""

from __future__ import annotations

import difflib
from pathlib import Path

import autograder
from autograder.errors import UsageError
from autograder.exercise.load import FILE


def project_root() -> Path:
    """The folder that holds `autograder/`, `exercises/` and `reference/`."""
    return Path(autograder.__file__).resolve().parent.parent


def reference_folder(exercise: Path) -> Path:
    """The `reference/` that belongs to an exercise's folder: of its own project, or else of this one."""
    own = exercise.resolve().parent.parent / "reference"
    return own if own.is_dir() else project_root() / "reference"


def exercise_folders() -> list[Path]:
    """Every exercise under `exercises/`, here and beside the package."""
    found: dict[str, Path] = {}
    for base in (Path.cwd() / "exercises", project_root() / "exercises"):
        if base.is_dir():
            for folder in sorted(base.iterdir()):
                if (folder / FILE).is_file():
                    found.setdefault(folder.name, folder)
    return [found[name] for name in sorted(found)]


def find_exercise(name: str) -> Path:
    """The folder of an exercise named by its path or its id.

    Raises:
        UsageError: there is none; the message names the ones there are.
    """
    path = Path(name)
    if path.name == FILE and path.is_file():
        return path.parent
    if (path / FILE).is_file():
        return path
    folders = {folder.name: folder for folder in exercise_folders()}
    if name in folders:
        return folders[name]
    close = difflib.get_close_matches(name, list(folders), n=1)
    known = f"the exercises are: {', '.join(folders)}" if folders else "there are none here"
    hint = f"did you mean {close[0]}?" if close else known
    raise UsageError(f"no exercise {name!r}: no such folder with {FILE}, and {hint}")
