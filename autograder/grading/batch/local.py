"""Grades a class with worker processes on this machine.

A worker grades one submission at a time, so that the guilty one is known when a worker dies or
hangs: it is tried again, at most twice, and then it is our failure. What one worker has judged, the
others are told; they share one fork server. No more submissions are in memory than there are workers.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

from autograder.errors import InternalError
from autograder.exercise.model import Exercise
from autograder.grading.batch.cores import usable_cores
from autograder.grading.batch.crew import (
    MODULE,
    PARTIAL,
    Attempt,
    Worker,
    WorkerGone,
    WorkerProcess,
)
from autograder.grading.batch.engine import Done, Task
from autograder.grading.batch.work import opened
from autograder.grading.devices import choose_device
from autograder.grading.grade import Options
from autograder.grading.memo import MOST_BYTES, Learned
from autograder.grading.plan import make_plan
from autograder.grading.session import Session

MOST_ATTEMPTS: Final = 3
_MOST_FAILED_STARTS: Final = 3


class LocalEngine:
    """Runs tasks in so many worker processes (one for each core), and never in more than `most`.

    Without `memo` every answer is judged anew; `module` is the worker's program.
    """

    def __init__(
        self,
        exercise: Exercise,
        options: Options,
        workers: int | None = None,
        *,
        most: int = 1024,
        memo: bool = True,
        module: str = MODULE,
    ) -> None:
        self.exercise = exercise
        choose_device(options.device)
        self.options = options.settled()
        self.workers = max(1, min(workers or usable_cores(), most))
        self.memo = memo
        self.module = module

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """The result of each task as soon as it is there.

        Raises:
            InternalError: no worker can be started.
        """
        crew = _LocalCrew(self, iter(tasks))
        try:
            yield from crew.run()
        finally:
            crew.close()


class Crew:
    """The workers of one run, the tasks that wait, and what has been judged.

    Up to `most` workers are hired; others may be employed. Every `patience` seconds it looks whether
    there are more tasks, though no worker has said anything.
    """

    patience = float("inf")

    def __init__(self, tasks: Iterator[Task], most: int) -> None:
        self.tasks = tasks
        self.most = most
        self.waiting: Attempt | None = None
        self.again: deque[Attempt] = deque()
        self.finished: deque[Done] = deque()
        self.workers: list[Worker] = []
        self.known: list[Learned] = []
        self.known_keys: set[str] = set()
        self.known_bytes = 0
        self.failed_starts = 0
        self.selector = selectors.DefaultSelector()

    def run(self) -> Iterator[Done]:
        """1. Give tasks to those who are free, hiring while some wait; 2. tell results; 3. wait."""
        while True:
            self.give()
            while self.finished:
                yield self.finished.popleft()
            if self.is_over():
                return
            self.wait()

    def close(self) -> None:
        """End every worker."""
        for worker in list(self.workers):
            self._dismiss(worker)
        self.selector.close()

    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.waiting is None and not any(w.attempt is not None for w in self.workers)

    def _next(self) -> Attempt | None:
        """The next task with its files; those that cannot be read are finished at once."""
        if self.again:
            return self.again.popleft()
        for task in self.tasks:
            found = opened(task)
            if not isinstance(found, Done):
                return Attempt(task, *found)
            self.finished.append(found)
        return None

    def give(self) -> None:
        """Give what waits to those who are free, and hire more while something waits."""
        self.waiting = self.waiting or self._next()
        for worker in [w for w in self.workers if w.is_ready and w.attempt is None]:
            if self.waiting is None:
                return
            attempt, self.waiting = self.waiting, None
            self._tell(worker, attempt)
            self.waiting = self._next()
        while self.waiting is not None and len(self.workers) < self.most:
            self.employ(self.hire())

    def hire(self) -> Worker:
        """Start a worker."""
        raise NotImplementedError

    def employ(self, worker: Worker) -> None:
        """Take in a worker, which says when it is ready."""
        self.workers.append(worker)
        self.watch(worker.channel, lambda: self._heard(worker))

    def watch(self, channel: socket.socket, heard: Callable[[], None]) -> None:
        """Have a function called whenever something is said on a socket."""
        self.selector.register(channel, selectors.EVENT_READ, heard)

    def _dismiss(self, worker: Worker) -> None:
        self.selector.unregister(worker.channel)
        self.workers.remove(worker)
        worker.close()

    def _tell(self, worker: Worker, attempt: Attempt) -> None:
        news, worker.told = self.known[worker.told :], len(self.known)
        try:
            worker.give(attempt, news)
        except WorkerGone as gone:
            self._lost(worker, str(gone))

    def wait(self) -> None:
        """Wait until a worker answers or is late, and no longer than `patience`."""
        latest = min((worker.deadline for worker in self.workers), default=float("inf"))
        left = min(latest - time.monotonic(), self.patience)
        for key, _ in self.selector.select(None if left == float("inf") else max(0.0, left)):
            key.data()
        for worker in [w for w in self.workers if w.deadline < time.monotonic()]:
            self._lost(worker, "the grading process took too long and was ended")

    def _heard(self, worker: Worker) -> None:
        """A worker has said something, or is gone."""
        try:
            self._hear(worker, worker.receive())
        except WorkerGone as gone:
            self._lost(worker, str(gone))

    def _hear(self, worker: Worker, answer: dict[str, Any]) -> None:
        if worker.attempt is None:
            if "problem" in answer:
                raise InternalError(f"no grading process can start: {answer['problem']}")
            worker.is_ready, self.failed_starts = True, 0
            return
        if PARTIAL in answer:
            self.shown(worker.attempt, answer)
            return
        self.finished.append(worker.attempt.done(answer))
        worker.attempt = None
        self._learn(answer["learned"])

    def _learn(self, learned: Iterable[Learned]) -> None:
        for key, record in learned:
            size = len(key) + len(record)
            if key not in self.known_keys and self.known_bytes + size <= MOST_BYTES:
                self.known_keys.add(key)
                self.known_bytes += size
                self.known.append((key, record))

    def _lost(self, worker: Worker, how: str) -> None:
        """A worker is gone, and maybe with it what it was trying."""
        attempt, was_ready = worker.attempt, worker.is_ready
        self._dismiss(worker)
        if not was_ready:
            self.failed_starts += 1
            if self.failed_starts >= _MOST_FAILED_STARTS:
                raise InternalError(f"no grading process can start: {how}")
        if attempt is not None:
            self.bereaved(attempt, how)

    def shown(self, attempt: Attempt, answer: dict[str, Any]) -> None:
        """A worker that goes on has told the grade so far."""

    def bereaved(self, attempt: Attempt, how: str) -> None:
        """The worker of a task is gone: it is tried again, or given up."""
        if attempt.number >= MOST_ATTEMPTS:
            self.finished.append(attempt.failed(how))
            return
        attempt.number += 1
        self.again.append(attempt)


class _LocalCrew(Crew):
    """A crew on this machine, with one fork server where there is code to grade."""

    def __init__(self, engine: LocalEngine, tasks: Iterator[Task]) -> None:
        super().__init__(tasks, engine.workers)
        self.engine = engine
        self.session = Session(engine.options.device, confined=engine.options.confined)
        self.runs_code = bool(make_plan(engine.exercise, engine.options.select).code)

    def hire(self) -> Worker:
        """Start a worker process."""
        engine = self.engine
        exercise, options = engine.exercise, engine.options
        start = {
            "exercise": str(exercise.folder.resolve()),
            "options": asdict(options),
            "memo": engine.memo,
        }
        seconds = options.seconds or exercise.policy.seconds
        lent = self.session if self.runs_code else None
        return WorkerProcess(engine.module, start, seconds, lent)

    def close(self) -> None:
        """End every worker, and the fork server."""
        super().close()
        self.session.close()
