"""Moodle's "Download all submissions", with or without a folder for each student.

`Full Name_12345_assignsubmission_file_/work.ipynb`, `Full Name_12345_assignsubmission_file_work.ipynb`,
and the same with `onlinetext`; newer versions leave out the underscore at a folder's end. The number is
that of Moodle's grading worksheet ("Participant 12345"). The members of a group each have the group's
files, and the group's name before their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from autograder.errors import SubmissionError
from autograder.submission.classes.groups import group_names, together
from autograder.submission.classes.ids import ids_for
from autograder.submission.classes.items import Item, checked, gather
from autograder.submission.classes.online import read_typed
from autograder.submission.classes.roll import ClassRoll, make_roll
from autograder.submission.classes.text import one_line
from autograder.submission.collect import digest
from autograder.submission.files import FileSet
from autograder.submission.roster import HandIn, Student

_NAME = re.compile(
    r"(?P<who>.*)_(?P<number>\d+)_assignsubmission_(?P<type>[a-z]+)(?:_(?P<rest>.*))?", re.DOTALL
)
_TYPED: Final = "onlinetext.html"


@dataclass(frozen=True)
class _Participant:
    """Somebody's part of the download: the name before the number, the number, the files."""

    who: str
    number: str
    parts: tuple[tuple[str, Item], ...]

    @property
    def label(self) -> str:
        """What tells it from others."""
        return f"{self.who}_{self.number}"

    def read(self) -> FileSet:
        """The files; what was typed online becomes Markdown."""
        found = gather(self.parts)
        for name in [n for n in found.files if PurePosixPath(n).name == _TYPED]:
            read_typed(found, name, "onlinetext.md")
        return checked(found)

    def digest(self) -> str:
        """A fingerprint of the files; empty where they cannot be read."""
        try:
            return digest(self.read())
        except SubmissionError:
            return ""


def is_moodle(items: Sequence[Item]) -> bool:
    """Whether most of the items bear names that Moodle gives."""
    return 2 * sum(_NAME.fullmatch(item.name) is not None for item in items) > len(items)


def read_moodle(items: Sequence[Item]) -> ClassRoll:
    """The hand-ins of a download: what belongs to one participant, or to one group, is one."""
    notes: list[str] = []
    participants = _participants(items, notes)
    groups = group_names([one.who for one in participants])
    hand_ins = []
    teams = _teams(participants, groups)
    ids = ids_for({members[0].label: _label(members, groups) for members in teams})
    for members in teams:
        students = tuple(_student(one, groups if len(members) > 1 else {}) for one in members)
        hand_ins.append(HandIn(ids[members[0].label], partial(members[0].read), students))
    return make_roll("moodle", hand_ins, notes)


def _participants(items: Sequence[Item], notes: list[str]) -> list[_Participant]:
    parts: dict[tuple[str, str], list[tuple[str, Item]]] = defaultdict(list)
    for item in items:
        match = _NAME.fullmatch(item.name)
        if match is None:
            notes.append(f"{item.name} is not named as Moodle names submissions; it was not read.")
        else:
            name = match["rest"] or ("" if item.is_folder else match["type"])
            parts[match["who"], match["number"]].append((name, item))
    return [_Participant(*key, tuple(found)) for key, found in sorted(parts.items())]


def _teams(
    participants: Sequence[_Participant], groups: dict[str, str]
) -> list[list[_Participant]]:
    """Participants who handed in together, so that their work is graded once."""
    if not any(groups.values()):
        return [[one] for one in participants]
    digests = [one.digest() if groups[one.who] else "" for one in participants]
    found = together([groups[one.who] for one in participants], digests)
    return [[participants[index] for index in indices] for indices in found]


def _label(members: Sequence[_Participant], groups: dict[str, str]) -> str:
    """A group's id has its name and the number of its first member."""
    first = members[0]
    return first.label if len(members) == 1 else f"{groups[first.who]}_{first.number}"


def _student(one: _Participant, groups: dict[str, str]) -> Student:
    group = groups.get(one.who, "")
    return Student(
        one_line(one.who[len(group) :].removeprefix("-") if group else one.who), account=one.number
    )
