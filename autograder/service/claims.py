"""Turns what waits in the queue into tasks for grading processes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from autograder.errors import AutograderError, InternalError, UsageError
from autograder.exercise.model import Exercise
from autograder.grading.batch.engine import Task
from autograder.service import blobs, program
from autograder.service.database import UNANSWERED, reason
from autograder.service.exercises import Exercises
from autograder.service.hand_in import files_of
from autograder.service.leases import Leases
from autograder.service.queue import Claim, Queue
from autograder.service.tables import Version

_IDLE_SECONDS: Final = 0.25
_LOST_SECONDS: Final = 2.0

Say = Callable[[str], None]


class Unfit(UsageError):
    """This worker cannot grade what another, or this one started anew, can."""


class Claims(Iterator[Task]):
    """Tasks as long as something waits and there is room for it; it may be asked again later.

    `room` says how many may be worked on at once, `say` is told what staff should know, `fits` raises
    `Unfit` for an exercise that these graders cannot do.
    """

    def __init__(
        self, queue: Queue, worker: str, leases: Leases, stop: threading.Event, say: Say
    ) -> None:
        self.queue = queue
        self.worker = worker
        self.leases = leases
        self.say = say
        self.exercises = Exercises(queue.database)
        self.room: Callable[[], int] = lambda: 0
        self.fits: Callable[[Exercise], None] = lambda exercise: None
        self.stop = stop
        self._quiet_until = 0.0
        self._seen = float("-inf")
        self._found_nothing = False

    def close(self) -> None:
        """Remove the opened exercises."""
        self.exercises.close()

    def __next__(self) -> Task:
        """The next task.

        Raises:
            StopIteration: there is none just now.
            UsageError: this worker is not of the service's version, or unfit.
        """
        while not self._is_quiet():
            try:
                task = self._claimed()
            except UNANSWERED as error:
                self.rest(error)
                continue
            if task is not None:
                return task
        raise StopIteration

    def rest(self, error: Exception) -> None:
        """Leave a database that does not answer alone for a while."""
        self.say(f"the database does not answer: {reason(error)}")
        self._quiet_until = time.monotonic() + _LOST_SECONDS

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in hand, and nothing waited at the last look."""
        return not self.leases and self._found_nothing

    def _is_quiet(self) -> bool:
        is_full = len(self.leases) >= self.room()
        return self.stop.is_set() or is_full or time.monotonic() < self._quiet_until

    def _claimed(self) -> Task | None:
        self._say_that_we_live()
        if self._found_nothing and not self.queue.is_waiting():
            claim = None
        else:
            claim = self.queue.claim(self.worker)
        self._found_nothing = claim is None
        if claim is None:
            self._quiet_until = time.monotonic() + _IDLE_SECONDS
            return None
        try:
            return self._task(claim)
        except OSError as error:  # our disk is full, say: another worker's may not be
            self.say(f"{claim.submission}: {error}")
            self.queue.lose(claim, str(error))
            self._quiet_until = time.monotonic() + _LOST_SECONDS
        except (*UNANSWERED, Unfit):
            with contextlib.suppress(*UNANSWERED):
                self.queue.release(claim)
            raise
        except Exception as error:  # one that cannot be read stops no other
            said = str(error) if isinstance(error, AutograderError) else ""
            self.queue.fail(claim, said or f"{type(error).__name__}: {error}")
            self.say(f"{claim.submission}: failed: {error}")
        return None

    def _say_that_we_live(self) -> None:
        if time.monotonic() - self._seen > self.queue.lease_seconds / 3:
            program.check(self.queue.database)
            self.queue.show(self.worker)
            self._seen = time.monotonic()

    def _task(self, claim: Claim) -> Task:
        with self.queue.database.read() as session:
            version = session.get(Version, claim.version)
            if version is None:
                raise InternalError("the version of the exercise is gone")
            exercise = self.exercises.open(session, version)
            self.fits(exercise)
            bundle = blobs.get(session, version.bundle)
            files = files_of(session, claim.submission)
        return Task(
            self.leases.hold(claim),
            lambda: files,
            bundle=(version.bundle, bundle),
            seconds=exercise.policy.seconds,
        )
