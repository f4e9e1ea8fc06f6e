"""Coming in and going out."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from autograder.errors import UsageError
from autograder.service.doors import VISIT_SECONDS
from autograder.service.hosts import is_address
from autograder.service.identity import person_at
from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.address import address_of
from autograder.service.web.cookies import VISIT, give_cookie, take_cookie
from autograder.service.web.forms import posted
from autograder.service.web.guard import INSTRUCTOR, Rates, require
from autograder.service.web.view import render


def home_of(person: Person) -> str:
    """Where a person starts."""
    return "/staff" if person.role == INSTRUCTOR else "/"


def invitation(request: Request) -> Response:
    """The page of a link: whom it is for, and a button. Fetching it uses nothing up."""
    service: Service = request.app.state.service
    secret = request.path_params["secret"]
    with service.database.read() as session:
        person = service.doors.invited(session, secret)
    if person is None:
        return _does_not_open(request)
    return render(request, "enter.html", None, name=person.name or person.email or "you")


def enter(request: Request) -> Response:
    """Use a link up and open a visit."""
    service: Service = request.app.state.service
    secret = request.path_params["secret"]
    with service.database.read() as session:
        if service.doors.invited(session, secret) is None:  # a guess keeps no writer waiting
            return _does_not_open(request)
    with service.database.begin() as session:
        person = service.doors.enter(session, secret)
    if person is None:
        return _does_not_open(request)
    return let_in(request, person)


def _does_not_open(request: Request) -> Response:
    """Only guesses are counted: a whole class may come in at once from one address."""
    slow_down(request)
    has_mail = request.app.state.service.post is not None
    return render(request, "used_up.html", None, status=410, has_mail=has_mail)


def login_page(request: Request, status: int = 200, problem: str = "") -> Response:
    """Every way in that this service has."""
    service: Service = request.app.state.service
    return render(
        request,
        "login.html",
        None,
        status=status,
        problem=problem,
        has_university=service.provider is not None,
        has_mail=service.post is not None,
    )


@posted(of_visit=False)
def log_in(request: Request, values: Mapping[str, str]) -> Response:
    """Log in with an address and a password."""
    service: Service = request.app.state.service
    slow_down(request)
    email, password = values.get("email", ""), values.get("password", "")
    rates: Rates = request.app.state.rates
    rates.take("password", email.strip().lower()[:320], burst=10, per_minute=6)
    with service.database.read() as session:
        person = service.doors.log_in(session, email, password)
    if person is None:
        return login_page(request, 403, "No instructor has this address and this password.")
    return let_in(request, person)


@posted()
def leave(request: Request, _: Mapping[str, str]) -> Response:
    """End the visit, in every browser."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        require(request, session).series += 1
    response = RedirectResponse("/", 303)
    take_cookie(request, response, VISIT)
    return response


@posted()
def set_password(request: Request, values: Mapping[str, str]) -> Response:
    """Give an instructor an address and a password to log in with."""
    service: Service = request.app.state.service
    email, password = values.get("email", "").strip(), values.get("password", "")
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        try:
            if not is_address(email):
                raise UsageError("a mail address is needed, to log in with")
            other = person_at(session, email)
            if other is not None and other.role == person.role and other.id != person.id:
                raise UsageError("another instructor has this address")
            service.doors.set_password(person, password)
            person.email = email
        except UsageError as error:
            return render(request, "password.html", person, status=422, problem=str(error))
        session.flush()
        return let_in(request, person)


def password_page(request: Request) -> Response:
    """Where an instructor chooses a password."""
    service: Service = request.app.state.service
    with service.database.read() as session:
        person = require(request, session, INSTRUCTOR)
    return render(request, "password.html", person, problem="")


def let_in(request: Request, person: Person) -> Response:
    """Open a visit, of which the browser knows by a cookie."""
    service: Service = request.app.state.service
    response = RedirectResponse(home_of(person), 303)
    give_cookie(request, response, VISIT, service.doors.cookie(person), VISIT_SECONDS)
    return response


def slow_down(request: Request) -> None:
    """Count a guess.

    Raises:
        HTTPException: 429 when it is one too many from this address.
    """
    rates: Rates = request.app.state.rates
    rates.take("door", address_of(request), burst=30, per_minute=30)
