"""The application: which address leads to which page, and what stands before all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from autograder.errors import AutograderError
from autograder.reports.page.palette import stylesheet
from autograder.service.database import UNANSWERED, reason
from autograder.service.service import Service
from autograder.service.web import (
    answers,
    api,
    door,
    handing_in,
    instructors,
    invitations,
    scripts,
    staff,
    student,
    university,
)
from autograder.service.web.events import Watch
from autograder.service.web.guard import BodyLimit, Headers, OwnPages, Rates
from autograder.service.web.view import render

_STATIC: Final = Path(__file__).with_name("static")
_WORDS: Final = {
    401: "Come in by the link that you were sent, or log in.",
    403: "This is not allowed.",
    404: "There is nothing here, or it is not yours.",
    405: "This address is not used like that.",
}


def routes() -> list[Route | Mount]:
    """Every address of the service."""
    return [
        Route("/", student.home),
        Route("/enter/{secret}", door.invitation, methods=["GET"]),
        Route("/enter/{secret}", door.enter, methods=["POST"]),
        Route("/login", door.login_page, methods=["GET"]),
        Route("/login", door.log_in, methods=["POST"]),
        Route("/leave", door.leave, methods=["POST"]),
        Route("/password", door.password_page, methods=["GET"]),
        Route("/password", door.set_password, methods=["POST"]),
        Route("/exercises/{exercise}", student.exercise_page),
        Route("/exercises/{exercise}/hand-in", handing_in.hand_in, methods=["POST"]),
        Route("/exercises/{exercise}/drafts", answers.save, methods=["POST"]),
        Route("/exercises/{exercise}/look/{question}", answers.look, methods=["POST"]),
        Route("/submissions/{submission}", student.submission_page),
        Route("/submissions/{submission}/events", student.submission_events),
        *staff.routes(),
        *scripts.routes(),
        *instructors.routes(),
        *invitations.routes(),
        *university.routes(),
        *api.routes(),
        Route("/health", health),
        Route("/static/palette.css", palette),
        Mount("/static", GZipMiddleware(StaticFiles(directory=_STATIC), compresslevel=6)),
    ]


def make_app(service: Service) -> Starlette:
    """The application of a service that has been opened; the caller closes the service."""
    app = Starlette(
        routes=routes(),
        middleware=[
            Middleware(Headers, secure=service.settings.is_secure),
            Middleware(OwnPages, url=service.settings.public_url),
            Middleware(BodyLimit),
        ],
        exception_handlers={
            HTTPException: _refused,
            AutograderError: _failed,
            **dict.fromkeys(UNANSWERED, _without_storage),
        },
    )
    # A slash too many is no page; sending it on would believe the host that the visitor names.
    app.router.redirect_slashes = False
    app.state.service = service
    app.state.rates = Rates()
    app.state.watch = Watch(service.database)
    return app


def health(request: Request) -> Response:
    """Whether the database answers; for a proxy or a monitor, and open to everybody."""
    service: Service = request.app.state.service
    service.queue.health()
    return PlainTextResponse("ok\n")


def palette(request: Request) -> Response:
    """The colours that the pages share with the reports."""
    return Response(stylesheet(), media_type="text/css")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = _WORDS.get(error.status_code, "")
    said = error.detail if error.detail and error.detail != _default(error) else words
    if _wants_json(request):
        return JSONResponse({"problem": said or error.detail}, error.status_code, error.headers)
    if error.status_code == 401 and request.method == "GET" and _is_opened(request):
        return RedirectResponse("/login", 303)
    page = render(
        request, "problem.html", None, status=error.status_code, words=said or error.detail
    )
    page.headers.update(error.headers or {})
    return page


def _failed(request: Request, error: Exception) -> Response:
    """Our own failure, said plainly; nothing that was handed in is lost by it."""
    words = "The service failed on this page. What you have handed in is stored."
    if _wants_json(request):
        return JSONResponse({"problem": words}, 500)
    return render(request, "problem.html", None, status=500, words=words)


def _without_storage(request: Request, error: Exception) -> Response:
    """The database does not answer, or its disk is full: what was sent is not stored, and that is said."""
    print(f"autograder: the database does not answer: {reason(error)}", file=sys.stderr)
    words = "The service's storage does not answer. Try again in a minute."
    if request.method not in ("GET", "HEAD"):
        words = (
            "This was not stored: the service's storage is full or does not answer. Send it again in "
            "a minute. What was confirmed before is safe."
        )
    later = {"Retry-After": "30"}
    if _wants_json(request):
        return JSONResponse({"problem": words}, 503, later)
    page = render(request, "problem.html", None, status=503, words=words)
    page.headers.update(later)
    return page


def _wants_json(request: Request) -> bool:
    return "x-form-token" in request.headers or request.url.path.startswith("/api/")


def _is_opened(request: Request) -> bool:
    """Whether a person opened it as a page, rather than a script."""
    return "text/html" in request.headers.get("accept", "")


def _default(error: HTTPException) -> str:
    return HTTPException(error.status_code).detail
