"""The API for scripts, under /api/v1: check an answer, hand in, list, read a result.

Every request carries an instructor's token (`Authorization: Bearer ag_…`). What it takes and gives is
described by /api/v1/openapi.json.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from autograder.checks.catalogue import kind_of
from autograder.errors import InternalError, UsageError
from autograder.exercise.model import Exercise
from autograder.reports.gradescope import results
from autograder.service.gradings import graded
from autograder.service.hand_in import MOST_BYTES, Typed, accept
from autograder.service.listing import listed
from autograder.service.live import Asked
from autograder.service.repeats import once
from autograder.service.service import Service
from autograder.service.tables import Person, Submission, Version
from autograder.service.tokens import note_use
from autograder.service.web.api_models import (
    CheckReply,
    CheckRequest,
    ExerciseReply,
    HandInReply,
    HandInRequest,
    ListedReply,
    ListQuery,
    ListReply,
    Query,
    ResultQuery,
    ResultReply,
    Student,
)
from autograder.service.web.events import Watch
from autograder.service.web.guard import INSTRUCTOR, Rates
from autograder.service.web.openapi import IDEMPOTENCY_KEY, KEY_PATTERN, document
from autograder.service.web.student import opened

_MOST_BODY: Final = 2 * MOST_BYTES
_ASK_AGAIN: Final = {"Retry-After": "5"}
_M = TypeVar("_M", bound=BaseModel)
_Q = TypeVar("_Q", bound=Query)


def routes() -> list[Route]:
    """Every address of the API."""
    base = "/api/v1"
    one = f"{base}/exercises/{{exercise}}"
    return [
        Route(f"{base}/openapi.json", lambda _: JSONResponse(document())),
        Route(f"{base}/exercises", exercises),
        Route(f"{one}/questions/{{question}}/check", check, methods=["POST"]),
        Route(f"{one}/submissions", submissions, methods=["GET"]),
        Route(f"{one}/submissions", hand_in, methods=["POST"]),
        Route(f"{base}/submissions/{{submission}}", result),
    ]


def exercises(request: Request) -> Response:
    """The exercises in use."""
    service: Service = request.app.state.service
    _caller(request)
    with service.database.read() as session:
        found = [service.exercises.open(session, v) for v in service.exercises.all_newest(session)]
    return JSONResponse([_described(exercise).model_dump() for exercise in found])


def _described(exercise: Exercise) -> ExerciseReply:
    questions = [question.id for question in exercise.questions]
    return ExerciseReply(
        id=exercise.id, title=exercise.title, points=exercise.points, questions=questions
    )


async def check(request: Request) -> Response:
    """Judge a written answer; nothing is stored."""
    return await _with_body(request, CheckRequest, _check)


def _check(request: Request, caller: Person, body: CheckRequest) -> Response:
    service: Service = request.app.state.service
    with service.database.read() as session:
        _, exercise = opened(request, session)
    question = request.path_params["question"]
    if question not in [q.id for q in exercise.questions if not kind_of(q).needs_code]:
        raise HTTPException(404, "There is no such written question.")
    rates: Rates = request.app.state.rates
    rates.take("api", str(caller.id), burst=200, per_minute=1200)
    try:
        outcome = service.checkers.check(Asked(exercise.folder, question, body.answer)).outcome
    except InternalError as error:
        raise HTTPException(503, str(error), _ASK_AGAIN) from None
    fields = {name: getattr(outcome, name) for name in CheckReply.model_fields}
    return JSONResponse(CheckReply(**fields).model_dump())


def submissions(request: Request) -> Response:
    """The submissions of an exercise, the oldest first, a page at a time."""
    service: Service = request.app.state.service
    _caller(request)
    query = _query(request, ListQuery)
    with service.database.read() as session:
        version, _ = opened(request, session)
        try:
            found = listed(session, version.exercise, query.since, query.after, query.limit + 1)
        except UsageError as error:
            raise HTTPException(422, f"after: {error}.") from None
    page = [
        ListedReply(
            id=submission.id,
            student=Student(name=person.name, number=person.number, email=person.email),
            created=submission.created,
            state=state,
        )
        for submission, person, state in found[: query.limit]
    ]
    following = page[-1].id if len(found) > query.limit else None
    return JSONResponse(ListReply(submissions=page, next=following).model_dump())


async def hand_in(request: Request) -> Response:
    """Hand in for a student."""
    return await _with_body(request, HandInRequest, _hand_in)


def _hand_in(request: Request, caller: Person, body: HandInRequest) -> Response:
    service: Service = request.app.state.service
    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is not None and not re.fullmatch(KEY_PATTERN.strip("^$"), key):
        raise HTTPException(422, f"{IDEMPOTENCY_KEY}: give 1 to 200 letters, digits or signs.")
    with service.database.begin() as session:
        version, exercise = opened(request, session)
        student = _student(session, body.student)
        known = {question.id for question in exercise.questions}
        if unknown := sorted(set(body.answers) - known):
            raise HTTPException(422, f"There is no question {unknown[0][:80]!r}.")

        def act() -> str:
            return _accepted(service, session, student, version, body)

        try:
            if key is None:
                made, is_new = act(), True
            else:
                named = f"{caller.id} {version.exercise} {key}"
                content = body.model_dump_json()
                made, is_new = once(service.database, session, named, content, act)
        except UsageError as error:
            raise HTTPException(422, f"Nothing was handed in: {error}.") from None
    return JSONResponse(HandInReply(id=made).model_dump(), 201 if is_new else 200)


def _accepted(
    service: Service, session: Session, student: Person, version: Version, body: HandInRequest
) -> str:
    files = {name: base64.b64decode(text) for name, text in body.files.items()}
    answers: dict[str, Typed] = dict(body.answers)
    return accept(service.database, session, student.id, version, files, answers)


async def result(request: Request) -> Response:
    """A submission's state, and its result when it is there; waits for it if that is wished."""
    await run_in_threadpool(_caller, request)
    query = _query(request, ResultQuery)
    reply, is_over = await run_in_threadpool(_result, request)
    if not is_over and query.wait:
        watch: Watch = request.app.state.watch
        await watch.wait(reply.id, query.wait)
        reply, is_over = await run_in_threadpool(_result, request)
    return JSONResponse(reply.model_dump(), headers={} if is_over else _ASK_AGAIN)


