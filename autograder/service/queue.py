"""The gradings that wait, and who is at work on which.

A claim gives a worker a lease: a secret that is good for a while and can be renewed. A lease that runs
out makes its job free again, at most twice; then the job has failed, through our fault. Only the
holder of the lease can finish a job, and only once, so that nothing is graded twice.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from autograder.service.database import Database
from autograder.service.tables import Job, Worker

LEASE_SECONDS: Final = 30.0
MOST_ATTEMPTS: Final = 3
_GAVE_UP: Final = "the workers that tried it ended before they were done"
_WAITING: Final = {"state": "waiting", "lease": None, "record": None, "done": 0}


@dataclass(frozen=True)
class Claim:
    """A job that a worker holds until its lease runs out."""

    job: int
    lease: str
    submission: str
    version: int
    attempt: int


@dataclass(frozen=True)
class Health:
    """How many jobs are in each state, how long the oldest has waited, which workers live."""

    waiting: int
    leased: int
    done: int
    failed: int
    oldest_seconds: float
    workers: tuple[str, ...]


class Queue:
    """The jobs of a database."""

    def __init__(self, database: Database, lease_seconds: float = LEASE_SECONDS) -> None:
        self.database = database
        self.lease_seconds = lease_seconds

    def add(self, session: Session, submission: str, version: int) -> None:
        """Let a version of the exercise grade a submission; harmless to repeat.

        It is part of the caller's transaction: what has been acknowledged has its job.
        """
        there = select(Job.id).where(Job.submission == submission, Job.version == version)
        if session.scalar(there) is None:
            now = self.database.now(session)
            session.add(Job(submission=submission, version=version, created=now))

    def claim(self, worker: str) -> Claim | None:
        """The job that has waited longest, leased to the worker; None when nothing waits."""
        with self.database.begin() as session:
            now = self.database.now(session)
            self._seen(session, worker, now)
            self._give_up(session, now)
            # First who has been tried least: a job that kills its workers must not hold up the others.
            oldest = select(Job).where(_is_free(now)).order_by(Job.attempts, Job.id).limit(1)
            job = session.scalar(oldest.with_for_update(skip_locked=True))
            if job is None:
                return None
            job.state, job.worker, job.record, job.done = "leased", worker, None, 0
            job.lease, job.lease_until = secrets.token_hex(16), now + self.lease_seconds
            job.attempts += 1
            return Claim(job.id, job.lease, job.submission, job.version, job.attempts)

    def is_waiting(self) -> bool:
        """Whether there is something to claim: a look that disturbs nobody who writes."""
        with self.database.read() as session:
            free = select(Job.id).where(_is_free(self.database.now(session))).limit(1)
            return session.scalar(free) is not None

    def show(self, worker: str) -> None:
        """Say that a worker is alive, though nothing waits for it."""
        with self.database.begin() as session:
            self._seen(session, worker, self.database.now(session))

    def renew(self, claim: Claim, record: Mapping[str, Any] | None = None, done: int = 0) -> bool:
        """Keep a lease, and show what is done so far; False when the job is somebody else's now."""
        with self.database.begin() as session:
            now = self.database.now(session)
            values: dict[str, Any] = {"lease_until": now + self.lease_seconds}
            if record is not None:
                values |= {"record": json.dumps(record), "done": done}
            return self._update(session, claim, values)

    def finish(self, claim: Claim, record: Mapping[str, Any]) -> bool:
        """Give the result of a job; False, and nothing is changed, when it is somebody else's now."""
        with self.database.begin() as session:
            now = self.database.now(session)
            values = {"state": "done", "record": json.dumps(record), "finished": now, "lease": None}
            finished = self._update(session, claim, values)
            if finished:
                self._count(session, claim)
            return finished

    def fail(self, claim: Claim, problem: str) -> bool:
        """Say that a job cannot be done through our fault; it is not tried again."""
        with self.database.begin() as session:
            now = self.database.now(session)
            return self._update(session, claim, _failed(now, problem[:2_000]))

    def release(self, claim: Claim) -> None:
        """Give a job back untouched, as a worker does that is told to stop."""
        with self.database.begin() as session:
            self._update(session, claim, {**_WAITING, "attempts": claim.attempt - 1})

    def lose(self, claim: Claim, problem: str) -> None:
        """Give a job back whose grading process died; after so many attempts it has failed."""
        with self.database.begin() as session:
            spent = claim.attempt >= MOST_ATTEMPTS
            now = self.database.now(session)
            self._update(session, claim, _failed(now, problem[:2_000]) if spent else _WAITING)

    def health(self) -> Health:
        """The state of the queue and the workers that were heard of lately."""
        with self.database.read() as session:
            now = self.database.now(session)
            rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
            counts: dict[str, int] = {row[0]: row[1] for row in rows}
            oldest = session.scalar(select(func.min(Job.created)).where(Job.state == "waiting"))
            recent = select(Worker.name).where(Worker.seen > now - 2 * self.lease_seconds)
            workers = tuple(session.scalars(recent.order_by(Worker.name)))
        return Health(
            counts.get("waiting", 0),
            counts.get("leased", 0),
            counts.get("done", 0),
            counts.get("failed", 0),
            0.0 if oldest is None else max(0.0, now - oldest),
            workers,
        )

    def _update(self, session: Session, claim: Claim, values: Mapping[str, Any]) -> bool:
        held = (Job.id == claim.job, Job.state == "leased", Job.lease == claim.lease)
        changed = session.execute(update(Job).where(*held).values(**values))
        return bool(changed.rowcount)  # type: ignore[attr-defined]

    def _give_up(self, session: Session, now: float) -> None:
        """Fail the jobs whose workers ended too often."""
        spent = (Job.state == "leased", Job.lease_until < now, Job.attempts >= MOST_ATTEMPTS)
        session.execute(update(Job).where(*spent).values(**_failed(now, _GAVE_UP)))

    def _seen(self, session: Session, name: str, now: float) -> None:
        self.database.upsert(session, Worker(name=name, started=now, seen=now, graded=0), "seen")

    def _count(self, session: Session, claim: Claim) -> None:
        job = session.get(Job, claim.job)
        worker = session.get(Worker, job.worker) if job is not None else None
        if worker is not None:
            worker.graded += 1


def _is_free(now: float) -> ColumnElement[bool]:
    return or_(Job.state == "waiting", and_(Job.state == "leased", Job.lease_until < now))


def _failed(now: float, problem: str) -> dict[str, Any]:
    """What a job holds that has failed through our fault."""
    return {"state": "failed", "problem": problem, "finished": now, "lease": None, "record": None}
