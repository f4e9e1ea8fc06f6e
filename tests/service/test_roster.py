"""Rosters of every origin give the same people, who are never doubled."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from autograder.errors import UsageError
from autograder.service.database import Database
from autograder.service.roster import enrol, read_roster
from autograder.service.tables import Person

ADA = "Ada Lovelace", "1815", "ada@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "name,email,number\nAda Lovelace,ada@example.org,1815\n",
        "\ufeffFirst Name,Last Name,SID,Email,Role\nAda,Lovelace,1815,ada@example.org,Student\n",
        "First name;Surname;ID number;Email address\nAda;Lovelace;1815;ada@example.org\n",
        '"Full name"\t"E-mail"\t"Student ID"\nAda Lovelace\tada@example.org\t1815\n',
    ],
)
def test_it_is_read_whoever_wrote_it(text: str) -> None:
    (student,) = read_roster(text).students
    assert (student.name, student.number, student.email) == ADA


def test_staff_are_apart_and_empty_lines_left_out() -> None:
    text = "Name,Email,Role\nAda,ada@example.org,Student\nTim,tim@example.org,TA\n,,\n\n"
    roster = read_roster(text)
    assert [student.name for student in roster.students] == ["Ada"]
    assert [person.name for person in roster.staff] == ["Tim"]


@pytest.mark.parametrize("text", ["", "who,what\nAda,x\n", 'email\n"' + "x" * 200_000 + '"\n'])
def test_another_file_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="roster"):
        read_roster(text)


def test_nobody_is_added_twice(database: Database) -> None:
    first = read_roster("name,email,number\nAda,ada@example.org,1\nBob,,2\n").students
    again = read_roster(
        "name,email,number\nAda L,ADA@example.org,1\nRobert,,2\nCy,cy@x.org,\n"
    ).students
    with database.begin() as session:
        assert enrol(session, first) == (2, 0)
        assert enrol(session, again) == (1, 2)
        people = session.scalars(select(Person).order_by(Person.id)).all()
        assert [person.name for person in people] == ["Ada L", "Robert", "Cy"]


def test_staff_are_people_of_another_role(database: Database) -> None:
    people = read_roster("name,email,role\nAda,ada@x.org,student\nTim,tim@x.org,TA\n")
    with database.begin() as session:
        assert enrol(session, people.students) == (1, 0)
        assert enrol(session, people.staff, "instructor") == (1, 0)
        assert enrol(session, people.staff, "instructor") == (0, 1)
        roles = {person.name: person.role for person in session.scalars(select(Person))}
        assert roles == {"Ada": "student", "Tim": "instructor"}
