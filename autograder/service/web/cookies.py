"""What browsers keep for the service, and send only to it."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from autograder.service.service import Service

VISIT: Final = "visit"


def cookie_of(request: Request, name: str = VISIT) -> str:
    """A cookie as the browser sent it; empty when there is none."""
    return request.cookies.get(_called(request, name), "")


def give_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """Let the browser keep a value, out of reach of scripts and of other sites' forms."""
    response.set_cookie(
        _called(request, name),
        value,
        max_age=seconds,
        httponly=True,
        secure=_is_secure(request),
        samesite="lax",
    )


def take_cookie(request: Request, response: Response, name: str) -> None:
    """Let the browser forget a value."""
    response.delete_cookie(
        _called(request, name), httponly=True, secure=_is_secure(request), samesite="lax"
    )


def _called(request: Request, name: str) -> str:
    """Under TLS browsers keep this prefix from other hosts and paths."""
    return f"__Host-{name}" if _is_secure(request) else name


def _is_secure(request: Request) -> bool:
    service: Service = request.app.state.service
    return service.settings.is_secure
