"""The instructor's page about scripts: the tokens of the API, made, watched and ended."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.tokens import keys, revoke
from autograder.service.web.forms import posted
from autograder.service.web.guard import INSTRUCTOR, require
from autograder.service.web.view import render

_PAGE = "/staff/tokens"


def routes() -> list[Route]:
    """The addresses about scripts."""
    return [
        Route(_PAGE, tokens_page, methods=["GET"]),
        Route(_PAGE, make_token, methods=["POST"]),
        Route(f"{_PAGE}/end", end_token, methods=["POST"]),
    ]


def tokens_page(request: Request) -> Response:
    """Every token of the course, without its secret."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        return _page(request, session, require(request, session, INSTRUCTOR))


@posted()
def make_token(request: Request, values: Mapping[str, str]) -> Response:
    """A new token for the API, shown once."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        secret = service.doors.make_token(session, person.id, values.get("note", "")[:200])
        return _page(request, session, person, secret)


@posted()
def end_token(request: Request, values: Mapping[str, str]) -> Response:
    """End a token at once; harmless to repeat."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        require(request, session, INSTRUCTOR)
        revoke(session, values.get("name", ""))
    return RedirectResponse(_PAGE, 303)


def _page(request: Request, session: Session, person: Person, secret: str = "") -> Response:
    return render(request, "staff/tokens.html", person, keys=keys(session), secret=secret)
