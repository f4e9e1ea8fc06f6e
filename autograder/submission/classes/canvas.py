"""Canvas's "Download Submissions": one folder of files for the whole class.

`lastnamefirstname_1234_56789_work.ipynb` has the student's name, Canvas's number of the student and of
the file, and the file's name; `_LATE` stands after the name of who was late, and `anon_x1Y2z` in the place
of name and number in an anonymous assignment. `..._1234_text.html` was typed online, `..._1234_link.html`
is a link. A file that was handed in again got `-1`, `-2`, ... before its suffix.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from autograder.submission.classes.ids import ids_for
from autograder.submission.classes.items import Item, checked, gather
from autograder.submission.classes.online import read_typed
from autograder.submission.classes.roll import ClassRoll, make_roll
from autograder.submission.classes.text import one_line
from autograder.submission.files import FileSet
from autograder.submission.roster import HandIn, Student

_WHO: Final = (
    r"(?:anon(?P<l1>_LATE)?_(?P<anonymous>[A-Za-z0-9]{5})(?P<l2>_LATE)?"
    r"|(?P<name>.+?)(?P<l3>_LATE)?_(?P<number>\d+))"
)
_FILE = re.compile(rf"{_WHO}_(?P<attachment>\d+)_(?P<file>.+)", re.DOTALL)
_PAGE = re.compile(rf"{_WHO}_(?P<page>text|link)\.html", re.DOTALL)
_AGAIN = re.compile(r"(?P<stem>.+)-\d{1,3}")
_TYPED: Final = "text.html"
_LINK: Final = "link.html"
_NOBODY: Final = "anon"
_EVERYBODY: Final = 3


@dataclass(frozen=True)
class _File:
    """One file of the download, with what its name says; a page has no attachment's number."""

    who: str
    number: str
    is_late: bool
    attachment: str
    name: str
    item: Item


def is_canvas(items: Sequence[Item]) -> bool:
    """Whether most are files named as Canvas names them, each number always for the same student."""
    known = [file for item in items if (file := _parse(item)) is not None]
    names = defaultdict(set)
    for file in known:
        names[file.number].add(file.who)
    attachments = [file.attachment for file in known if file.attachment]
    is_consistent = all(len(who) == 1 for who in names.values())
    is_most = 3 * len(known) > 2 * len(items)
    return is_most and is_consistent and len(set(attachments)) == len(attachments)


def read_canvas(items: Sequence[Item]) -> ClassRoll:
    """The hand-ins of a download: all the files of one student are one."""
    by_student: dict[str, list[_File]] = defaultdict(list)
    notes = []
    for item in items:
        if (file := _parse(item)) is not None:
            by_student[file.number].append(file)
        else:
            notes.append(f"{item.name} is not named as Canvas names submissions; it was not read.")
    kept = _names_as_handed_in(by_student.values())
    ids = ids_for({number: f"{files[0].who}_{number}" for number, files in by_student.items()})
    hand_ins = [
        HandIn(
            ids[number],
            partial(_read, _named(files, kept)),
            (Student(_name(files[0].who), account=number),),
            is_marked_late=any(file.is_late for file in files),
        )
        for number, files in by_student.items()
    ]
    return make_roll("canvas", hand_ins, notes)


def _parse(item: Item) -> _File | None:
    match = None if item.is_folder else _PAGE.fullmatch(item.name) or _FILE.fullmatch(item.name)
    if match is None:
        return None
    parts = match.groupdict()
    page = parts.get("page")
    return _File(
        parts["name"] or _NOBODY,
        parts["number"] or parts["anonymous"],
        any(parts[late] for late in ("l1", "l2", "l3")),
        parts.get("attachment") or "",
        f"{page}.html" if page else parts["file"],
        item,
    )


def _name(who: str) -> str:
    return "" if who == _NOBODY else one_line(who)


def _without_count(name: str) -> str:
    """A file's name without the `-1` of one that was handed in again."""
    path = PurePosixPath(name)
    match = _AGAIN.fullmatch(path.stem)
    return f"{match['stem']}{path.suffix}" if match else name


def _names_as_handed_in(students: Iterable[Sequence[_File]]) -> frozenset[str]:
    """Names that end in a count of their own, since everybody hands in a file of that very name."""
    by_stem: dict[str, Counter[str]] = defaultdict(Counter)
    for files in students:
        for name in {file.name for file in files}:
            by_stem[_without_count(name)][name] += 1
    return frozenset(
        next(iter(names))
        for names in by_stem.values()
        if len(names) == 1 and sum(names.values()) >= _EVERYBODY
    )


def _named(files: Sequence[_File], kept: frozenset[str]) -> tuple[tuple[str, Item], ...]:
    """Each file with the name under which it was handed in; two must not get the same."""
    bare = Counter(_without_count(file.name) for file in files)
    parts = []
    for file in sorted(files, key=lambda file: (file.name, file.attachment)):
        name = _without_count(file.name)
        is_own = file.name in kept or bare[name] > 1
        parts.append((file.name if is_own else name, file.item))
    return tuple(parts)


def _read(parts: Sequence[tuple[str, Item]]) -> FileSet:
    """The files; what was typed online becomes Markdown, a link is not followed."""
    found = gather(parts)
    read_typed(found, _TYPED, "text.md")
    if found.files.pop(_LINK, None) is not None:
        found.notes.append("A link was handed in; it was not followed.")
    return checked(found)
