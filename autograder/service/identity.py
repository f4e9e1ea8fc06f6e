"""Whom of the course a university's account belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from autograder.errors import UsageError
from autograder.service.tables import Person

_LONGEST: Final = 300
_RANKS: Final = ("instructor", "student")


@dataclass(frozen=True)
class Identity:
    """What an account shows: a mail address that is certainly its owner's, a number, a name."""

    email: str
    number: str
    name: str


def identity_of(claims: Mapping[str, Any], claim: str) -> Identity:
    """The identity in a provider's claims, by the `claim` that the instructor chose.

    `email` counts only when the provider says that it is verified. Any other claim is the provider's
    own word: a mail address when it has an @, else the number of the roster.

    Raises:
        UsageError: the claim is missing, or the address is not verified.
    """
    email = _text(claims.get("email")) if claims.get("email_verified") in (True, "true") else ""
    name = _text(claims.get("name"))
    if claim == "email":
        if not claims.get("email"):
            raise UsageError("your account shows no mail address")
        if not email:
            raise UsageError("your university has not verified your account's mail address")
        return Identity(email, "", name)
    value = _text(claims.get(claim))
    if not value:
        raise UsageError(f"your account shows no {claim}")
    return Identity(value, "", name) if "@" in value else Identity(email, value[:100], name)


def person_of(session: Session, identity: Identity) -> Person | None:
    """The person of the course with this number or address; an instructor before a student."""
    same = []
    if identity.number:
        same.append(func.lower(Person.number) == identity.number.lower())
    if identity.email:
        same.append(func.lower(Person.email) == identity.email.lower())
    if not same:
        return None
    known = select(Person).where(or_(*same), Person.role.in_(_RANKS))
    people = session.scalars(known.order_by(Person.id)).all()
    # An instructor chooses their address themself, so a number is a better word than an address.
    number = identity.number.lower()
    by_number = [one for one in people if number and one.number.lower() == number]
    return min(by_number or people, key=_rank, default=None)


def person_at(session: Session, email: str) -> Person | None:
    """The person of the course with this address; an instructor before a student."""
    return person_of(session, Identity(email.strip(), "", ""))


def _rank(person: Person) -> int:
    return _RANKS.index(person.role)


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)) and len(value) == 1:  # as some give what may be several
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return "".join(c for c in " ".join(str(value).split()) if c.isprintable())[:_LONGEST]
