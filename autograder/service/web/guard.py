"""What stands before every page: headers, limits of size and rate, who is asking, forged forms."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder.service.service import Service
from autograder.service.tables import Person

COOKIE: Final = "visit"
FORM_TOKEN: Final = "form_token"  # noqa: S105 - the name of a field
MOST_BODY: Final = 48 << 20
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_MOST_VISITORS: Final = 10_000


class Headers:
    """Adds the headers that keep a page to itself; pages of a person are never stored."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.headers = list(_HEADERS)
        if secure:
            self.headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        static = scope["path"].startswith("/static/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                own = {name.lower() for name, _ in headers}
                headers += [header for header in self.headers if header[0] not in own]
                if not static:
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a request whose body is larger than any hand-in may be, however it is announced."""

    def __init__(self, app: ASGIApp, most: int = MOST_BODY) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and stop reading where it is too long."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self.most:
            await _too_large(send)
            return
        seen = 0

        async def receive_limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise HTTPException(413, "This is larger than what can be handed in.")
            return message

        await self.app(scope, receive_limited, send)


async def _too_large(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    body = b"This is larger than what can be handed in."
    await send({"type": "http.response.body", "body": body})


class Rates:
    """How often somebody may do something: so many at once, so many a minute after that."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, what: str, who: str, *, burst: int, per_minute: float) -> None:
        """Take one.

        Raises:
            HTTPException: 429, with the time to wait, when there is none left.
        """
        now = self.clock()
        left, then = self._buckets.pop((what, who), (float(burst), now))
        left = min(burst, left + (now - then) * per_minute / 60)
        wait = (1 - left) * 60 / per_minute
        self._buckets[what, who] = (left - 1 if left >= 1 else left, now)
        while len(self._buckets) > _MOST_VISITORS:
            self._buckets.popitem(last=False)
        if left < 1:
            seconds = max(1, round(wait))
            text = f"That is too often; try again in {seconds} s."
            raise HTTPException(429, text, {"Retry-After": str(seconds)})


def address_of(request: Request) -> str:
    """The visitor's address: what the nearest proxy says, where a proxy of ours is asking."""
    service: Service = request.app.state.service
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "")
    if not forwarded or not _is_proxy(peer, service.settings.proxies):
        return peer
    return forwarded.rpartition(",")[2].strip()[:64] or peer


def _is_proxy(address: str, proxies: tuple[str, ...]) -> bool:
    try:
        number = ipaddress.ip_address(address)
        return any(number in ipaddress.ip_network(proxy, strict=False) for proxy in proxies)
    except ValueError:
        return address in proxies


def visitor_of(request: Request, session: Session) -> Person | None:
    """Who is asking, as the cookie says."""
    service: Service = request.app.state.service
    cookie = request.cookies.get(COOKIE, "")
    return service.doors.visitor(session, cookie) if cookie else None


def require(request: Request, session: Session, role: str = "") -> Person:
    """Who is asking, when they may.

    Raises:
        HTTPException: 401 for nobody we know; 404 for who has another role, to tell nothing.
    """
    person = visitor_of(request, session)
    if person is None:
        raise HTTPException(401)
    if role and person.role != role:
        raise HTTPException(404)
    return person


def check_form(request: Request, token: str) -> None:
    """See that a form was made by a page of this visit.

    Raises:
        HTTPException: 403 when it was not.
    """
    service: Service = request.app.state.service
    cookie = request.cookies.get(COOKIE, "")
    if not cookie or not service.doors.is_form_token(cookie, token):
        raise HTTPException(403, "This page is too old. Load it again, and send it once more.")


def form_token(request: Request) -> str:
    """What a form of this visit must carry."""
    service: Service = request.app.state.service
    return service.doors.form_token(request.cookies.get(COOKIE, ""))
