"""The processes of a worker, which grade what it has claimed.

One that dies or hangs costs no other anything. They share a fork server, so that PyTorch is loaded once.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from autograder.grading.batch.crew import PARTIAL, Attempt, Worker, WorkerProcess
from autograder.grading.batch.engine import Done
from autograder.grading.batch.local import Crew
from autograder.grading.grade import Options
from autograder.grading.session import Session
from autograder.service.claims import Claims
from autograder.service.database import UNANSWERED

_LOOK_SECONDS: Final = 0.25
NO_LIMIT: Final = 3600.0  # each task says how long it may take


class Graders(Crew):
    """A crew that is never done: what it has graded is delivered, and it looks for more."""

    patience = _LOOK_SECONDS

    def __init__(self, claims: Claims, most: int) -> None:
        super().__init__(claims, most)
        self.claims = claims
        self._bereaved: set[str] = set()

    def serve(self, *, until_idle: bool) -> None:
        """Work until the claims are stopped, or until nothing waits.

        Raises:
            UsageError: this is not the program that the service runs.
            InternalError: no grading process can be started.
        """
        while not self.claims.stop.is_set() and not (until_idle and self.claims.is_idle):
            self._deliver()
            self.give()
            self.wait()

    def shown(self, attempt: Attempt, answer: dict[str, Any]) -> None:
        """A grading has told how far it is."""
        self.claims.leases.show(attempt.task.id, answer[PARTIAL], answer["done"])

    def bereaved(self, attempt: Attempt, how: str) -> None:
        """The process of a grading is gone: that was one of its attempts."""
        self._bereaved.add(attempt.task.id)
        self.finished.append(attempt.failed(how))

    def _deliver(self) -> None:
        """Store what is finished; while the database does not answer, it is kept."""
        while self.finished:
            try:
                self._store(self.finished[0])
            except UNANSWERED as error:
                self.claims.rest(error)
                return
            self.claims.leases.drop(self.finished.popleft().id)

    def _store(self, done: Done) -> None:
        claim, queue = self.claims.leases.get(done.id), self.claims.queue
        if done.record is not None:
            kept = queue.finish(claim, done.record)
            self.claims.say(f"{claim.submission}: {'graded' if kept else 'was taken over'}")
            return
        if done.id in self._bereaved:
            # Where the job is somebody else's by now, nothing happens.
            queue.lose(claim, done.problem)
        else:
            queue.fail(claim, done.problem)
        self.claims.say(f"{claim.submission}: {done.problem}")


class LocalGraders(Graders):
    """So many processes on this machine."""

    def __init__(self, claims: Claims, options: Options, jobs: int, module: str) -> None:
        super().__init__(claims, jobs)
        self.options = options
        self.module = module
        self.session = Session(options.device, confined=options.confined)
        claims.room = lambda: jobs
        for _ in range(jobs):
            self.employ(self.hire())

    def hire(self) -> Worker:
        """Start a process."""
        start = {"options": asdict(self.options), PARTIAL: True}
        return WorkerProcess(self.module, start, NO_LIMIT, self.session)

    def close(self) -> None:
        """End every process, and the fork server."""
        super().close()
        self.session.close()
