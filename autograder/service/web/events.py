"""Tells browsers how far a grading is: one look at the database for all who wait."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from autograder.service.database import UNANSWERED, Database
from autograder.service.tables import Job

_LOOK_SECONDS = 0.4
_COMMENT_SECONDS = 15.0
_RETRY_MILLISECONDS = 2_000


@dataclass(frozen=True)
class Progress:
    """The state of the newest grading of a submission, and how many questions are done."""

    state: str
    done: int
    ahead: int

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "failed")

    @property
    def name(self) -> str:
        """What a browser names when it asks for more after its connection broke."""
        return f"{self.state}-{self.done}-{self.ahead}"

    def as_event(self) -> str:
        """One server-sent event."""
        data = json.dumps({"state": self.state, "done": self.done, "ahead": self.ahead})
        return f"id: {self.name}\nretry: {_RETRY_MILLISECONDS}\ndata: {data}\n\n"


class Watch:
    """Looks at the jobs of the submissions that somebody waits for, while somebody does."""

    def __init__(self, database: Database, look_seconds: float = _LOOK_SECONDS) -> None:
        self.database = database
        self.look_seconds = look_seconds
        self._waiting: dict[str, int] = {}
        self._seen: dict[str, Progress] = {}
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def follow(self, submission: str, seen: str = "") -> AsyncGenerator[str, None]:
        """Server-sent events about a submission until its grading is over.

        `seen` is the event that a browser saw last; while all is as it was then, it is not sent again.
        """
        self._waiting[submission] = self._waiting.get(submission, 0) + 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        last: Progress | None = None
        try:
            while last is None or not last.is_over:
                progress = await self._next(submission, last)
                if progress is None:
                    yield ": still here\n\n"
                    continue
                last = progress
                if progress.name != seen or progress.is_over:
                    yield progress.as_event()
        finally:
            self._waiting[submission] -= 1
            if not self._waiting[submission]:
                del self._waiting[submission]
                self._seen.pop(submission, None)

    async def wait(self, submission: str, seconds: float) -> None:
        """Wait until the grading of a submission is over, so many seconds at most."""

        async def over() -> None:
            async with contextlib.aclosing(self.follow(submission)) as events:
                async for _ in events:
                    pass

        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(over(), seconds)

    async def _next(self, submission: str, last: Progress | None) -> Progress | None:
        """The next state that differs from the last one; None after a while without."""

        def differs() -> bool:
            seen = self._seen.get(submission)
            return seen is not None and seen != last

        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(differs), _COMMENT_SECONDS)
            except asyncio.TimeoutError:
                return None
            return self._seen.get(submission)

    async def _look(self) -> None:
        while self._waiting:
            # A database that does not answer now may do so at the next look.
            with contextlib.suppress(*UNANSWERED):
                self._seen |= await run_in_threadpool(self._read, list(self._waiting))
            async with self._changed:
                self._changed.notify_all()
            await asyncio.sleep(self.look_seconds)

    def _read(self, submissions: list[str]) -> dict[str, Progress]:
        with self.database.read() as session:
            waiting = list(
                session.scalars(select(Job.id).where(Job.state == "waiting").order_by(Job.id))
            )
            columns = (Job.submission, Job.id, Job.state, Job.done)
            rows = session.execute(
                select(*columns).where(Job.submission.in_(submissions)).order_by(Job.id)
            )
            return {
                submission: Progress(state, done, sum(number < job for number in waiting))
                for submission, job, state, done in rows
            }
