"""The API for scripts, under /api/v1: check an answer, hand in, read a result.

Every request carries an instructor's token (`Authorization: Bearer ag_…`). What it takes and gives is
described by /api/v1/openapi.json, which is made from the models below.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
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
from autograder.service.live import LONGEST_ANSWER, Asked
from autograder.service.service import Service
from autograder.service.tables import Person, Submission
from autograder.service.web.guard import Rates
from autograder.service.web.student import opened

_MOST_BODY: Final = 2 * MOST_BYTES
_Text = Annotated[str, Field(max_length=LONGEST_ANSWER)]
_Base64 = Annotated[
    str,
    Field(pattern=r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"),
]
_M = TypeVar("_M", bound=BaseModel)


class Strict(BaseModel):
    """A body without unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CheckRequest(Strict):
    """A written answer: a text, or the texts of its fields."""

    answer: _Text | dict[str, _Text]


class CheckReply(BaseModel):
    """What an answer is worth, and why."""

    outcome: str
    credit: float | None = Field(description="From 0 to 1; null when a person must look.")
    line: str
    evidence: str
    read_as: str = Field(description="The answer as it was read, in LaTeX.")


class HandInRequest(Strict):
    """Whose work it is, the written answers by question, and files by name in base 64."""

    student: Annotated[str, Field(min_length=1, max_length=320, description="Mail or number.")]
    answers: dict[str, _Text | dict[str, _Text]] = {}
    files: dict[str, _Base64] = {}


class HandInReply(BaseModel):
    """The submission that was stored."""

    id: str


class ResultReply(BaseModel):
    """A submission: `results` is Gradescope's results.json when its grading is done."""

    id: str
    exercise: str
    state: str = Field(description="waiting, leased, done or failed.")
    results: dict[str, Any] | None


class ExerciseReply(BaseModel):
    """An exercise with its written and code questions."""

    id: str
    title: str
    points: float
    questions: list[str]


class Problem(BaseModel):
    """Why a request was refused, in one line."""

    problem: str


def routes() -> list[Route]:
    """Every address of the API."""
    base = "/api/v1"
    return [
        Route(f"{base}/openapi.json", lambda _: JSONResponse(document())),
        Route(f"{base}/exercises", exercises),
        Route(
            f"{base}/exercises/{{exercise}}/questions/{{question}}/check", check, methods=["POST"]
        ),
        Route(f"{base}/exercises/{{exercise}}/submissions", hand_in, methods=["POST"]),
        Route(f"{base}/submissions/{{submission}}", result),
    ]


def exercises(request: Request) -> Response:
    """The exercises in use."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        _require_token(request, session)
        found = [service.exercises.open(session, v) for v in service.exercises.all_newest(session)]
    return _reply([_described(exercise).model_dump() for exercise in found])


def _described(exercise: Exercise) -> ExerciseReply:
    questions = [question.id for question in exercise.questions]
    return ExerciseReply(
        id=exercise.id, title=exercise.title, points=exercise.points, questions=questions
    )


async def check(request: Request) -> Response:
    """Judge a written answer; nothing is stored."""
    return await _with_body(request, CheckRequest, _check)


def _check(request: Request, body: CheckRequest) -> Response:
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = _require_token(request, session)
        _, exercise = opened(request, session)
        question = request.path_params["question"]
        known = [q.id for q in exercise.questions if not kind_of(q).needs_code]
        if question not in known:
            raise HTTPException(404, "There is no such written question.")
    rates: Rates = request.app.state.rates
    rates.take("api", str(person.id), burst=200, per_minute=1200)
    try:
        record = service.checkers.check(Asked(exercise.folder, question, body.answer))
    except InternalError as error:
        raise HTTPException(503, str(error)) from None
    fields = {name: record[name] for name in CheckReply.model_fields}
    return _reply(CheckReply(**fields).model_dump())


async def hand_in(request: Request) -> Response:
    """Hand in for a student."""
    return await _with_body(request, HandInRequest, _hand_in)


def _hand_in(request: Request, body: HandInRequest) -> Response:
    service: Service = request.app.state.service
    files = {name: base64.b64decode(text) for name, text in body.files.items()}
    with service.database.begin() as session:
        _require_token(request, session)
        version, exercise = opened(request, session)
        student = _student(session, body.student)
        known = {question.id for question in exercise.questions}
        if unknown := sorted(set(body.answers) - known):
            raise HTTPException(422, f"There is no question {unknown[0][:80]!r}.")
        answers: dict[str, Typed] = dict(body.answers)
        try:
            identifier = accept(service.database, session, student.id, version, files, answers)
        except UsageError as error:
            raise HTTPException(422, f"Nothing was handed in: {error}.") from None
    return _reply(HandInReply(id=identifier).model_dump(), 201)


def result(request: Request) -> Response:
    """A submission's state, and its result when it is there."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        _require_token(request, session)
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
    return _reply(reply.model_dump())


