"""The people of a course, from a CSV file: a plain one, or Gradescope's or Moodle's export."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
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


def read_roster(text: str) -> list[Student]:
    """The students of a roster; staff are left out.

    Raises:
        UsageError: no column holds mail addresses or numbers, or a line is damaged.
    """
    text = text.removeprefix("\ufeff")
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:4_096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    rows = list(csv.reader(io.StringIO(text), dialect))
    if not rows:
        raise UsageError("the roster is empty; it needs a heading such as name,email,number")
    columns = _columns(rows[0])
    if "email" not in columns and "number" not in columns:
        shown = ", ".join(rows[0])[:200]
        raise UsageError(f"the roster has no column 'email' or 'number'; its columns are: {shown}")
    students = [_student(row, columns) for row in rows[1 : _MOST + 1] if any(map(str.strip, row))]
    return [student for student in students if student is not None]


def _columns(heading: Sequence[str]) -> dict[str, int]:
    plain = [" ".join(re.findall(r"[a-z]+", cell.lower())) for cell in heading]
    return {
        field: plain.index(name)
        for field, names in _NAMES.items()
        for name in reversed(names)
        if name in plain
    }


def _student(row: Sequence[str], columns: dict[str, int]) -> Student | None:
    def cell(field: str) -> str:
        place = columns.get(field)
        return row[place].strip()[:300] if place is not None and place < len(row) else ""

    if cell("role").lower() in _STAFF:
        return None
    name = cell("name") or " ".join(filter(None, (cell("first"), cell("last"))))
    student = Student(name, cell("number")[:100], cell("email"))
    return student if student.email or student.number else None


def enrol(session: Session, students: Sequence[Student]) -> tuple[int, int]:
    """Add the students that are not there yet, and bring names up to date.

    Returns how many are new and how many were there. Who shares a mail address or else a number is
    the same person. Nobody is removed.
    """
    added = 0
    for student in students:
        person = _known(session, student)
        if person is None:
            person = Person(role="student", email=student.email, number=student.number)
            session.add(person)
            added += 1
        person.name = student.name or person.name
        person.number = student.number or person.number
        person.email = student.email or person.email
        session.flush()
    return added, len(students) - added


def _known(session: Session, student: Student) -> Person | None:
    students = select(Person).where(Person.role == "student")
    if student.email:
        same = func.lower(Person.email) == student.email.lower()
        if (found := session.scalar(students.where(same))) is not None:
            return found
    if not student.number:
        return None
    return session.scalar(students.where(Person.number == student.number))
