"""A Gradescope export: submission_metadata.yml beside one folder `submission_<id>` each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import yaml

from autograder.errors import SubmissionError
from autograder.submission.archives import BROKEN
from autograder.submission.classes.ids import ids_for
from autograder.submission.classes.items import Item, checked, gather
from autograder.submission.classes.metadata import NotAMapping, read_entries
from autograder.submission.classes.roll import ClassRoll, make_roll
from autograder.submission.classes.text import one_line
from autograder.submission.classes.times import late_seconds, read_time
from autograder.submission.files import FileSet
from autograder.submission.roster import HandIn, Student

METADATA: Final = ("submission_metadata.yml", "submission_metadata.yaml")
_FOLDER = re.compile(r"submission_\d+(\.zip)?")


@dataclass(frozen=True)
class _Entry:
    """What the metadata say about one submission."""

    students: tuple[Student, ...]
    submitted: datetime | None
    late: float | None
    notes: tuple[str, ...]


def is_gradescope(items: Sequence[Item]) -> bool:
    """Whether these are the items of an export, with its metadata or, if they were lost, without."""
    names = [item.name for item in items]
    return any(name in METADATA for name in names) or (
        bool(names) and all(_FOLDER.fullmatch(name) for name in names)
    )


def read_gradescope(items: Sequence[Item]) -> ClassRoll:
    """The hand-ins of an export.

    A submission without an entry has no names; an entry without a submission stays in the roll, so
    that nobody is lost, and cannot be read.
    """
    notes: list[str] = []
    metadata = next((item for item in items if item.name in METADATA), None)
    entries = _entries(metadata, notes) if metadata is not None else {}
    if metadata is None:
        notes.append(f"There is no {METADATA[0]}: nobody's name, time or lateness is known.")
    parts = {_key(i): i for i in items if i is not metadata and (i.is_folder or _is_archive(i))}
    read = {metadata.name if metadata else "", *(item.name for item in parts.values())}
    others = [item.name for item in items if item.name not in read]
    notes += [f"{name} belongs to no submission; it was not read." for name in others]
    ids = ids_for({key: key for key in (*parts, *entries)})
    hand_ins = [_hand_in(ids[key], key, parts.get(key), entries.get(key)) for key in ids]
    for key in ids:
        if metadata is not None and key not in entries:
            notes.append(f"{key} has no entry in {metadata.name}: its students are not known.")
        elif key not in parts:
            notes.append(f"{key} is in the metadata, but not in the export.")
    notes += [f"{hand_in.id}: {note}" for hand_in in hand_ins for note in hand_in.notes]
    notes += _several(hand_ins)
    return make_roll("gradescope", hand_ins, notes)


def _key(item: Item) -> str:
    return item.name.removesuffix(".zip")


def _is_archive(item: Item) -> bool:
    return _FOLDER.fullmatch(item.name) is not None


def _hand_in(name: str, key: str, item: Item | None, entry: _Entry | None) -> HandIn:
    read = partial(_missing, key) if item is None else partial(_read, item)
    if entry is None:
        return HandIn(name, read)
    submitted = entry.submitted.isoformat(timespec="seconds") if entry.submitted else ""
    return HandIn(name, read, entry.students, submitted, entry.late, notes=entry.notes)


def _read(item: Item) -> FileSet:
    return checked(gather([("" if item.is_folder else item.name, item)]))


def _missing(key: str) -> FileSet:
    raise SubmissionError(f"{key}: the export holds no folder of this name")


def _entries(item: Item, notes: list[str]) -> dict[str, _Entry]:
    """The metadata by submission; what is damaged ends them with a note."""
    found: dict[str, _Entry] = {}
    try:
        with item.open() as stream:
            for key, value in read_entries(stream):
                if key in found:
                    notes.append(f"{item.name}: {key} is there twice; the first was read.")
                elif key:
                    found[key] = _entry(value)
    except NotAMapping:
        notes.append(f"{item.name} holds no submissions.")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or "it is no YAML"
        notes.append(
            f"{item.name}{where}: {one_line(str(problem))}; {len(found)} entries before were read."
        )
    except BROKEN as error:
        notes.append(f"{item.name} cannot be read ({error}).")
    return found


def _entry(value: Mapping[str, Any]) -> _Entry:
    submitters = [one for one in _listed(value, "submitters", "users") if isinstance(one, dict)]
    written = _text(value.get("created_at"))
    submitted = read_time(written)
    notes = () if submitted or not written else (f"The time {one_line(written)!r} was not read.",)
    # A group's hand-in is due when the last extension of its members ends.
    dues = [due for one in (*submitters, value) if (due := _due(one)) is not None]
    late = [seconds for due in dues if (seconds := late_seconds(submitted, due)) is not None]
    students = tuple(dict.fromkeys(_student(one) for one in submitters))
    return _Entry(students, submitted, min(late, default=None), notes)


def _student(submitter: Mapping[str, Any]) -> Student:
    name, number, email = (one_line(_text(submitter.get(key))) for key in ("name", "sid", "email"))
    return Student(name, number, email)


def _due(value: Mapping[str, Any]) -> datetime | None:
    """A due time, of the entry or of its assignment."""
    assignment = value.get("assignment")
    written = assignment.get("due_date") if isinstance(assignment, dict) else None
    return read_time(_text(written or value.get("due_date")))


def _listed(value: Mapping[str, Any], *keys: str) -> list[Any]:
    """The first of several values that is a list."""
    return next((value[key] for key in keys if isinstance(value.get(key), list)), [])


def _text(value: Any) -> str:
    """A scalar's text. Ruby writes a time with its zone as a mapping that holds it in UTC."""
    if isinstance(value, dict):
        value = value.get("utc") or value.get("time")
    return value if isinstance(value, str) else ""


def _several(hand_ins: Iterable[HandIn]) -> list[str]:
    """Notes on students who are in several submissions."""
    places: dict[str, list[str]] = defaultdict(list)
    for hand_in in hand_ins:
        for who in {student.email or student.number for student in hand_in.students} - {""}:
            places[who].append(hand_in.id)
    return [f"{who} is in {' and '.join(ids)}." for who, ids in places.items() if len(ids) > 1]
