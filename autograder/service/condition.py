"""How a service fares, for the people who run it: queue, workers, what failed, the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from autograder.service.database import Database
from autograder.service.tables import Blob, Job, Person, Submission, Worker

_MOST: Final = 200
_ALIVE_SECONDS: Final = 60.0
_SQLITE_SIZE: Final = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"


@dataclass(frozen=True)
class Busy:
    """A grading under way: whose, of what, since how many tries."""

    submission: str
    exercise: str
    done: int
    tries: int


@dataclass(frozen=True)
class Working:
    """A worker, how long it has been silent, and what it has in hand."""

    worker: Worker
    silent_seconds: float
    busy: tuple[Busy, ...]

    @property
    def is_alive(self) -> bool:
        """Whether it was heard of lately."""
        return self.silent_seconds < _ALIVE_SECONDS


@dataclass(frozen=True)
class Failure:
    """A submission that no grading has managed: whose, why, when."""

    job: Job
    exercise: str
    student: str


@dataclass(frozen=True)
class Kept:
    """What the database holds."""

    kind: str
    bytes: int
    people: int
    submissions: int
    files: int
    file_bytes: int


def workers(database: Database, session: Session) -> list[Working]:
    """The workers, those heard of last first."""
    now = database.now(session)
    busy: dict[str, list[Busy]] = {}
    columns = (Job.worker, Job.submission, Submission.exercise, Job.done, Job.attempts)
    leased = select(*columns).join(Submission).where(Job.state == "leased").order_by(Job.id)
    for name, submission, exercise, done, tries in session.execute(leased):
        busy.setdefault(name, []).append(Busy(submission, exercise, done, tries))
    found = session.scalars(select(Worker).order_by(Worker.seen.desc()).limit(_MOST))
    return [Working(one, max(0.0, now - one.seen), tuple(busy.get(one.name, ()))) for one in found]


def failures(session: Session) -> list[Failure]:
    """The newest gradings of submissions that have failed and were never done, newest first."""
    newest = select(func.max(Job.id)).group_by(Job.submission)
    done = select(Job.submission).where(Job.state == "done")
    failed = (Job.state == "failed", Job.id.in_(newest), Job.submission.not_in(done))
    rows = (
        select(Job, Submission.exercise, Person)
        .join(Submission, Submission.id == Job.submission)
        .join(Person, Person.id == Submission.person)
        .where(*failed)
        .order_by(Job.finished.desc())
        .limit(_MOST)
    )
    return [
        Failure(job, exercise, person.called) for job, exercise, person in session.execute(rows)
    ]


def kept(database: Database, session: Session) -> Kept:
    """The size of the database, and how much of what is in it."""
    if database.is_sqlite:
        kind, size = "SQLite", _SQLITE_SIZE
    else:
        kind, size = "PostgreSQL", "SELECT pg_database_size(current_database())"
    blobs = session.execute(select(func.count(), func.sum(func.length(Blob.data)))).one()
    return Kept(
        kind,
        int(session.scalar(text(size)) or 0),
        session.scalar(select(func.count()).select_from(Person)) or 0,
        session.scalar(select(func.count()).select_from(Submission)) or 0,
        blobs[0],
        int(blobs[1] or 0),
    )
