"""Instructors let others be instructors, and no longer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from autograder.service.identity import person_at
from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.app import make_app
from tests.service.visitors import Visitor

HERE = "/staff/instructors"


def number_of(service: Service, email: str) -> int:
    with service.database.read() as session:
        return session.scalars(select(Person.id).where(Person.email == email)).one()


def colleague(service: Service, staff: Visitor) -> Visitor:
    """Another instructor, who was added on the page and came in by its link."""
    answer = staff.post(f"{HERE}/add", {"name": "Tim", "email": "tim@x.org"})
    assert answer.headers["location"] == HERE
    page = staff.post(f"{HERE}/link", {"person": str(number_of(service, "tim@x.org"))}).text
    (secret,) = re.findall(r"http://testserver/enter/([\w-]+)", page)
    assert secret not in staff.client.get(HERE).text
    return Visitor(service, secret)


def test_an_instructor_lets_another_in(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    tim = colleague(service, staff)
    assert tim.client.get("/staff").status_code == 200
    assert "tim@x.org" in staff.client.get(HERE).text


def test_who_is_dismissed_is_out_at_once(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    tim = colleague(service, staff)
    tim.post("/password", {"email": "tim@x.org", "password": "correct horse"})
    page = tim.post("/staff/tokens", {"note": "mine"}).text
    (token,) = re.findall(r"ag_[\w-]+", page)
    number = {"person": str(number_of(service, "tim@x.org"))}
    page = staff.post(f"{HERE}/link", number).text
    (secret,) = re.findall(r"http://testserver/enter/([\w-]+)", page)

    assert staff.post(f"{HERE}/dismiss", number).headers["location"] == HERE
    assert tim.client.get("/").status_code == 401
    client = TestClient(make_app(service), follow_redirects=False)
    assert client.get(f"/enter/{secret}").status_code == 410
    login = {"email": "tim@x.org", "password": "correct horse"}
    assert client.post("/login", data=login).status_code == 403
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/exercises", headers=bearer).status_code == 401
    with service.database.read() as session:  # nor by mail or the university's account
        assert person_at(session, "tim@x.org") is None
    assert staff.post(f"{HERE}/dismiss", number).status_code == 404
    assert colleague(service, staff).client.get("/staff").status_code == 200  # may come back


def test_nobody_dismisses_themself(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    with service.database.read() as session:
        own = session.scalars(select(Person.id).where(Person.role == "instructor")).one()
    answer = staff.post(f"{HERE}/dismiss", {"person": str(own)})
    assert answer.status_code == 422
    assert staff.client.get(HERE).status_code == 200


@pytest.mark.parametrize("person", ["", "x", "-1", "999", "9" * 40, "²", "1"])
@pytest.mark.parametrize("what", ["link", "dismiss"])
def test_only_instructors_are_meant(visit: Callable, what: str, person: str) -> None:
    staff = visit("Instructor")  # 1 is Ada, a student
    assert staff.post(f"{HERE}/{what}", {"person": person}).status_code == 404


@pytest.mark.parametrize("email", ["", "tim", "a@x.org, b@x.org", "a@x.org\nBcc: b@x.org"])
def test_an_instructor_needs_an_address(visit: Callable, email: str) -> None:
    answer = visit("Instructor").post(f"{HERE}/add", {"name": "Tim", "email": email})
    assert answer.status_code == 422
    assert "needs a mail address" in answer.text


def test_two_instructors_have_two_addresses(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    colleague(service, staff)
    data = {"email": "TIM@x.org", "password": "correct horse"}
    answer = staff.post("/password", data)
    assert answer.status_code == 422
    assert "another instructor has this address" in answer.text
    assert staff.post("/password", {**data, "email": "ina@x.org"}).status_code == 303
    assert staff.post("/password", {**data, "email": "ina@x.org"}).status_code == 303  # her own


def test_the_staff_of_a_roster_are_let_in_when_that_is_ticked(
    service: Service, visit: Callable
) -> None:
    staff = visit("Instructor")
    roster = {"pasted": "name,email,role\nCy,cy@x.org,Student\nTim,tim@x.org,TA\n"}
    assert "1 of the staff were left out" in staff.post("/staff/people", roster).text
    assert "tim@x.org" not in staff.client.get(HERE).text
    said = staff.post("/staff/people", {**roster, "staff": "yes"}).text
    assert "0 students were added; 1 were here already. 1 instructors were added" in said
    assert "tim@x.org" in staff.client.get(HERE).text
