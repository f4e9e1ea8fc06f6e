"""A folder of hand-ins: each folder, archive or file in it is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from autograder.submission.classes.ids import ids_for
from autograder.submission.classes.items import Item, checked, gather
from autograder.submission.classes.roll import ClassRoll, make_roll
from autograder.submission.files import FileSet
from autograder.submission.roster import HandIn

_OF_ONE: Final = frozenset(("answers.md", "answers.yaml", "answers.tex"))


def read_folder(items: Sequence[Item]) -> ClassRoll:
    """The hand-ins of a folder; who handed them in is not known."""
    ids = ids_for({_key(item): _label(item) for item in items})
    hand_ins = [HandIn(ids[_key(item)], partial(_read, item)) for item in items]
    notes = _alike(items)
    if any(item.name.lower() in _OF_ONE for item in items):
        notes.append(
            "This looks like one submission, not a class: every file in it counts as a hand-in. "
            "For a single submission use `autograder run`."
        )
    return make_roll("folder", hand_ins, notes)


def _alike(items: Sequence[Item]) -> list[str]:
    """Notes on hand-ins that may be parts of one, or two tries of one student."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for item in items:
        by_label[_label(item).casefold()].append(item.name)
    return [
        f"{' and '.join(names)} bear the same name; each counts as a hand-in."
        for names in by_label.values()
        if len(names) > 1
    ]


def _key(item: Item) -> str:
    return f"{item.name}/" if item.is_folder else item.name


def _label(item: Item) -> str:
    return item.name if item.is_folder else PurePosixPath(item.name).stem


def _read(item: Item) -> FileSet:
    return checked(gather([("" if item.is_folder else item.name, item)]))
