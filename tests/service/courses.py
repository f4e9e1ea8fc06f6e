"""A course with one small exercise, a student who hands in, and a worker in a thread."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select

from autograder.checks.catalogue import load
from autograder.exercise.model import Exercise
from autograder.service.database import Database
from autograder.service.exercises import Exercises
from autograder.service.hand_in import accept
from autograder.service.tables import Job, Person
from autograder.service.worker import Worker
from tests.conftest import HEAD

POISONED = "tests.service.poisoned"
PATIENCE = 60.0
EXERCISE = (
    HEAD
    + """
policy: {seconds: 10}
questions:
  - {id: sum, kind: expression, title: Sum, points: 2, symbols: {n: integer}, answer: n + 1}
  - {id: why, kind: text, title: Why, points: 1, rubric: [{says: It says why.}]}
"""
)


class Course:
    """A published exercise, and a student who hands in."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        folder.mkdir(exist_ok=True)
        (folder / "exercise.yaml").write_text(EXERCISE, encoding="utf-8")
        self.exercise: Exercise = load(folder)
        self.exercises = Exercises(database)
        with database.begin() as session:
            self.exercises.publish(session, self.exercise)
            session.add(Person(role="student"))

    def hand_in(self, answer: str) -> str:
        with self.database.begin() as session:
            version = self.exercises.newest(session, "sample")
            assert version is not None
            typed = {"sum": answer, "why": "because"}
            return accept(self.database, session, 1, version, {}, typed)

    def job(self, submission: str) -> Job:
        with self.database.read() as session:
            return session.scalars(select(Job).where(Job.submission == submission)).one()


@contextlib.contextmanager
def working(
    worker: Worker, say: Callable[[str], None] = lambda line: None
) -> Iterator[threading.Event]:
    """The worker in a thread, until the end or the event."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop, say))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def without_times(record: dict) -> dict:
    outcomes = [{**outcome, "seconds": 0} for outcome in record["outcomes"]]
    return {**record, "outcomes": outcomes, "seconds": 0}
