"""Keys to the API: who made them and for what, when they were last used, and their end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from autograder.service.database import Database
from autograder.service.tables import Person, Token

# When a token was used is known to the minute; a write for every request would be many.
_FRESH_SECONDS: Final = 60.0
_NAME_LENGTH: Final = 16


@dataclass(frozen=True)
class Key:
    """A token as people may see it: `name` is not its secret."""

    name: str
    note: str
    owner: str
    created: float
    used: float | None


def keys(session: Session) -> list[Key]:
    """Every token of the course, the newest first."""
    made = select(Token, Person).join(Person, Token.person == Person.id)
    return [
        Key(
            token.secret[:_NAME_LENGTH],
            token.note,
            owner.name or owner.email,
            token.created,
            token.used,
        )
        for token, owner in session.execute(made.order_by(Token.created.desc()))
    ]


def revoke(session: Session, name: str) -> bool:
    """End a token at once; False when there is none of this name."""
    same = func.substr(Token.secret, 1, _NAME_LENGTH) == name
    return bool(session.execute(delete(Token).where(same)).rowcount)  # type: ignore[attr-defined]


def note_use(database: Database, token: Token) -> None:
    """Write down that a token is used now, unless that was written down just before."""
    with database.read() as session:
        now = database.now(session)
    if token.used is not None and now - token.used < _FRESH_SECONDS:
        return
    with database.begin() as session:
        session.execute(update(Token).where(Token.secret == token.secret).values(used=now))
