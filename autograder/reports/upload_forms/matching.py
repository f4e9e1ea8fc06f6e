"""Finds the line of a system's table that belongs to each student of a class."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from autograder.reports.book import Book, Entry
from autograder.reports.escape import printable
from autograder.submission.roster import Student

_SHOWN: Final = 10


@dataclass(frozen=True)
class Score:
    """One student's result; `points` is None until every point is given."""

    entry: Entry
    student: Student
    points: float | None

    @property
    def label(self) -> str:
        """The student as staff know them."""
        who = self.student.name or self.student.email or self.student.number
        is_known = who and who != self.entry.id
        return printable(f"{who} ({self.entry.id})" if is_known else self.entry.id, 100)


@dataclass(frozen=True)
class Line:
    """What a line of the table says about its student; every part may be empty."""

    account: str = ""
    number: str = ""
    login: str = ""
    name: str = ""


@dataclass
class Matched:
    """The score for each line by its index, and notes on what is left over."""

    scores: dict[int, Score] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def scores(book: Book) -> list[Score]:
    """A score for each student; for a hand-in that names nobody, one that its id has to tell."""
    found = []
    for entry in book.entries:
        points = entry.grade.points if entry.grade is not None and entry.is_final else None
        unnamed = (Student(entry.id, entry.id, entry.id),)
        found += [Score(entry, student, points) for student in entry.students or unnamed]
    return found


def match(
    found: Sequence[Score], lines: Sequence[Line], *, by_account: bool, table: str
) -> Matched:
    """Give each line its score: by account, if both come from one system, by number, by login, by name.

    What a key says counts only where it names one line, a name only where it is that of one student. A
    line that a surer key took is taken. Once numbers have found somebody, a line with another number
    than the student's is not the student's, whatever the name. Lines that several submissions claim by
    keys of one kind get no score: a person must say which counts.
    """
    claims: dict[int, list[Score]] = defaultdict(list)
    left = list(found)
    proven: list[_Key] = []
    for key in _KEYS if by_account else _KEYS[1:]:
        before = len(left)
        left = _claim(left, lines, key, claims, proven)
        if key.is_number and len(left) < before:
            proven.append(key)
    matched = Matched()
    several = [claimed for claimed in claims.values() if len({s.entry.id for s in claimed}) > 1]
    matched.scores = {
        index: claimed[0] for index, claimed in sorted(claims.items()) if claimed not in several
    }
    for claimed in several:
        who = " and ".join(score.label for score in claimed)
        matched.notes.append(f"{who} are one line of {table}: no points were written for it.")
    matched.notes += listed(f"Not in {table}", [score.label for score in left])
    return matched


def listed(what: str, labels: Sequence[str]) -> list[str]:
    """A note with how many it holds for, and the first of them."""
    if not labels:
        return []
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return [f"{what} ({len(labels)}): {', '.join(labels[:_SHOWN])}{more}"]


@dataclass(frozen=True)
class _Key:
    """What tells a student: how a line says it, how a hand-in does."""

    of_line: Callable[[Line], Iterable[str]]
    of_student: Callable[[Student], Iterable[str]]
    is_number: bool = False
    is_name: bool = False

    def contradicts(self, line: Line, score: Score) -> bool:
        """Whether both say it, and say something else."""
        theirs, ours = set(self.of_line(line)), set(self.of_student(score.student))
        return bool(score.entry.students and theirs and ours) and not theirs & ours


def _claim(
    left: Sequence[Score],
    lines: Sequence[Line],
    key: _Key,
    claims: dict[int, list[Score]],
    proven: Sequence[_Key],
) -> list[Score]:
    """Let each student claim the one free line of a common key; gives those who found none."""
    places: dict[str, set[int]] = defaultdict(set)
    for index, line in enumerate(lines):
        for text in key.of_line(line) if index not in claims else ():
            places[text].add(index)
    students = Counter(text for score in left for text in set(key.of_student(score.student)))
    rest: list[Score] = []
    found: list[tuple[int, Score]] = []
    for score in left:
        texts = {text for text in key.of_student(score.student) if text in places}
        indices = {index for text in texts for index in places[text]}
        is_one = len(indices) == 1 and not (key.is_name and any(students[t] > 1 for t in texts))
        if is_one and not any(k.contradicts(lines[i], score) for k in proven for i in indices):
            found.append((indices.pop(), score))
        else:
            rest.append(score)
    for index, score in found:
        claims[index].append(score)
    return rest


def _plain(text: str) -> str:
    """A text without marks, case and everything that is neither letter nor digit."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if char.isalnum())


def _folded(*texts: str) -> list[str]:
    return [text.strip().casefold() for text in texts if text.strip()]


def _numbers(text: str) -> list[str]:
    """A number as it is; leading zeros do not count, since spreadsheets lose them."""
    return [key.lstrip("0") or key for key in _folded(text)]


def _names(line: Line) -> list[str]:
    """`Huber, Anna` in both orders; systems squeeze names in either."""
    parts = re.split(r",\s*", line.name, maxsplit=1)
    return [key for key in dict.fromkeys((_plain(line.name), _plain("".join(parts[::-1])))) if key]


def _student_names(student: Student) -> list[str]:
    return _names(Line(name=student.name))


def _logins(student: Student) -> list[str]:
    return _folded(student.email, student.email.partition("@")[0])


def _locals(line: Line) -> list[str]:
    """The part of an address before the sign, which only a bare login may name."""
    return _folded(line.login.partition("@")[0])


def _bare_logins(student: Student) -> list[str]:
    return [] if "@" in student.email else _folded(student.email)


# From the surest to the weakest.
_KEYS: Final = (
    _Key(
        lambda line: _folded(line.account),
        lambda student: _folded(student.account),
        is_number=True,
    ),
    _Key(
        lambda line: _numbers(line.number),
        lambda student: _numbers(student.number),
        is_number=True,
    ),
    _Key(lambda line: _folded(line.login), _logins),
    _Key(_locals, _bare_logins),
    _Key(_names, _student_names, is_name=True),
)
