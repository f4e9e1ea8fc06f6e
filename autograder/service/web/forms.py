"""Forms as pages answer them: read, seen to be of the visit, and handled beside the event loop."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from autograder.exercise.model import Exercise, Question
from autograder.service.web.guard import FORM_TOKEN, check_form

Handler = Callable[[Request, Mapping[str, str]], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def posted(max_fields: int = 5, *, of_visit: bool = True) -> Callable[[Handler], Endpoint]:
    """Make an address out of what handles the values of a form without files.

    With `of_visit` the form must carry the token of its visit.
    """

    def make(handle: Handler) -> Endpoint:
        @functools.wraps(handle)
        async def endpoint(request: Request) -> Response:
            async with request.form(max_files=0, max_fields=max_fields) as form:
                if of_visit:
                    check_token(request, form)
                values = {key: str(value) for key, value in form.items()}
            return await run_in_threadpool(handle, request, values)

        return endpoint

    return make


def check_token(request: Request, form: FormData) -> None:
    """See that a form was made by a page of this visit.

    Raises:
        HTTPException: 403 when it was not.
    """
    check_form(request, str(form.get(FORM_TOKEN, "")))


def points_for(exercise: Exercise, values: Mapping[str, str]) -> tuple[Question, float]:
    """The question of a form, and the share of its points that the form gives.

    Raises:
        HTTPException: 422 with what is wrong with them.
    """
    try:
        question = exercise.question(values.get("question", ""))
        points = float(values.get("points", "").replace(",", "."))
    except (KeyError, ValueError):
        raise HTTPException(422, "Points are a number, and the question one of these.") from None
    if not 0 <= points <= question.points:
        raise HTTPException(422, f"{question.title} has {question.points:g} points at most.")
    return question, points / question.points if question.points else 0.0
