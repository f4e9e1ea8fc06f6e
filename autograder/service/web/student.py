"""The student's pages: exercises, one exercise with its answers, a submission's result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.service.gradings import graded
from autograder.service.hand_in import MOST_BYTES, MOST_FILES, accept
from autograder.service.live import LONGEST_ANSWER
from autograder.service.service import Service
from autograder.service.tables import Attempt, Draft, Person, Submission, Version
from autograder.service.web.asking import parts_of, typed_answers
from autograder.service.web.events import Watch
from autograder.service.web.forms import check_token
from autograder.service.web.guard import Rates, require
from autograder.service.web.showing import result_of
from autograder.service.web.view import render

_MOST_FIELDS: Final = 1_000


def home(request: Request) -> Response:
    """Every exercise, with what the visitor has handed in."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session)
        rows = []
        for version in service.exercises.all_newest(session):
            exercise = service.exercises.open(session, version)
            rows.append((exercise, _newest_submission(session, person, exercise.id)))
    return render(request, "home.html", person, rows=rows)


def exercise_page(request: Request) -> Response:
    """One exercise: its questions with inputs, a place for files, and earlier submissions."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session)
        _, exercise = opened(request, session)
        return _exercise_page(request, session, person, exercise)


def _exercise_page(
    request: Request,
    session: Session,
    person: Person,
    exercise: Exercise,
    *,
    problem: str = "",
    status: int = 200,
) -> Response:
    drafts = {
        draft.question: draft.text
        for draft in session.scalars(
            select(Draft).where(Draft.person == person.id, Draft.exercise == exercise.id)
        )
    }
    earlier = select(Submission).where(
        Submission.person == person.id, Submission.exercise == exercise.id
    )
    return render(
        request,
        "exercise.html",
        person,
        status=status,
        exercise=exercise,
        parts=parts_of(exercise, drafts, checks_used(session, person, exercise)),
        submissions=list(session.scalars(earlier.order_by(Submission.created.desc()).limit(50))),
        problem=problem,
    )


async def hand_in(request: Request) -> Response:
    """Store what was handed in, then say so."""
    rates: Rates = request.app.state.rates
    async with request.form(
        max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=LONGEST_ANSWER * 4
    ) as form:
        check_token(request, form)
        typed = {key: value for key, value in form.items() if isinstance(value, str)}
        uploads = [value for value in form.getlist("files") if isinstance(value, UploadFile)]
        if sum(upload.size or 0 for upload in uploads) > MOST_BYTES:
            raise HTTPException(413, f"The files are larger than {MOST_BYTES >> 20} MiB together.")
        files = {upload.filename: await upload.read() for upload in uploads if upload.filename}
    return await run_in_threadpool(_hand_in, request, rates, files, typed)


def _hand_in(
    request: Request, rates: Rates, files: Mapping[str, bytes], typed: Mapping[str, str]
) -> Response:
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session)
        rates.take("hand in", str(person.id), burst=10, per_minute=4)
        version, exercise = opened(request, session)
        try:
            answers = typed_answers(exercise, typed)
            identifier = accept(service.database, session, person.id, version, files, answers)
        except UsageError as error:
            problem = f"Nothing was handed in: {error}."
            return _exercise_page(request, session, person, exercise, problem=problem, status=422)
    return RedirectResponse(f"/submissions/{identifier}", 303)


def submission_page(request: Request) -> Response:
    """A submission's result, as far as it is there."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person, submission = own_submission(request, session)
        found = graded(service.exercises, session, submission)
    return render(
        request,
        "submission.html",
        person,
        exercise=found.exercise,
        submission=submission,
        result=result_of(found),
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
        watch.follow(identifier),
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


def checks_used(session: Session, person: Person, exercise: Exercise) -> dict[str, int]:
    """How often a person has had each answer of an exercise checked."""
    own = Attempt.person == person.id, Attempt.exercise == exercise.id
    counted = select(Attempt.question, func.count()).where(*own).group_by(Attempt.question)
    return {row[0]: row[1] for row in session.execute(counted)}


def _newest_submission(session: Session, person: Person, exercise: str) -> Submission | None:
    own = Submission.person == person.id, Submission.exercise == exercise
    newest = select(Submission).where(*own).order_by(Submission.created.desc()).limit(1)
    return session.scalar(newest)
