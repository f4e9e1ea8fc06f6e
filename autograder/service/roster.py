"""The people of a course, from a CSV file: a plain one, or Gradescope's or Moodle's export."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.errors import UsageError
from autograder.service.tables import Person
from autograder.submission.roster import Student

_MOST: Final = 20_000
_NAMES: Final = {
    "name": ("name", "full name", "student", "student name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "email": ("email", "email address", "e mail", "mail"),
    "number": ("sid", "id number", "student id", "number", "sis user id", "matriculation number"),
    "role": ("role",),
}
_STAFF: Final = frozenset(("instructor", "ta", "teacher", "manager", "reader"))


@dataclass(frozen=True)
class Roster:
    """The people of a roster."""

    students: tuple[Student, ...]
    staff: tuple[Student, ...]


def read_roster(text: str) -> Roster:
    """The people of a roster.

    Raises:
        UsageError: no column holds mail addresses or numbers, or a line is damaged.
    """
    rows = _rows(text.removeprefix("\ufeff"))
    if not rows:
        raise UsageError("the roster is empty; it needs a heading such as name,email,number")
    columns = _columns(rows[0])
    if "email" not in columns and "number" not in columns:
        shown = ", ".join(rows[0])[:200]
        raise UsageError(f"the roster has no column 'email' or 'number'; its columns are: {shown}")
    people = [_person(row, columns) for row in rows[1 : _MOST + 1]]
    known = [(role, person) for role, person in people if person.email or person.number]
    return Roster(
        tuple(person for role, person in known if role not in _STAFF),
        tuple(person for role, person in known if role in _STAFF),
    )


def _rows(text: str) -> list[list[str]]:
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:4_096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        return list(csv.reader(io.StringIO(text), dialect))
    except csv.Error as error:
        raise UsageError(f"the roster is not CSV: {error}") from None


def _columns(heading: Sequence[str]) -> dict[str, int]:
    plain = [" ".join(re.findall(r"[a-z]+", cell.lower())) for cell in heading]
    return {
        field: plain.index(name)
        for field, names in _NAMES.items()
        for name in reversed(names)
        if name in plain
    }


def _person(row: Sequence[str], columns: dict[str, int]) -> tuple[str, Student]:
    def cell(field: str) -> str:
        place = columns.get(field)
        return " ".join(row[place].split())[:300] if place is not None and place < len(row) else ""

    name = cell("name") or " ".join(filter(None, (cell("first"), cell("last"))))
    return cell("role").lower(), Student(name, cell("number")[:100], cell("email"))


def enrol(session: Session, students: Sequence[Student], role: str = "student") -> tuple[int, int]:
    """Add the students that are not there yet, or people of another role; bring names up to date.

    Returns how many are new and how many were there. Who shares a mail address or else a number is
    the same person. Nobody is removed, and who was dismissed
    as an instructor may be one again.
    """
    added = 0
    for student in students:
        person = _known(session, student, role)
        if person is None:
            person = Person(role=role, email=student.email, number=student.number)
            session.add(person)
            added += 1
        person.role = role
        person.name = student.name or person.name
        person.number = student.number or person.number
        person.email = student.email or person.email
        session.flush()
    return added, len(students) - added


def _known(session: Session, student: Student, role: str) -> Person | None:
    roles = (role, "former") if role == "instructor" else (role,)
    students = select(Person).where(Person.role.in_(roles))
    if student.email:
        same = func.lower(Person.email) == student.email.lower()
        if (found := session.scalar(students.where(same))) is not None:
            return found
    if not student.number:
        return None
    return session.scalar(students.where(Person.number == student.number))
