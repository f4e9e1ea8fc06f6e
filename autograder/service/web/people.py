"""The instructor's pages about people: the roster, links for students, tokens for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autograder.errors import UsageError
from autograder.service.roster import enrol, read_roster
from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.forms import check_token, posted
from autograder.service.web.guard import require
from autograder.service.web.view import render

_ROLE: Final = "instructor"


def routes() -> list[Route]:
    """Every address of these pages."""
    return [
        Route("/staff/people", people, methods=["GET"]),
        Route("/staff/people", add_people, methods=["POST"]),
        Route("/staff/people/links", make_links, methods=["POST"]),
        Route("/staff/tokens", make_token, methods=["POST"]),
    ]


def people(request: Request) -> Response:
    """The students, and how to let them in."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, _ROLE)
        return _people(request, session, person)


def _people(
    request: Request,
    session: Session,
    person: Person,
    *,
    said: str = "",
    links: Mapping[int, str] | None = None,
    status: int = 200,
) -> Response:
    students = list(session.scalars(select(Person).where(Person.role == "student")))
    students.sort(key=lambda one: (one.name.lower(), one.email.lower()))
    return render(
        request,
        "staff/people.html",
        person,
        status=status,
        students=students,
        said=said,
        links=links or {},
    )


async def add_people(request: Request) -> Response:
    """Add the students of a roster, uploaded or pasted."""
    async with request.form(max_files=1, max_fields=5, max_part_size=4 << 20) as form:
        check_token(request, form)
        upload, text = form.get("roster"), str(form.get("pasted", ""))
        with_staff = form.get("staff") == "yes"
        if isinstance(upload, UploadFile) and upload.filename:
            text = (await upload.read()).decode("utf-8-sig", "replace")
    return await run_in_threadpool(_add_people, request, text, with_staff)


def _add_people(request: Request, text: str, with_staff: bool) -> Response:
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        try:
            roster = read_roster(text)
        except UsageError as error:
            return _people(request, session, person, said=f"Nobody was added: {error}.", status=422)
        new, known = enrol(session, roster.students)
        said = f"{new} students were added; {known} were here already."
        if with_staff:
            new, known = enrol(session, roster.staff, _ROLE)
            said += f" {new} instructors were added; {known} were here already."
        elif roster.staff:
            said += f" {len(roster.staff)} of the staff were left out."
        return _people(request, session, person, said=said)


@posted()
def make_links(request: Request, _: Mapping[str, str]) -> Response:
    """New links for all students, shown once, to be printed or mailed."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        links = {
            student.id: f"{service.settings.public_url}/enter/"
            f"{service.doors.invite(session, student.id)}"
            for student in session.scalars(select(Person).where(Person.role == "student"))
        }
        return _people(request, session, person, links=links)


@posted()
def make_token(request: Request, values: Mapping[str, str]) -> Response:
    """A new token for the API, shown once."""
    note = values.get("note", "")[:200]
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, _ROLE)
        secret = service.doors.make_token(session, person.id, note)
        return render(request, "staff/token.html", person, secret=secret)
