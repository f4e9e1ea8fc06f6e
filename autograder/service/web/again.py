"""The pages about grading again: everybody, one submission, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.reports.changes import changes_csv
from autograder.service.again import grade_again, grade_class
from autograder.service.regraded import class_changes
from autograder.service.service import Service
from autograder.service.standings import students_of
from autograder.service.web.evidence import submission_of
from autograder.service.web.forms import posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.replies import spreadsheet
from autograder.service.web.student import opened
from autograder.service.web.view import render


def routes() -> list[Route]:
    """Every address of these pages."""
    base = "/staff/exercises/{exercise}"
    return [
        Route(f"{base}/grade-again", everybody_again, methods=["POST"]),
        Route(f"{base}/changes", changes),
        Route(f"{base}/changes.csv", changes_table),
        Route("/staff/submissions/{submission}/grade-again", one_again, methods=["POST"]),
    ]


@posted()
def everybody_again(request: Request, _: Mapping[str, str]) -> Response:
    """Let the version in use grade everybody's newest submission."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        version, exercise = opened(request, session)
        grade_class(service.exercises, service.queue, session, version, person.called)
    return RedirectResponse(f"/staff/exercises/{exercise.id}/changes", 303)


@posted()
def one_again(request: Request, _: Mapping[str, str]) -> Response:
    """Let the version in use grade one submission."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        submission = submission_of(request, session)
        version = service.exercises.newest(session, submission.exercise)
        assert version is not None  # it was handed in for one
        ids = [submission.id]
        grade_again(service.exercises, service.queue, session, version, ids, person.called)
    return RedirectResponse(f"/staff/submissions/{submission.id}", 303)


def changes(request: Request) -> Response:
    """What grading again changed, question by question."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        _, exercise = opened(request, session)
        found = class_changes(service.exercises, session, exercise)
        looked = service.glances.look(session, exercise.id)
        names = {student.id: student.called for student in students_of(session)}
    who = {one.submission.id: names[one.submission.person] for one in looked}
    under_way = sum(one.job.state in ("waiting", "leased") for one in looked)
    return render(
        request,
        "staff/changes.html",
        person,
        exercise=exercise,
        changes=found,
        who=who,
        under_way=under_way,
    )


def changes_table(request: Request) -> Response:
    """The same as a table for a spreadsheet."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        require(request, session, INSTRUCTOR)
        _, exercise = opened(request, session)
        text = changes_csv(class_changes(service.exercises, session, exercise))
    return spreadsheet(text, f"{exercise.id}-changes.csv")
