"""The class at a glance: who, when, how many points, and what waits for a person."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.service.service import Service
from autograder.service.standings import (
    ORDERS,
    STATES,
    Standing,
    chosen,
    numbers_of,
    standings,
    students_of,
)
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.student import opened
from autograder.service.web.view import render


def routes() -> list[Route]:
    """Every address of these pages."""
    return [
        Route("/staff/exercises/{exercise}", class_page),
        Route("/staff/exercises/{exercise}/next", next_that_waits),
    ]


def class_page(request: Request) -> Response:
    """The students with their standing; the address holds a search, a state and an order."""
    service: Service = request.app.state.service
    asked = request.query_params
    state, order = asked.get("state", ""), asked.get("order", "name")
    if state not in ("", *STATES) or order not in ORDERS:
        raise HTTPException(404)
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        _, exercise = opened(request, session)
        rows = class_rows(service, session, exercise.id)
    text = asked.get("search", "")[:200]
    return render(
        request,
        "staff/class.html",
        person,
        exercise=exercise,
        rows=chosen(rows, state=state, text=text, order=order),
        numbers=numbers_of(rows),
        states=STATES,
        orders=ORDERS,
        state=state,
        order=order,
        search=text,
    )


def next_that_waits(request: Request) -> Response:
    """Go to the submission after this one that needs a person, or back to the class."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, INSTRUCTOR)
        _, exercise = opened(request, session)
        rows = class_rows(service, session, exercise.id)
    needing = [
        row.graded.submission.id
        for row in rows
        if row.graded is not None and row.state in ("waiting", "failed")
    ]
    everybody = [row.graded.submission.id for row in rows if row.graded is not None]
    after = request.query_params.get("after", "")
    later = set(everybody[everybody.index(after) + 1 :]) if after in everybody else set(everybody)
    found = next((one for one in needing if one in later), None) or next(iter(needing), None)
    if found is None or found == after:
        return RedirectResponse(f"/staff/exercises/{exercise.id}", 303)
    return RedirectResponse(f"/staff/submissions/{found}", 303)


def class_rows(service: Service, session: Session, exercise: str) -> list[Standing]:
    """Every student's standing in an exercise, by name."""
    return standings(students_of(session), service.glances.look(session, exercise))
