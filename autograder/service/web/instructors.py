"""The page of those who may do everything: who they are, others who join, and who leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.service.hosts import is_address
from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.forms import posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.view import render
from autograder.submission.roster import Student

_HERE: Final = "/staff/instructors"


def routes() -> list[Route]:
    """Every address of this page."""
    return [
        Route(_HERE, instructors, methods=["GET"]),
        Route(f"{_HERE}/add", add_instructor, methods=["POST"]),
        Route(f"{_HERE}/link", make_link, methods=["POST"]),
        Route(f"{_HERE}/dismiss", dismiss, methods=["POST"]),
    ]


def instructors(request: Request) -> Response:
    """Who is an instructor."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        return _page(request, session, require(request, session, INSTRUCTOR))


@posted()
def add_instructor(request: Request, values: Mapping[str, str]) -> Response:
    """Let somebody else be an instructor."""
    service: Service = request.app.state.service
    name, email = " ".join(values.get("name", "").split())[:300], values.get("email", "").strip()
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        if not is_address(email):
            problem = "An instructor needs a mail address."
            return _page(request, session, person, status=422, problem=problem)
        enrol(session, [Student(name, "", email)], INSTRUCTOR)
    return RedirectResponse(_HERE, 303)


@posted()
def make_link(request: Request, values: Mapping[str, str]) -> Response:
    """A link for an instructor, shown once."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        other = _instructor(session, values)
        secret = service.doors.invite(session, other.id)
        link = f"{service.settings.public_url}/enter/{secret}"
        return _page(request, session, person, link=link, whose=other)


@posted()
def dismiss(request: Request, values: Mapping[str, str]) -> Response:
    """Let somebody be an instructor no longer; what they graded stays theirs."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        other = _instructor(session, values)
        if other.id == person.id:
            problem = "Nobody can dismiss themself: another instructor must."
            return _page(request, session, person, status=422, problem=problem)
        service.doors.dismiss(session, other)
    return RedirectResponse(_HERE, 303)


def _instructor(session: Session, values: Mapping[str, str]) -> Person:
    number = values.get("person", "")
    found = session.get(Person, int(number)) if number.isdecimal() and len(number) < 10 else None
    if found is None or found.role != INSTRUCTOR:
        raise HTTPException(404)
    return found


def _page(
    request: Request,
    session: Session,
    person: Person,
    *,
    status: int = 200,
    problem: str = "",
    link: str = "",
    whose: Person | None = None,
) -> Response:
    service: Service = request.app.state.service
    staff = session.scalars(
        select(Person).where(Person.role == INSTRUCTOR).order_by(Person.id)
    ).all()
    return render(
        request,
        "staff/instructors.html",
        person,
        status=status,
        staff=staff,
        problem=problem,
        link=link,
        whose=whose,
        has_university=service.provider is not None,
    )
