"""Printed links: shown once, for those who were chosen, with nothing in them that a student wrote as markup."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import segno
from sqlalchemy import select
from starlette.testclient import TestClient

from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.app import make_app
from autograder.submission.roster import Student

LINK = re.compile(r"<code>(http://testserver/enter/[\w-]+)</code>")


def test_a_slip_names_whom_it_lets_in(service: Service, visit: Callable) -> None:
    with service.database.begin() as session:
        enrol(session, [Student("<script>Eve</script>", "33", "")])
        number = session.scalars(select(Person.id).where(Person.number == "33")).one()
    page = visit("Instructor").post("/staff/people/links", {f"student-{number}": "yes"}).text
    (link,) = LINK.findall(page)
    assert "&lt;script&gt;Eve" in page
    assert "<script>Eve" not in page
    assert "style=" not in page
    assert segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True) in page
    client = TestClient(make_app(service))
    assert "&lt;script&gt;Eve" in client.get(link).text


def test_slips_are_shown_once(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    links = LINK.findall(staff.post("/staff/people/links").text)
    assert len(set(links)) == 2
    page = staff.client.get("/staff/people").text
    assert not any(link in page for link in links)


@pytest.mark.parametrize("ticked", ["student-9999", "student-x", "student-"])
def test_who_is_not_of_the_course_has_no_slip(
    service: Service, visit: Callable, ticked: str
) -> None:
    answer = visit("Instructor").post("/staff/people/links", {ticked: "yes"})
    assert answer.status_code == 422
    assert "/enter/" not in answer.text


def test_a_large_class_can_be_ticked(visit: Callable) -> None:
    ticked = {f"student-{number}": "yes" for number in range(1_000, 3_000)}
    answer = visit("Instructor").post("/staff/people/links", {**ticked, "student-1": "yes"})
    assert len(LINK.findall(answer.text)) == 1


def test_an_instructor_is_given_no_slip(service: Service, visit: Callable) -> None:
    staff = visit("Instructor")
    with service.database.read() as session:
        number = session.scalars(select(Person.id).where(Person.role == "instructor")).one()
    assert staff.post("/staff/people/links", {f"student-{number}": "yes"}).status_code == 422