def _result(request: Request) -> tuple[ResultReply, bool]:
    service: Service = request.app.state.service
    with service.database.read() as session:
        submission = session.get(Submission, request.path_params["submission"])
        if submission is None:
            raise HTTPException(404, "There is no such submission.")
        found = graded(service.exercises, session, submission)
        grade = found.grade if found.is_over else None
    reply = ResultReply(
        id=submission.id,
        exercise=submission.exercise,
        state=found.job.state,
        results=results(grade) if grade is not None else None,
    )
    return reply, found.is_over


async def _with_body(
    request: Request, model: type[_M], handle: Callable[[Request, Person, _M], Response]
) -> Response:
    """Let a request be handled when its body is what the model says.

    Raises:
        HTTPException: 401 before anything is read; 413 and 422 with what is wrong.
    """
    caller = await run_in_threadpool(_caller, request)
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > _MOST_BODY:
            raise HTTPException(413, "This is larger than what can be handed in.")
    try:
        body = model.model_validate_json(bytes(data))
    except ValidationError as error:
        raise _wrong(error, "the body") from None
    return await run_in_threadpool(handle, request, caller, body)


def _query(request: Request, model: type[_Q]) -> _Q:
    """What stands behind the address's question mark.

    Raises:
        HTTPException: 422 with what is wrong.
    """
    given = request.query_params.multi_items()
    if len(dict(given)) < len(given):
        raise HTTPException(422, "Give each parameter once.")
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise _wrong(error, "the address") from None


def _wrong(error: ValidationError, whole: str) -> HTTPException:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])[:100]
    return HTTPException(422, f"{place or whole}: {first['msg']}")


def _caller(request: Request) -> Person:
    """Whose token it is.

    Raises:
        HTTPException: 401 when it is no instructor's.
    """
    service: Service = request.app.state.service
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    with service.database.read() as session:
        found = (
            service.doors.bearer(session, secret.strip()) if scheme.lower() == "bearer" else None
        )
    if found is None or found[0].role != INSTRUCTOR:
        headers = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(401, "Give an instructor's token: Authorization: Bearer ag_…", headers)
    person, token = found
    note_use(service.database, token)
    return person


def _student(session: Session, name: str) -> Person:
    students = select(Person).where(Person.role == "student").order_by(Person.id)
    by_mail = students.where(func.lower(Person.email) == name.lower())
    found = session.scalar(by_mail.limit(1))
    found = found or session.scalar(students.where(Person.number == name).limit(1))
    if found is None:
        raise HTTPException(404, "No student has this mail address or number.")
    return found
