"""Links for people: mailed to whom an instructor chose or to who asks, or printed on slips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from autograder.service.doors import LINK_SECONDS
from autograder.service.hosts import is_address
from autograder.service.service import Service
from autograder.service.standings import students_of
from autograder.service.tables import Person
from autograder.service.web.address import address_of
from autograder.service.web.forms import posted
from autograder.service.web.guard import INSTRUCTOR, Rates, require
from autograder.service.web.people import came_in, people_page
from autograder.service.web.view import render

_MOST_TICKS: Final = 20_010
_NOBODY: Final = "Everybody has come in already. Tick those who need another link."


@dataclass(frozen=True)
class Slip:
    """A printed link; `code` is it as a picture."""

    name: str
    number: str
    link: str
    code: Markup


def routes() -> list[Route]:
    """Every address of links."""
    return [
        Route("/staff/people/mail", mail_links, methods=["POST"]),
        Route("/staff/people/links", print_links, methods=["POST"]),
        Route("/login/link", ask_for_link, methods=["POST"]),
    ]


@posted(_MOST_TICKS)
def mail_links(request: Request, values: Mapping[str, str]) -> Response:
    """Let those who were chosen have a mail with a link."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        if service.post is None:
            raise HTTPException(404)
        chosen = _chosen(session, values)
        if not chosen:
            return people_page(request, session, person, said=_NOBODY, status=422)
        service.post.send_to(session, [student.id for student in chosen])
    service.post.look()
    return RedirectResponse("/staff/people", 303)


@posted(_MOST_TICKS)
def print_links(request: Request, values: Mapping[str, str]) -> Response:
    """Slips with new links for those who were chosen, shown once."""
    service: Service = request.app.state.service
    with service.database.begin() as session:
        person = require(request, session, INSTRUCTOR)
        chosen = _chosen(session, values)
        if not chosen:
            return people_page(request, session, person, said=_NOBODY, status=422)
        until = service.database.now(session) + LINK_SECONDS
        secrets = {}
        for student in chosen:
            service.doors.forget_links(session, student.id)
            secrets[student.id] = service.doors.invite(session, student.id)
    # Drawing takes a while, in which nobody else could write.
    slips = [_slip(service, student, secrets[student.id]) for student in chosen]
    return render(request, "staff/slips.html", person, slips=slips, until=until)


@posted(of_visit=False)
def ask_for_link(request: Request, values: Mapping[str, str]) -> Response:
    """Let who knows their address have a link; the answer is the same for every address."""
    service: Service = request.app.state.service
    if service.post is None:
        raise HTTPException(404)
    address = values.get("email", "").strip()
    rates: Rates = request.app.state.rates
    rates.take("links", address_of(request), burst=60, per_minute=60)
    if not is_address(address):
        raise HTTPException(422, "This is not a mail address.")
    rates.take("links", address.lower(), burst=3, per_minute=0.2)
    with service.database.begin() as session:
        service.post.asked(session, address)
    service.post.look()
    return render(request, "asked.html", None, address=address)


def _chosen(session: Session, values: Mapping[str, str]) -> list[Person]:
    """Those who were ticked, or when nobody was, those who never came in by a link."""
    everybody = students_of(session)
    ticked = {name for name in values if name.startswith("student-")}
    if ticked:
        return [student for student in everybody if f"student-{student.id}" in ticked]
    known = came_in(session)
    return [student for student in everybody if student.id not in known]


def _slip(service: Service, student: Person, secret: str) -> Slip:
    link = f"{service.settings.public_url}/enter/{secret}"
    return Slip(student.name or student.email, student.number, link, _code(link))


def _code(link: str) -> Markup:
    """A QR code as SVG, without styles of its own."""
    import segno

    drawn = segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn here, and holds squares only
