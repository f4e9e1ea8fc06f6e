"""What stands before every page: headers, limits of size and rate, who is asking, forged forms."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from starlette import datastructures
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder.service.service import Service
from autograder.service.tables import Person
from autograder.service.web.cookies import cookie_of

INSTRUCTOR: Final = "instructor"  # the role that staff pages ask for
FORM_TOKEN: Final = "form_token"  # noqa: S105 - the name of a field
MOST_BODY: Final = 48 << 20
_TOO_LARGE: Final = "This is larger than what can be handed in."
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
                # What a script imports has no version in its address: it is asked for again, by its tag.
                kept = b"no-cache" if static else b"no-store"
                headers.append((b"cache-control", kept))
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
            await _refuse(send, 413, _TOO_LARGE.encode())
            return
        seen = 0

        async def receive_limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise HTTPException(413, _TOO_LARGE)
            return message

        await self.app(scope, receive_limited, send)


class OwnPages:
    """Refuses what other sites' pages send here: their forms could let a visitor in as somebody else.

    Forms of a visit carry a token as well; those that open one cannot. Scripts need a key that no
    browser sends by itself.
    """

    def __init__(self, app: ASGIApp, url: str) -> None:
        self.app = app
        self.host = urlsplit(url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on that only reads, or comes from a page of ours or from no page."""
        changes = scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if changes and not scope["path"].startswith("/api/") and self._is_foreign(scope):
            await _refuse(send, 403, b"This was sent by a page of another site.")
            return
        await self.app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        headers = datastructures.Headers(scope=scope)
        if site := headers.get("sec-fetch-site"):
            return site not in ("same-origin", "none")
        origin = headers.get("origin", "null")
        # Older browsers say "null" for our own pages, which send no referrer.
        return origin != "null" and urlsplit(origin).netloc not in (self.host, headers.get("host"))


async def _refuse(send: Send, status: int, words: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})


class Rates:
    """How often somebody may do something: so many at once, so many a minute after that."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()  # of two at once neither may find the bucket missing

    def take(self, what: str, who: str, *, burst: int, per_minute: float) -> None:
        """Take one.

        Raises:
            HTTPException: 429, with the time to wait, when there is none left.
        """
        with self._lock:
            left = self._left(what, who, burst, per_minute)
        wait = (1 - left) * 60 / per_minute
        if left < 1:
            seconds = max(1, round(wait))
            text = f"That is too often; try again in {seconds} s."
            raise HTTPException(429, text, {"Retry-After": str(seconds)})

    def _left(self, what: str, who: str, burst: int, per_minute: float) -> float:
        """How many there were, of which one is taken."""
        now = self.clock()
        left, then = self._buckets.pop((what, who), (float(burst), now))
        left = min(burst, left + (now - then) * per_minute / 60)
        self._buckets[what, who] = (left - 1 if left >= 1 else left, now)
        while len(self._buckets) > _MOST_VISITORS:
            self._buckets.popitem(last=False)
        return left


def visitor_of(request: Request, session: Session) -> Person | None:
    """Who is asking, as the cookie says."""
    service: Service = request.app.state.service
    cookie = cookie_of(request)
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
    cookie = cookie_of(request)
    if not cookie or not service.doors.is_form_token(cookie, token):
        raise HTTPException(403, "This page is too old. Load it again, and send it once more.")


def form_token(request: Request) -> str:
    """What a form of this visit must carry; empty where nobody came in."""
    service: Service = request.app.state.service
    cookie = cookie_of(request)
    return service.doors.form_token(cookie) if cookie else ""
