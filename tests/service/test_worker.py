"""A worker grades what waits, loses nothing when it is stopped, and survives what it grades."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from autograder.checks.record import grade_record
from autograder.errors import UsageError
from autograder.grading.grade import Options, grade_files
from autograder.grading.session import Session
from autograder.service import program
from autograder.service.database import Database
from autograder.service.hand_in import accept
from autograder.service.queue import MOST_ATTEMPTS, Queue
from autograder.service.tables import Setting
from autograder.service.worker import Worker
from autograder.submission.files import FileSet
from tests.service.courses import POISONED, Course, until, without_times, working


@pytest.fixture
def course(database: Database, tmp_path: Path) -> Iterator[Course]:
    course = Course(database, tmp_path / "sample")
    yield course
    course.exercises.close()


def test_what_it_gives_is_what_grading_gives(course: Course) -> None:
    answers = ("n + 1", "1 + n", "n", "n +", "n + 1")
    names = [course.hand_in(answer) for answer in answers]
    Worker(course.database, jobs=2).run(threading.Event(), until_idle=True)
    for name, answer in zip(names, answers, strict=True):
        files = FileSet()
        files.add("answers.yaml", f"sum: {answer}\nwhy: because\n".encode())
        with Session() as session:
            wanted = grade_record(grade_files(course.exercise, files, Options(), session))
        job = course.job(name)
        assert (job.state, job.attempts) == ("done", 1)
        assert without_times(json.loads(job.record or "")) == without_times(
            json.loads(json.dumps(wanted))
        )


def test_one_that_is_stopped_gives_back_what_it_has_in_hand(course: Course) -> None:
    names = [course.hand_in("POISON-HANG"), course.hand_in("POISON-HANG")]
    worker = Worker(course.database, jobs=2, module=POISONED)
    with working(worker) as stop:
        until(lambda: all(course.job(name).state == "leased" for name in names))
        # What it knows already is shown meanwhile.
        until(lambda: course.job(names[0]).done == 2)
        began = time.monotonic()
        stop.set()
    assert time.monotonic() - began < 10
    for name in names:
        job = course.job(name)
        assert (job.state, job.attempts, job.lease, job.record) == ("waiting", 0, None, None)


def test_a_grading_that_kills_or_hangs_its_process_harms_no_other(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.grading.batch.crew.MARGIN_SECONDS", -4.0)
    kills, hangs, raises = (course.hand_in(f"POISON-{w}") for w in ("KILL", "HANG", "RAISE"))
    well = [course.hand_in(f"n + {number}") for number in range(5)]
    Worker(course.database, module=POISONED).run(threading.Event(), until_idle=True)
    assert all((course.job(name).state, course.job(name).attempts) == ("done", 1) for name in well)
    job = course.job(kills)
    assert (job.state, job.attempts) == ("failed", MOST_ATTEMPTS)
    assert "ended by signal 9" in job.problem
    job = course.job(hangs)
    assert (job.state, job.attempts) == ("failed", MOST_ATTEMPTS)
    assert "took too long" in job.problem
    # A second try of this would end the same way.
    job = course.job(raises)
    assert (job.state, job.attempts, job.problem) == ("failed", 1, "RuntimeError: poisoned")


def test_what_cannot_be_read_is_graded_as_empty_with_a_note(course: Course) -> None:
    with course.database.begin() as session:
        version = course.exercises.newest(session, "sample")
        assert version is not None
        name = accept(course.database, session, 1, version, {"a.zip": b"PK\3\4broken"}, {})
    Worker(course.database).run(threading.Event(), until_idle=True)
    job = course.job(name)
    assert job.state == "done"
    assert "was not read" in json.loads(job.record or "")["notes"][0]


def test_a_result_waits_for_a_database_that_does_not_answer(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    monkeypatch.setattr("autograder.service.claims._LOST_SECONDS", 0.1)
    queue, failures = Queue(course.database), iter(range(3))
    finish = queue.finish

    def unreliable(*arguments: object) -> bool:
        if next(failures, None) is not None:
            raise OperationalError("update", {}, Exception("gone"))
        return finish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(queue, "finish", unreliable)
    name = course.hand_in("n + 1")
    said: list[str] = []
    worker = Worker(course.database, queue=queue)
    worker.run(threading.Event(), said.append, until_idle=True)
    assert (course.job(name).state, course.job(name).attempts) == ("done", 1)
    assert said.count("the database does not answer: gone") == 3


def test_a_worker_of_another_version_is_refused_in_one_line(course: Course) -> None:
    name = course.hand_in("n + 1")
    program.announce(course.database)
    program.check(course.database)
    with course.database.begin() as session:
        session.get_one(Setting, "program").value = "0.0.1 (abcdef)"
    with pytest.raises(UsageError, match=r"the service runs autograder 0\.0\.1 \(abcdef\)") as told:
        Worker(course.database).run(threading.Event(), until_idle=True)
    assert "\n" not in str(told.value)
    assert course.job(name).attempts == 0


def test_tables_of_another_version_are_refused_in_one_line(course: Course, tmp_path: Path) -> None:
    with course.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(UsageError, match="tables are of version 0000"):
        Worker(course.database).run(threading.Event(), until_idle=True)
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(UsageError, match="start `autograder serve` first"):
        Worker(empty).run(threading.Event(), until_idle=True)
    empty.close()
