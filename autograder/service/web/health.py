"""The page of the service's health: the queue, the workers, what failed and can be tried again."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.grading.digests import versions
from autograder.service.again import grade_again
from autograder.service.condition import failures, kept, workers
from autograder.service.program import program
from autograder.service.service import Service
from autograder.service.web.forms import posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.view import render


def routes() -> list[Route]:
    """Every address of these pages."""
    return [
        Route("/staff/health", health_page),
        Route("/staff/health/again", failed_again, methods=["POST"]),
    ]


def health_page(request: Request) -> Response:
    """Everything that tells whether gradings come through."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        return render(
            request,
            "staff/health.html",
            person,
            health=service.queue.health(),
            workers=workers(service.database, session),
            failures=failures(session),
            kept=kept(service.database, session),
            program=program(),
            libraries=versions(),
        )


@posted()
def failed_again(request: Request, values: Mapping[str, str]) -> Response:
    """Let what has failed be graded again: one submission, or all of them."""
    service: Service = request.app.state.service
    wanted = values.get("submission", "")
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        chosen: dict[str, list[str]] = {}
        for failure in failures(session):
            if wanted in ("", failure.job.submission):
                chosen.setdefault(failure.exercise, []).append(failure.job.submission)
        for exercise, submissions in chosen.items():
            version = service.exercises.newest(session, exercise)
            if version is not None:
                grade_again(
                    service.exercises, service.queue, session, version, submissions, person.called
                )
    return RedirectResponse("/staff/health", 303)
