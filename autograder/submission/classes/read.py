"""Finds out what holds a class, and reads it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from autograder.errors import UsageError
from autograder.submission.archives import BROKEN
from autograder.submission.classes.archive import open_archive
from autograder.submission.classes.canvas import is_canvas, read_canvas
from autograder.submission.classes.folder import read_folder
from autograder.submission.classes.gradescope import is_gradescope, read_gradescope
from autograder.submission.classes.items import DiskItem, Item
from autograder.submission.classes.moodle import is_moodle, read_moodle
from autograder.submission.classes.roll import ClassRoll
from autograder.submission.classes.text import one_line

MAX_INNER_BYTES: Final = 512 << 20
_DEEPEST: Final = 4
_OF_A_RUN: Final = frozenset(("run.json", "submissions", "times.jsonl"))
_SYSTEMS: Final[
    tuple[tuple[Callable[[Sequence[Item]], bool], Callable[[Sequence[Item]], ClassRoll]], ...]
] = ((is_gradescope, read_gradescope), (is_moodle, read_moodle), (is_canvas, read_canvas))


def read_class(path: Path) -> ClassRoll:
    """Read a class: a folder of hand-ins, what Gradescope, Moodle or Canvas gives, or a zip of these.

    1. Open the folder, or the archive where it lies. 2. As long as there is nothing but one folder or
    one archive that holds a class, go into it. 3. Recognise the system by the names. 4. Make a hand-in of
    each student's or group's part; its files are read when it is asked for them.

    Raises:
        UsageError: there is no such path, it cannot be opened, or nothing was handed in.
    """
    items, notes = _top(path)
    links = [item for item in items if _is_link(item)]
    notes += [f"{item.name} is a link; it was not read." for item in links]
    runs = [item for item in items if item.is_folder and _is_run(item.children())]
    notes += [f"{item.name} holds the results of a run; it was not read." for item in runs]
    if _is_run(items):
        raise UsageError(f"{path} holds the results of a run, and no hand-ins")
    items = tuple(item for item in items if item not in (*links, *runs))
    if not items:
        raise UsageError(f"{path}: there are no hand-ins in it")
    read = next((read for is_it, read in _SYSTEMS if is_it(items)), read_folder)
    roll = read(items)
    return replace(roll, notes=tuple(one_line(note) for note in (*notes, *roll.notes)))


def _top(path: Path) -> tuple[tuple[Item, ...], list[str]]:
    """The items of the class, below folders and archives that hold nothing else, with notes."""
    notes: list[str] = []
    stem = ""
    try:
        if path.is_dir():
            items = DiskItem(path.resolve()).children()
        elif path.is_file() and path.suffix.lower() != ".zip" and not zipfile.is_zipfile(path):
            raise UsageError(
                f"{path} is neither a folder nor a zip archive: unpack another archive first; "
                "a single submission is for `autograder run`"
            )
        elif path.is_file():
            root, told = open_archive(path, str(path))
            items, stem = root.children(), path.stem
            notes += told
        else:
            raise UsageError(f"{path}: there is no such file or folder")
        below = _class_below(items[0], stem, notes) if _is_alone(items) else ()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return below or items, notes


def _is_link(item: Item) -> bool:
    return isinstance(item, DiskItem) and item.path.is_symlink()


def _is_run(items: Sequence[Item]) -> bool:
    """Whether a folder is what the grading of a class wrote, which somebody put beside the class."""
    return {item.name for item in items} >= _OF_A_RUN


def _is_alone(items: Sequence[Item]) -> bool:
    return len(items) == 1 and not _is_known(items)


def _is_known(items: Sequence[Item]) -> bool:
    return any(is_it(items) for is_it, _ in _SYSTEMS)


def _class_below(item: Item, stem: str, notes: list[str], depth: int = 0) -> tuple[Item, ...]:
    """The items of the class in a folder or archive; nothing where it is a hand-in.

    `stem` is the name of the archive around it: a folder of that name is the class that was zipped.
    """
    told: tuple[str, ...] = ()
    if item.is_folder:
        inner = item.children()
    elif item.name.lower().endswith(".zip") and item.size <= MAX_INNER_BYTES:
        inner, told = _inside_archive(item)
        stem = item.name[: -len(".zip")]
    else:
        return ()
    is_whole = bool(stem) and item.is_folder and item.name.lower() == stem.lower()
    found: tuple[Item, ...] = ()
    if _is_known(inner) or (len(inner) > 1 and (is_whole or _are_parts(inner))):
        found = inner
    elif len(inner) == 1 and depth < _DEEPEST:
        found = _class_below(inner[0], stem, notes, depth + 1)
    if found:
        notes += told
    return found


def _are_parts(items: Sequence[Item]) -> bool:
    """Whether there are only folders and archives, as in a class and seldom in a hand-in."""
    return all(item.is_folder or item.name.lower().endswith(".zip") for item in items)


def _inside_archive(item: Item) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    try:
        with item.open() as stream:
            data = stream.read(MAX_INNER_BYTES + 1)
        root, notes = open_archive(io.BytesIO(data), item.name)
    except (UsageError, *BROKEN):
        return (), ()
    return root.children(), notes
