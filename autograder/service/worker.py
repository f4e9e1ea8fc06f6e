"""A worker: claims a grading, keeps its lease while it grades, gives the result, and again."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy.exc import OperationalError

from autograder.checks.grade import Grade
from autograder.checks.record import grade_record
from autograder.errors import AutograderError, InternalError, SubmissionError
from autograder.grading.devices import Device, choose_device
from autograder.grading.grade import Options, grade_files
from autograder.grading.session import Session
from autograder.service.database import Database
from autograder.service.exercises import Exercises
from autograder.service.hand_in import files_of
from autograder.service.queue import Claim, Queue
from autograder.service.tables import Version
from autograder.submission.files import FileSet

_IDLE_SECONDS: Final = 0.5
_LOST_SECONDS: Final = 2.0


def worker_name() -> str:
    """A name that tells people where a worker runs."""
    return f"{socket.gethostname()}-{os.getpid()}"


class Worker:
    """Grades what waits in a database, one submission at a time, until it is told to stop."""

    def __init__(
        self,
        database: Database,
        *,
        name: str = "",
        device: Device = "auto",
        confined: bool = True,
        queue: Queue | None = None,
    ) -> None:
        self.database = database
        self.name = name or worker_name()
        self.queue = queue or Queue(database)
        self.exercises = Exercises(database)
        self.options = Options(device=device, confined=confined)
        self.session = Session(choose_device(device), confined=confined)

    def close(self) -> None:
        """End the processes of the worker."""
        self.session.close()
        self.exercises.close()

    def run(self, stop: threading.Event, say: Callable[[str], None] = lambda line: None) -> None:
        """Work until `stop`; a database that does not answer is waited for."""
        while not stop.is_set():
            try:
                claim = self.queue.claim(self.name)
                if claim is None:
                    stop.wait(_IDLE_SECONDS)
                else:
                    say(f"{claim.submission}: {self.work(claim)}")
            except OperationalError as error:
                say(f"the database does not answer: {error.orig}")
                stop.wait(_LOST_SECONDS)

    def work(self, claim: Claim) -> str:
        """Grade one submission; returns what became of it, in a word or a line."""
        with _Heart(self.queue, claim) as heart:
            try:
                graded = self._grade(claim, heart)
            except (AutograderError, OSError) as error:
                self.queue.fail(claim, str(error))
                return f"failed: {error}"
            except OperationalError:
                raise
            except Exception as error:
                self.queue.fail(claim, f"{type(error).__name__}: {error}")
                return f"failed: {type(error).__name__}: {error}"
        if not self.queue.finish(claim, grade_record(graded)):
            return "was taken over"
        return f"{graded.points:g} of {graded.possible:g}"

    def _grade(self, claim: Claim, heart: _Heart) -> Grade:
        with self.database.read() as session:
            version = session.get(Version, claim.version)
            if version is None:
                raise InternalError("the version of the exercise is gone")
            exercise = self.exercises.open(session, version)
            try:
                files = files_of(session, claim.submission)
            except SubmissionError as error:
                files = FileSet()
                files.notes.append(f"Your submission could not be read: {error}.")
        return grade_files(exercise, files, self.options, self.session, on_outcome=heart.show)


class _Heart:
    """Renews a lease in the background, with what is done so far."""

    def __init__(self, queue: Queue, claim: Claim) -> None:
        self.queue = queue
        self.claim = claim
        self._latest: Grade | None = None
        self._done = 0
        self._changed = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> _Heart:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._changed.set()
        self._thread.join()

    def show(self, partial: Grade) -> None:
        """Take note of a grade so far; it is stored soon."""
        self._latest, self._done = partial, self._done + 1
        self._changed.set()

    def _beat(self) -> None:
        while not self._over.is_set():
            if self._changed.wait(self.queue.lease_seconds / 3):
                # Written answers come by the dozen in a blink; one write is enough for them.
                self._over.wait(0.3)
            self._changed.clear()
            if self._over.is_set():
                return
            latest, done = self._latest, self._done
            try:
                self.queue.renew(self.claim, grade_record(latest) if latest else None, done)
            except OperationalError:
                continue
