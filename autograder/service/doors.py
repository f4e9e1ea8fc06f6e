"""Who may come in: links that open once, passwords, signed cookies, tokens against forged requests.

Only digests of secrets are stored. A link is used by a form, not by being fetched, so that a mail
scanner which follows links does not use it up.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from autograder.errors import UsageError
from autograder.service.database import Database
from autograder.service.tables import Link, Person, Setting, Token

LINK_SECONDS: Final = 7 * 86_400
VISIT_SECONDS: Final = 14 * 86_400
_SHORTEST_PASSWORD: Final = 10
_COOKIE_KEY: Final = "cookie key"
_HASHER: Final = PasswordHasher()
# A check takes 64 MiB: many at once could take all there is.
_AT_ONCE: Final = threading.BoundedSemaphore(2)
# Checked when there is no such person, so that the time tells nothing.
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe(16))


class Doors:
    """The doors of one service."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._key = _cookie_key(database)
        self._visits = URLSafeTimedSerializer(self._key, salt="visit")

    def invite(self, session: Session, person: int, seconds: float = LINK_SECONDS) -> str:
        """A secret for a link that lets a person in once."""
        secret = secrets.token_urlsafe(24)
        now = self.database.now(session)
        old = Link.person == person, Link.used.is_(None), Link.expires < now
        session.execute(delete(Link).where(*old))
        session.add(Link(secret=_digest(secret), person=person, expires=now + seconds))
        return secret

    def forget_links(self, session: Session, person: int) -> None:
        """Close the links of a person that have not been used, such as those on a lost slip."""
        session.execute(delete(Link).where(Link.person == person, Link.used.is_(None)))

    def invited(self, session: Session, secret: str) -> Person | None:
        """Whom a link would let in; None when it is used up, too old or none of ours."""
        link = session.get(Link, _digest(secret))
        if link is None or link.used is not None or link.expires < self.database.now(session):
            return None
        return session.get(Person, link.person)

    def enter(self, session: Session, secret: str) -> Person | None:
        """Use a link up; of two who try at once, one comes in."""
        now = self.database.now(session)
        free = (Link.secret == _digest(secret), Link.used.is_(None), Link.expires >= now)
        used = session.execute(update(Link).where(*free).values(used=now))
        if not used.rowcount:  # type: ignore[attr-defined]
            return None
        link = session.get_one(Link, _digest(secret))
        return session.get(Person, link.person)

    def cookie(self, person: Person) -> str:
        """The value of a visitor's cookie: signed, and different for each visit."""
        return self._visits.dumps([person.id, person.series, secrets.token_urlsafe(8)])

    def visitor(self, session: Session, cookie: str) -> Person | None:
        """The person of a cookie; None when it is forged, too old, or of a visit that was ended."""
        try:
            number, series, _ = self._visits.loads(cookie, max_age=VISIT_SECONDS)
        except (BadData, ValueError, TypeError):
            return None
        person = session.get(Person, number) if isinstance(number, int) else None
        return person if person is not None and person.series == series else None

    def seal(self, purpose: str, values: object) -> str:
        """Values that a browser keeps for us for a while, signed."""
        return URLSafeTimedSerializer(self._key, salt=purpose).dumps(values)

    def unseal(self, purpose: str, text: str, seconds: int) -> Any:
        """What was sealed for this purpose at most so long ago; None when this was not."""
        try:
            return URLSafeTimedSerializer(self._key, salt=purpose).loads(text, max_age=seconds)
        except BadData:
            return None

    def form_token(self, cookie: str) -> str:
        """What forms of a visit carry, and forged ones do not."""
        return hmac.new(self._key.encode(), b"form " + cookie.encode(), "sha256").hexdigest()

    def is_form_token(self, cookie: str, token: str) -> bool:
        """Whether a form was made for the visit."""
        return hmac.compare_digest(self.form_token(cookie).encode(), token.encode())

    def set_password(self, person: Person, password: str) -> None:
        """Give a person a password; visits that are open elsewhere end.

        Raises:
            UsageError: it is too short.
        """
        if len(password) < _SHORTEST_PASSWORD:
            raise UsageError(f"a password needs {_SHORTEST_PASSWORD} characters or more")
        person.password = _HASHER.hash(password)
        person.series += 1

    def dismiss(self, session: Session, person: Person) -> None:
        """Let a person in no longer, however they try; what they did stays theirs."""
        self.forget_links(session, person.id)
        session.execute(delete(Token).where(Token.person == person.id))
        person.role, person.password = "former", None
        person.series += 1

    def log_in(self, session: Session, email: str, password: str) -> Person | None:
        """The person of an address and a password; takes as long when there is none."""
        same = func.lower(Person.email) == email.strip().lower()
        with_password = select(Person).where(same, Person.password.is_not(None))
        person = session.scalar(with_password.order_by(Person.id).limit(1))
        try:
            with _AT_ONCE:
                _HASHER.verify((person.password if person else None) or _NOBODY, password[:1_000])
        except (VerificationError, InvalidHashError):
            return None
        return person

    def make_token(self, session: Session, person: int, note: str) -> str:
        """A key for the API; shown once, stored as its digest."""
        secret = f"ag_{secrets.token_urlsafe(32)}"
        now = self.database.now(session)
        session.add(Token(secret=_digest(secret), person=person, note=note, created=now))
        return secret

    def bearer(self, session: Session, secret: str) -> tuple[Person, Token] | None:
        """The person of an API key, and the key."""
        token = session.get(Token, _digest(secret))
        return (session.get_one(Person, token.person), token) if token is not None else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _cookie_key(database: Database) -> str:
    """The key that signs cookies, the same for every server of the database."""
    with database.begin() as session:
        fresh = Setting(name=_COOKIE_KEY, value=secrets.token_urlsafe(48))
        database.upsert(session, fresh)
        return session.scalars(select(Setting.value).where(Setting.name == _COOKIE_KEY)).one()
