"""The page on which an exercise proves itself: started on request, shown as it comes."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.errors import UsageError
from autograder.service.service import Service
from autograder.service.tables import Validation
from autograder.service.validation import findings_of, state_of, validations_of
from autograder.service.web.forms import posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.student import opened
from autograder.service.web.view import render


def routes() -> list[Route]:
    """Every address of these pages."""
    base = "/staff/exercises/{exercise}/validation"
    return [
        Route(base, validation_page, methods=["GET"]),
        Route(base, validate, methods=["POST"]),
    ]


def validation_page(request: Request) -> Response:
    """What the last validation found, or the one that the address names; and earlier ones."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        version, exercise = opened(request, session)
        found = validations_of(session, exercise.id)
        shown = _shown(request, found)
        now = service.database.now(session)
        return render(
            request,
            "staff/validation.html",
            person,
            exercise=exercise,
            titles={question.id: question.title for question in exercise.questions},
            current=version,
            shown=shown,
            state=state_of(shown, now) if shown else "",
            findings=findings_of(shown) if shown else [],
            earlier=[(one, state_of(one, now)) for one in found],
        )


def _shown(request: Request, found: list[Validation]) -> Validation | None:
    asked = request.query_params.get("number", "")
    if not asked:
        return found[0] if found else None
    chosen = next((one for one in found if str(one.id) == asked), None)
    if chosen is None:
        raise HTTPException(404)
    return chosen


@posted()
def validate(request: Request, values: Mapping[str, str]) -> Response:
    """Start a validation of the version in use."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
        version, exercise = opened(request, session)
    try:
        service.validations.start(version, quick=values.get("form") != "whole", by=person.called)
    except UsageError as error:
        raise HTTPException(409, f"Not now: {error}.") from None
    return RedirectResponse(f"/staff/exercises/{exercise.id}/validation", 303)
