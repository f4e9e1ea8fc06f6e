"""Answers as they were typed last, by the inputs that they were typed into."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.service.database import Database
from autograder.service.tables import Draft, Person


def keep_draft(
    database: Database, session: Session, person: Person, exercise: str, name: str, text: str
) -> None:
    """Keep what stands in an input."""
    now = database.now(session)
    draft = Draft(person=person.id, exercise=exercise, question=name, text=text, changed=now)
    database.upsert(session, draft, "text", "changed")


def drafts_of(session: Session, person: Person, exercise: str) -> dict[str, str]:
    """What stands in each input."""
    own = Draft.person == person.id, Draft.exercise == exercise
    return {draft.question: draft.text for draft in session.scalars(select(Draft).where(*own))}
