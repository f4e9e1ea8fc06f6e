"""A link opens once, a cookie cannot be forged, a password is not told by the time it takes."""

from __future__ import annotations

import pytest
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select

from autograder.errors import UsageError
from autograder.service.database import Database
from autograder.service.doors import Doors
from autograder.service.tables import Link, Person, Token


@pytest.fixture
def doors(database: Database) -> Doors:
    with database.begin() as session:
        session.add(Person(role="student", name="Ada", email="ada@example.org"))
        session.add(Person(role="instructor", name="Ina", email="ina@example.org"))
    return Doors(database)


def test_a_link_opens_once(database: Database, doors: Doors) -> None:
    with database.begin() as session:
        secret = doors.invite(session, 1)
    with database.read() as session:
        for _ in range(2):  # looking uses nothing up
            seen = doors.invited(session, secret)
            assert seen is not None
            assert seen.name == "Ada"
    with database.begin() as session:
        person = doors.enter(session, secret)
        assert person is not None
        assert person.name == "Ada"
    with database.begin() as session:
        assert doors.enter(session, secret) is None
        assert doors.invited(session, secret) is None


def test_a_link_grows_old(database: Database, doors: Doors) -> None:
    with database.begin() as session:
        secret = doors.invite(session, 1, seconds=-1)
        assert doors.invited(session, secret) is None
        assert doors.enter(session, secret) is None


def test_secrets_are_not_stored(database: Database, doors: Doors) -> None:
    with database.begin() as session:
        secret = doors.invite(session, 1)
        key = doors.make_token(session, 2, "script")
        stored = [*session.scalars(select(Link.secret)), *session.scalars(select(Token.secret))]
        assert secret not in stored
        assert key not in stored
        found = doors.bearer(session, key)
        assert found is not None
        assert found[0].name == "Ina"
        assert doors.bearer(session, key + "x") is None


def test_a_cookie_is_ours_and_ends(database: Database, doors: Doors) -> None:
    other_server = Doors(database)
    with database.begin() as session:
        person = session.get_one(Person, 1)
        cookie = doors.cookie(person)
        assert doors.visitor(session, cookie) is person
        assert doors.visitor(session, cookie[:-2] + "xx") is None
        assert doors.visitor(session, "") is None
        assert other_server.visitor(session, cookie) is person
        person.series += 1
        assert doors.visitor(session, cookie) is None


def test_forms_belong_to_their_visit(database: Database, doors: Doors) -> None:
    with database.read() as session:
        mine, other = (doors.cookie(session.get_one(Person, 1)) for _ in range(2))
    assert doors.is_form_token(mine, doors.form_token(mine))
    assert not doors.is_form_token(mine, doors.form_token(other))
    assert not doors.is_form_token(mine, "é")


def test_passwords(database: Database, doors: Doors) -> None:
    with database.begin() as session:
        person = session.get_one(Person, 2)
        with pytest.raises(UsageError, match="10 characters"):
            doors.set_password(person, "short")
        before = doors.cookie(person)
        doors.set_password(person, "correct horse")
        assert doors.visitor(session, before) is None
        assert doors.log_in(session, " INA@example.org", "correct horse") is person
        assert doors.log_in(session, "ina@example.org", "wrong horse!") is None
        assert doors.log_in(session, "ada@example.org", "correct horse") is None
        assert doors.log_in(session, "nobody@example.org", "correct horse") is None
        assert "horse" not in (person.password or "")


def test_who_is_unknown_is_checked_as_long(
    database: Database, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    class Counting:
        def verify(self, stored: str, given: str) -> None:
            checked.append(stored)
            raise VerifyMismatchError

    with database.begin() as session:
        doors.set_password(session.get_one(Person, 2), "correct horse")
    monkeypatch.setattr("autograder.service.doors._HASHER", Counting())
    with database.read() as session:
        for email in ("ina@example.org", "ada@example.org", "nobody@example.org"):
            assert doors.log_in(session, email, "wrong horse!") is None
    parameters = {stored.rpartition("$")[0].rpartition("$")[0] for stored in checked}
    assert len(checked) == 3
    assert len(parameters) == 1  # the same work each time