def _reply(content: Any, status: int = 200) -> Response:
    return JSONResponse(content, status)


async def _with_body(
    request: Request, model: type[_M], handle: Callable[[Request, _M], Response]
) -> Response:
    """Let a request be handled when its body is what the model says.

    Raises:
        HTTPException: 401 before anything is read; 413 and 422 with what is wrong.
    """

    def allowed() -> None:
        service: Service = request.app.state.service
        with service.database.read() as session:
            _require_token(request, session)

    await run_in_threadpool(allowed)
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > _MOST_BODY:
            raise HTTPException(413, "This is larger than what can be handed in.")
    try:
        body = model.model_validate_json(bytes(data))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])[:100]
        raise HTTPException(422, f"{place or 'the body'}: {first['msg']}") from None
    return await run_in_threadpool(handle, request, body)


def _require_token(request: Request, session: Session) -> Person:
    service: Service = request.app.state.service
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    person = service.doors.bearer(session, secret.strip()) if scheme.lower() == "bearer" else None
    if person is None or person.role != "instructor":
        headers = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(401, "Give an instructor's token: Authorization: Bearer ag_…", headers)
    return person


def _student(session: Session, name: str) -> Person:
    students = select(Person).where(Person.role == "student").order_by(Person.id)
    by_mail = students.where(func.lower(Person.email) == name.lower())
    found = session.scalar(by_mail.limit(1))
    found = found or session.scalar(students.where(Person.number == name).limit(1))
    if found is None:
        raise HTTPException(404, "No student has this mail address or number.")
    return found


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    models = (CheckRequest, CheckReply, HandInRequest, HandInReply, ResultReply, ExerciseReply)
    schemas: dict[str, Any] = {}
    for model in (*models, Problem):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    exercise, question, submission = (
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("exercise", "question", "submission")
    )
    base, exercises_ = "/api/v1", "/api/v1/exercises"
    listed = {"type": "array", "items": _ref(ExerciseReply)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "autograder", "version": "1"},
        "security": [{"token": []}],
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "paths": {
            exercises_: {"get": _operation("The exercises in use", listed)},
            f"{exercises_}/{{exercise}}/questions/{{question}}/check": {
                "parameters": [exercise, question],
                "post": _operation(
                    "Judge a written answer; nothing is stored", _ref(CheckReply), CheckRequest
                ),
            },
            f"{exercises_}/{{exercise}}/submissions": {
                "parameters": [exercise],
                "post": _operation(
                    "Hand in for a student", _ref(HandInReply), HandInRequest, status=201
                ),
            },
            f"{base}/submissions/{{submission}}": {
                "parameters": [submission],
                "get": _operation("A submission and its result", _ref(ResultReply)),
            },
        },
    }


def _ref(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _operation(
    summary: str,
    reply: dict[str, Any],
    body: type[BaseModel] | None = None,
    *,
    status: int = 200,
) -> dict[str, Any]:
    problem = {"description": "why not, in one line", "content": _content(_ref(Problem))}
    codes = (400, 401, 404, 405, 413, 422, 429, 503) if body else (401, 404, 405)
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {
            str(status): {"description": summary, "content": _content(reply)},
            **{str(code): problem for code in codes},
        },
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _content(_ref(body))}
    return operation
