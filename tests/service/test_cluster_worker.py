"""A worker whose gradings run on the two nodes of a Ray cluster."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.exercise.model import Exercise
from autograder.service.claims import Unfit
from autograder.service.database import Database
from autograder.service.worker import Worker
from tests.grading.cluster.conftest import Nodes, cluster
from tests.service.courses import POISONED, Course, until, without_times, working

pytestmark = pytest.mark.slow
__all__ = ["cluster"]


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    database = Database(f"sqlite:///{tmp_path / 'service.db'}")
    database.upgrade()
    course = Course(database, tmp_path / "sample")
    yield course
    course.exercises.close()
    database.close()


def record(course: Course, submission: str) -> dict:
    job = course.job(submission)
    assert (job.state, job.attempts) == ("done", 1)
    return without_times(json.loads(job.record or ""))


def test_what_it_gives_is_what_a_local_worker_gives(course: Course, cluster: Nodes) -> None:
    answers = ("n + 1", "1 + n", "n", "n +", "")
    here = [course.hand_in(answer) for answer in answers]
    Worker(course.database).run(threading.Event(), until_idle=True)
    there = [course.hand_in(answer) for answer in answers]
    said: list[str] = []
    worker = Worker(course.database, cluster=cluster.address)
    with working(worker, said.append):
        until(lambda: all(course.job(name).state == "done" for name in there))
    assert said[0] == "Grading in 2 processes on 2 nodes of the cluster"
    assert [record(course, name) for name in here] == [record(course, name) for name in there]


def test_what_was_on_a_node_that_is_lost_is_claimed_again(course: Course, cluster: Nodes) -> None:
    slow = [course.hand_in(f"n + {number} + POISON-SLOW") for number in range(6)]
    with working(Worker(course.database, cluster=cluster.address, module=POISONED)):
        until(lambda: [course.job(name).state for name in slow].count("leased") == 2)
        cluster.tell("lose")
        until(lambda: all(course.job(name).state == "done" for name in slow))
        cluster.tell("add")
    attempts = [course.job(name).attempts for name in slow]
    assert sum(attempts) == len(slow) + 1, attempts


def test_data_that_has_not_travelled_is_no_student_s_fault(
    course: Course, cluster: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.service.cluster._data_in_use", lambda claims: set())
    monkeypatch.setattr("autograder.service.cluster.data_sets", _named)
    name = course.hand_in("n + 1")
    with pytest.raises(Unfit, match="the data set mnist is new; start this worker again"):
        Worker(course.database, cluster=cluster.address).run(threading.Event())
    assert (course.job(name).state, course.job(name).attempts) == ("waiting", 0)


def _named(exercise: Exercise) -> set[str]:
    return {"mnist"}
