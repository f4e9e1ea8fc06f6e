"""The versions of an exercise: who made which and why, what one changes, and going back to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.exercise.bundle import bundle_files
from autograder.exercise.model import Exercise
from autograder.reports.changes import Change
from autograder.service.again import grade_class
from autograder.service.amend import difference
from autograder.service.gradings import Graded, class_graded
from autograder.service.regraded import instead
from autograder.service.service import Service
from autograder.service.standings import students_of
from autograder.service.tables import Job, Version
from autograder.service.web.forms import posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.student import opened
from autograder.service.web.view import render

_LONGEST_NUMBER: Final = 10


def routes() -> list[Route]:
    """Every address of these pages."""
    base = "/staff/exercises/{exercise}/versions"
    return [
        Route(base, versions_page),
        Route(f"{base}/{{version}}", version_page, methods=["GET"]),
        Route(f"{base}/{{version}}", go_back, methods=["POST"]),
    ]


def versions_page(request: Request) -> Response:
    """The versions, the newest first, which is the one in use."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        current, exercise = opened(request, session)
        of_it = select(Version).where(Version.exercise == exercise.id).order_by(Version.id.desc())
        found = list(session.scalars(of_it.limit(500)))
    return render(
        request,
        "staff/versions.html",
        person,
        exercise=exercise,
        versions=found,
        current=current,
    )


def version_page(request: Request) -> Response:
    """What going back to a version would change: the files, and the scores as far as it gave any."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        current, exercise = opened(request, session)
        version = version_of(request, session)
        old = service.exercises.open(session, version)
        found = [
            one for one in class_graded(service.exercises, session, exercise.id) if one.is_over
        ]
        rows, compared = _scores(session, version, old, found)
        names = {student.id: student.called for student in students_of(session)}
        return render(
            request,
            "staff/version.html",
            person,
            exercise=exercise,
            state=version,
            current=current,
            difference=difference(bundle_files(exercise), bundle_files(old)),
            rows=rows,
            compared=compared,
            left=len(found) - compared,
            who={one.submission.id: names.get(one.submission.person, "") for one in found},
        )


def _scores(
    session: Session, version: Version, old: Exercise, found: Sequence[Graded]
) -> tuple[list[Change], int]:
    """What changes where the version has graded what counts now, and how many that are."""
    ids = [one.submission.id for one in found]
    done = (Job.version == version.id, Job.state == "done", Job.submission.in_(ids))
    jobs = {job.submission: job for job in session.scalars(select(Job).where(*done))}
    rows: list[Change] = []
    for one in found:
        if one.submission.id in jobs:
            rows += instead(one, jobs[one.submission.id], old)
    return rows, len(jobs)


@posted()
def go_back(request: Request, values: Mapping[str, str]) -> Response:
    """Put an earlier version into use anew, and let it grade everybody."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        current, exercise = opened(request, session)
        version = version_of(request, session)
        if values.get("in-use") != str(current.id):
            raise HTTPException(409, "The exercise has been changed meanwhile; look at it again.")
        if version.id != current.id:
            note = f"back to version {version.id}"
            renewed = service.exercises.renew(session, version, note, person.called)
            grade_class(service.exercises, service.queue, session, renewed, person.called)
    return RedirectResponse(f"/staff/exercises/{exercise.id}/changes", 303)


def version_of(request: Request, session: Session) -> Version:
    """The version of a request's path.

    Raises:
        HTTPException: 404 when the exercise has none of this number.
    """
    number = request.path_params["version"]
    is_number = number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER
    version = session.get(Version, int(number)) if is_number else None
    if version is None or version.exercise != request.path_params["exercise"]:
        raise HTTPException(404)
    return version
