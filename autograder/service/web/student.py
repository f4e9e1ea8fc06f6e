"""The student's pages: exercises, one exercise with its answers, a submission's result."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from autograder.exercise.model import Exercise, Question
from autograder.service.drafts import drafts_of
from autograder.service.gradings import graded
from autograder.service.hand_in import MOST_BYTES, MOST_FILES, upload_names
from autograder.service.live import LONGEST_ANSWER
from autograder.service.service import Service
from autograder.service.tables import Person, Submission, Version
from autograder.service.web.asking import parts_of
from autograder.service.web.events import Watch
from autograder.service.web.guard import require
from autograder.service.web.showing import handed_in, result_of
from autograder.service.web.tried import tries_of
from autograder.service.web.view import render


def home(request: Request) -> Response:
    """Every exercise, with what the visitor has handed in."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session)
        rows = []
        for version in service.exercises.all_newest(session):
            exercise = service.exercises.open(session, version)
            newest = handed_in(service.exercises, session, person, exercise.id, most=1)
            rows.append((exercise, newest[0] if newest else None))
    return render(request, "home.html", person, rows=rows)


def exercise_page(request: Request) -> Response:
    """One exercise: its questions with inputs, a place for files, and earlier submissions."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session)
        _, exercise = opened(request, session)
        return form_page(request, session, person, exercise)


def form_page(
    request: Request,
    session: Session,
    person: Person,
    exercise: Exercise,
    *,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    """The form of an exercise, with what is `typed` already, or else what is kept."""
    service: Service = request.app.state.service
    answers = typed or drafts_of(session, person, exercise.id)
    tries = tries_of(session, person, exercise.id, exercise.policy)
    earlier = handed_in(service.exercises, session, person, exercise.id)
    parts = parts_of(exercise, answers, tries)
    return render(
        request,
        "exercise.html",
        person,
        status=status,
        exercise=exercise,
        parts=parts,
        asks_files=any(asked.is_code for part in parts for asked in part.questions),
        earlier=earlier,
        again=upload_names(session, earlier[0].submission.id) if earlier else [],
        most_files=MOST_FILES,
        most_bytes=MOST_BYTES,
        longest=LONGEST_ANSWER,
        problem=problem,
    )


def submission_page(request: Request) -> Response:
    """A submission's result as far as it is there, and the others of the exercise."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person, submission = own_submission(request, session)
        found = graded(service.exercises, session, submission)
        tries = tries_of(session, person, submission.exercise, found.exercise.policy)
        return render(
            request,
            "submission.html",
            person,
            exercise=found.exercise,
            submission=submission,
            result=result_of(found),
            earlier=handed_in(service.exercises, session, person, submission.exercise),
            tries={name: one.until(submission.created) for name, one in tries.items()},
        )


async def submission_events(request: Request) -> Response:
    """Server-sent events about a grading under way."""
    service: Service = request.app.state.service
    watch: Watch = request.app.state.watch

    def find() -> str:
        with service.database.read() as session:
            return own_submission(request, session)[1].id

    identifier = await run_in_threadpool(find)
    return StreamingResponse(
        watch.follow(identifier, request.headers.get("last-event-id", "")),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def opened(request: Request, session: Session) -> tuple[Version, Exercise]:
    """The exercise of a request's path, and its version in use.

    Raises:
        HTTPException: 404 when there is none.
    """
    service: Service = request.app.state.service
    version = service.exercises.newest(session, request.path_params["exercise"])
    if version is None:
        raise HTTPException(404)
    return version, service.exercises.open(session, version)


def question_of(request: Request, exercise: Exercise) -> Question:
    """The question of a request's path.

    Raises:
        HTTPException: 404 when there is none.
    """
    try:
        return exercise.question(request.path_params["question"])
    except KeyError:
        raise HTTPException(404) from None


def own_submission(request: Request, session: Session) -> tuple[Person, Submission]:
    """The submission of a request's path, when it is the visitor's own.

    Raises:
        HTTPException: 404 when there is none, or it is somebody else's: nobody learns which.
    """
    person = require(request, session)
    submission = session.get(Submission, request.path_params["submission"])
    if submission is None or submission.person != person.id:
        raise HTTPException(404)
    return person, submission
