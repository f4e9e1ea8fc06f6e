"""Answers while they are typed: kept, read, and checked when a student asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from autograder.checks.outcome import Outcome
from autograder.checks.record import outcome_record
from autograder.checks.wording import A_PERSON_LOOKS
from autograder.errors import InternalError
from autograder.exercise.model import Exercise
from autograder.service.drafts import keep_draft
from autograder.service.live import LONGEST_ANSWER, Asked, Judged
from autograder.service.service import Service
from autograder.service.tables import Attempt, Person
from autograder.service.web import asking as web
from autograder.service.web.asking import asked, can_check, input_names
from autograder.service.web.guard import Rates, check_form, require
from autograder.service.web.student import opened, question_of
from autograder.service.web.tried import Tries, tries_of
from autograder.service.web.view import fragment

_COST_NOTHING: Final = ("unreadable", "internal", "unanswered", "skipped")


async def save(request: Request) -> Response:
    """Keep an answer as it is typed."""
    body = await _json(request)
    return await run_in_threadpool(_save, request, body)


def _save(request: Request, body: Mapping[str, Any]) -> Response:
    service: Service = request.app.state.service
    name, text = str(body.get("input", "")), str(body.get("text", ""))
    with service.database.begin() as session:
        person = require(request, session)
        _, exercise = opened(request, session)
        if not any(name in input_names(question) for question in exercise.questions):
            raise HTTPException(404)
        if len(text) > LONGEST_ANSWER:
            raise HTTPException(413, f"An answer has {LONGEST_ANSWER} characters at most.")
        keep_draft(service.database, session, person, exercise.id, name, text)
    return JSONResponse({"saved": True})


async def look(request: Request) -> Response:
    """How an answer is read; or, with `check`, what it is worth, as the exercise allows."""
    body = await _json(request)
    return await run_in_threadpool(_look, request, body)


def _look(request: Request, body: Mapping[str, Any]) -> Response:
    service: Service = request.app.state.service
    rates: Rates = request.app.state.rates
    typed = _typed(body)
    with service.database.read() as session:
        person = require(request, session)
        _, exercise = opened(request, session)
        question = question_of(request, exercise)
        tries = tries_of(session, person, exercise.id, exercise.policy)
    rates.take("look", str(person.id), burst=40, per_minute=120)
    now = asked(exercise, question, typed, tries)
    if now.is_code:
        raise HTTPException(404)
    read = question.kind not in ("text", "choice")
    if now.state.name == "empty" or not (read or body.get("check")):
        return JSONResponse(_standing(now))
    if len(json.dumps(now.answer)) > LONGEST_ANSWER:
        return JSONResponse({**_standing(now), "problem": "This answer is too long to check here."})
    try:
        judged = service.checkers.check(Asked(exercise.folder, question.id, now.answer))
    except InternalError as error:
        return JSONResponse({"problem": str(error)}, 503)
    reading = _reading(judged)
    if not body.get("check"):
        return JSONResponse({**_standing(now), **reading})
    if not can_check(question):
        problem = "This question is graded after handing in."
        return JSONResponse({**_standing(now), **reading, "problem": problem})
    if judged.outcome.outcome in _COST_NOTHING:
        return JSONResponse({**_standing(now), **reading})
    taken = _take_check(service, person, exercise, now, judged.outcome)
    after = asked(exercise, question, typed, taken)
    if after.told is None:
        problem = "You have used every check of this answer."
        return JSONResponse({**_standing(after), **reading, "problem": problem})
    return JSONResponse({**_standing(after), **reading})


def _take_check(
    service: Service, person: Person, exercise: Exercise, now: web.Asked, outcome: Outcome
) -> Mapping[str, Tries]:
    """Note that an answer was checked, if there is a check left; the checks there are then.

    To have the same answer checked again costs nothing, and says the same.
    """
    with service.database.begin() as session:
        # Two checks at once wait for each other here, so that both are counted.
        session.get(Person, person.id, with_for_update=True)
        tries = tries_of(session, person, exercise.id, exercise.policy)
        own = tries.get(now.question.id, Tries(exercise.policy))
        if own.told(now.answer) is None and own.left:
            session.add(
                Attempt(
                    person=person.id,
                    exercise=exercise.id,
                    question=now.question.id,
                    text=json.dumps(now.answer),
                    record=json.dumps(outcome_record(outcome)),
                    created=service.database.now(session),
                )
            )
            session.flush()
        return tries_of(session, person, exercise.id, exercise.policy)


def _standing(now: web.Asked) -> dict[str, Any]:
    """Where an answer stands, what its check has said as markup, and how many checks are left."""
    state = now.state
    return {
        "state": {"name": state.name, "words": state.words},
        "checked": fragment("checked.html", asked=now),
        "left": now.tries.left,
    }


def _reading(judged: Judged) -> dict[str, Any]:
    """How an answer was read, which says nothing about whether it is right."""
    outcome = judged.outcome
    reading = {
        "latex": outcome.read_as,
        "plain": outcome.read_plain,
        "typeset": dict(judged.typeset),
    }
    if outcome.outcome == "unreadable":
        # Nobody looks at it yet.
        line = outcome.line.removesuffix(A_PERSON_LOOKS)
        reading |= {"unreadable": line, "details": list(outcome.details)}
    return reading


def _typed(body: Mapping[str, Any]) -> dict[str, str]:
    given = body.get("answers")
    if not isinstance(given, dict):
        raise HTTPException(400, "expected the answers by input")
    return {str(name): str(text) for name, text in given.items()}


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
