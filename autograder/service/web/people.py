"""The instructor's page about the students: the roster, and how they are let in."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from autograder.errors import UsageError
from autograder.service.post import newest_mails
from autograder.service.roster import enrol, read_roster
from autograder.service.service import Service
from autograder.service.standings import students_of
from autograder.service.tables import Link, Person
from autograder.service.web.forms import check_token
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.view import render


def routes() -> list[Route]:
    """Every address of these pages."""
    return [
        Route("/staff/people", people, methods=["GET"]),
        Route("/staff/people", add_people, methods=["POST"]),
    ]


def people(request: Request) -> Response:
    """The students, and how to let them in."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        return people_page(request, session, person)


def people_page(
    request: Request, session: Session, person: Person, *, said: str = "", status: int = 200
) -> Response:
    """The page of the students, with what came of an action."""
    service: Service = request.app.state.service
    return render(
        request,
        "staff/people.html",
        person,
        status=status,
        students=students_of(session),
        said=said,
        came_in=came_in(session),
        mails=newest_mails(session),
        has_mail=service.post is not None,
    )


def came_in(session: Session) -> dict[int, float]:
    """When somebody last came in by a link, for those who did."""
    used = select(Link.person, func.max(Link.used)).where(Link.used.is_not(None))
    rows = session.execute(used.group_by(Link.person))
    return {person: moment for person, moment in rows if moment is not None}


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
        person = require(request, session, INSTRUCTOR)
        try:
            roster = read_roster(text)
        except UsageError as error:
            return people_page(
                request, session, person, said=f"Nobody was added: {error}.", status=422
            )
        new, known = enrol(session, roster.students)
        said = f"{new} students were added; {known} were here already."
        if with_staff:
            new, known = enrol(session, roster.staff, INSTRUCTOR)
            said += f" {new} instructors were added; {known} were here already."
        elif roster.staff:
            said += f" {len(roster.staff)} of the staff were left out."
        return people_page(request, session, person, said=said)
