"""Requests that scripts send again because they never heard the answer: done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy.orm import Session

from autograder.errors import UsageError
from autograder.service.database import Database
from autograder.service.tables import Repeat


def once(
    database: Database,
    session: Session,
    key: str,
    content: str,
    act: Callable[[], str],
) -> tuple[str, bool]:
    """The submission that `act` made under this key, and whether it was made just now.

    Of two that come at once with the same key the second waits for the first.

    Raises:
        UsageError: the key was used for another content.
    """
    digest, body = (hashlib.sha256(text.encode()).hexdigest() for text in (key, content))
    database.take_turns(session, digest)
    known = session.get(Repeat, digest)
    if known is None:
        made = act()
        session.add(Repeat(key=digest, body=body, submission=made))
        return made, True
    if known.body != body:
        raise UsageError("this key was used for another request; take a new one")
    return known.submission, False
