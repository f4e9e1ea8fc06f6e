"""Coming in with the university's account: to its provider, and back."""

from __future__ import annotations

import logging
from typing import Final

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.errors import AutograderError, InternalError, UsageError
from autograder.service.identity import Identity, identity_of, person_of
from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.cookies import cookie_of, give_cookie, take_cookie
from autograder.service.web.door import let_in, login_page, slow_down

_COOKIE: Final = "oidc"
_SECONDS: Final = 600
_LOG: Final = logging.getLogger(__name__)
_DOWN: Final = (
    "Your university's login does not answer as it should. Try again in a while, "
    "or come in by a link or a password."
)


def routes() -> list[Route]:
    """Every address of this door."""
    return [Route("/oidc", leave_for), Route("/oidc/back", come_back)]


def leave_for(request: Request) -> Response:
    """Send a visitor to the provider; their browser keeps what will tell that they come back."""
    service: Service = request.app.state.service
    if service.provider is None:
        raise HTTPException(404)
    try:
        address, kept = service.provider.start()
    except InternalError as error:
        return _down(request, error)
    response = RedirectResponse(address, 303)
    give_cookie(request, response, _COOKIE, service.doors.seal(_COOKIE, kept), _SECONDS)
    return response


def come_back(request: Request) -> Response:
    """Let in whom the provider shows, when it is a person of the course."""
    service: Service = request.app.state.service
    if service.provider is None:
        raise HTTPException(404)
    kept = service.doors.unseal(_COOKIE, cookie_of(request, _COOKIE), _SECONDS)
    if kept is None:
        slow_down(request)
        return login_page(request, 403, "This login is too old. Begin once more.")
    try:
        claims = service.provider.finish(kept, dict(request.query_params))
        identity = identity_of(claims, service.provider.university.claim)
        response = _let_in(request, identity)
    except InternalError as error:
        response = _down(request, error)
    except AutograderError as error:
        _LOG.warning("nobody was let in by OpenID Connect: %s", error)
        response = login_page(request, 403, f"You could not be let in: {error}.")
    take_cookie(request, response, _COOKIE)
    return response


def _let_in(request: Request, identity: Identity) -> Response:
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = person_of(session, identity) or _enrolled(service, session, identity)
        if person is None:
            shown = identity.number or identity.email
            raise UsageError(
                f"nobody of this course is {shown}; ask your instructor to put you on the roster"
            )
    return let_in(request, person)


def _enrolled(service: Service, session: Session, identity: Identity) -> Person | None:
    assert service.provider
    if not service.provider.university.enrol:
        return None
    person = Person(
        role="student", name=identity.name, email=identity.email, number=identity.number
    )
    session.add(person)
    session.flush()
    return person


def _down(request: Request, error: InternalError) -> Response:
    _LOG.warning("the OpenID provider cannot be used: %s", error)
    return login_page(request, 503, _DOWN)
