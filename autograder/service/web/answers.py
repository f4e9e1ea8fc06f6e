"""Answers while they are typed: kept, read, and checked when a student asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from autograder.errors import InternalError
from autograder.exercise.model import Exercise, Question
from autograder.reports.words import WORDS
from autograder.service.live import LONGEST_ANSWER, Asked
from autograder.service.service import Service
from autograder.service.tables import Attempt, Draft
from autograder.service.web.asking import input_names, typed_answer
from autograder.service.web.guard import Rates, check_form, require
from autograder.service.web.student import checks_used, opened


async def save(request: Request) -> Response:
    """Keep an answer as it is typed."""
    body = await _json(request)
    return await run_in_threadpool(_save, request, body)


def _save(request: Request, body: Mapping[str, Any]) -> Response:
    service: Service = request.app.state.service
    name, text = str(body.get("input", "")), str(body.get("text", ""))[:LONGEST_ANSWER]
    with service.database.begin() as session:
        person = require(request, session)
        _, exercise = opened(request, session)
        if not any(name in input_names(question) for question in exercise.questions):
            raise HTTPException(404)
        draft = Draft(
            person=person.id,
            exercise=exercise.id,
            question=name,
            text=text,
            changed=service.database.now(session),
        )
        service.database.upsert(session, draft, "text", "changed")
    return JSONResponse({"saved": True})


async def look(request: Request) -> Response:
    """How an answer is read; or, with `check`, what it is worth, as the exercise allows."""
    body = await _json(request)
    return await run_in_threadpool(_look, request, body)


def _look(request: Request, body: Mapping[str, Any]) -> Response:
    service: Service = request.app.state.service
    rates: Rates = request.app.state.rates
    given = body.get("answers")
    if not isinstance(given, dict):
        raise HTTPException(400, "expected the answers by input")
    answers = {str(name): str(text) for name, text in given.items()}
    with service.database.read() as session:
        person = require(request, session)
        _, exercise = opened(request, session)
        question = _question_of(request, exercise)
        used = checks_used(session, person, exercise).get(question.id, 0)
    rates.take("look", str(person.id), burst=40, per_minute=120)
    answer = typed_answer(question, answers)
    if not answer:
        return JSONResponse({"empty": True})
    if len(json.dumps(answer)) > LONGEST_ANSWER:
        return JSONResponse({"problem": "This answer is too long to be checked here."})
    try:
        record = service.checkers.check(Asked(exercise.folder, question.id, answer))
    except InternalError as error:
        return JSONResponse({"problem": str(error)}, 503)
    reading = _reading(record)
    if not body.get("check"):
        return JSONResponse(reading)
    if question.visibility != "visible" or question.kind == "text":
        return JSONResponse({**reading, "problem": "This question is graded after handing in."})
    if used >= exercise.policy.checks:
        return JSONResponse({**reading, "problem": "You have used every check of this answer."})
    if record["outcome"] in ("unreadable", "internal", "unanswered", "skipped"):
        return JSONResponse(reading)  # costs no check
    with service.database.begin() as session:
        session.add(
            Attempt(
                person=person.id,
                exercise=exercise.id,
                question=question.id,
                text=json.dumps(answer),
                record=json.dumps(record),
                created=service.database.now(session),
            )
        )
    left = exercise.policy.checks - used - 1
    hint = record["hint"] if used + 1 >= exercise.policy.hints_after else ""
    return JSONResponse({**reading, **_verdict(record), "hint": hint, "left": left})


def _reading(record: Mapping[str, Any]) -> dict[str, Any]:
    """How an answer was read, which says nothing about whether it is right."""
    reading = {"latex": record["read_as"], "plain": record["read_plain"]}
    if record["outcome"] == "unreadable":
        reading |= {"unreadable": record["line"], "details": list(record["details"])}
    return reading


def _verdict(record: Mapping[str, Any]) -> dict[str, Any]:
    example = record["data"].get("counterexample")
    return {
        "outcome": record["outcome"],
        "word": WORDS[record["outcome"]],
        "line": record["line"],
        "details": list(record["details"]),
        "notes": list(record["notes"]),
        "example": {"point": example["point"], "yours": example["student"]} if example else None,
    }


def _question_of(request: Request, exercise: Exercise) -> Question:
    """The question of a request's path.

    Raises:
        HTTPException: 404 when there is none.
    """
    try:
        return exercise.question(request.path_params["question"])
    except KeyError:
        raise HTTPException(404) from None


async def _json(request: Request) -> dict[str, Any]:
    check_form(request, request.headers.get("x-form-token", ""))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > 8 * LONGEST_ANSWER:
            raise HTTPException(413, "This answer is too long.")
    try:
        content = json.loads(body)
    except ValueError:
        raise HTTPException(400, "expected JSON") from None
    if not isinstance(content, dict):
        raise HTTPException(400, "expected a JSON object")
    return content
