"""Jobs are done once, by whoever holds the lease, and never lost."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import select

from autograder.service import blobs
from autograder.service.database import Database
from autograder.service.queue import MOST_ATTEMPTS, Claim, Queue
from autograder.service.tables import Job, Person, Submission, Version


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self, session: object) -> float:
        return self.seconds


@pytest.fixture
def clock(database: Database, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(database, "now", clock)
    return clock


@pytest.fixture
def hand_in(database: Database) -> Callable[[str], None]:
    """Adds a submission of this id with its job."""
    with database.begin() as session:
        session.add(
            Version(exercise="e", bundle=blobs.put(database, session, b"bundle"), created=0.0)
        )
        session.add(Person(role="student"))

    def add(identifier: str) -> None:
        with database.begin() as session:
            session.add(Submission(id=identifier, exercise="e", person=1, created=0.0))
            session.flush()
            Queue(database).add(session, identifier, 1)

    return add


def state_of(database: Database, identifier: str) -> Job:
    with database.read() as session:
        job = session.scalar(select(Job).where(Job.submission == identifier))
        assert job is not None
        return job


def claimed(queue: Queue, worker: str = "w") -> Claim:
    claim = queue.claim(worker)
    assert claim is not None
    return claim


def test_jobs_are_claimed_in_order_each_once(database: Database, hand_in: Callable) -> None:
    queue = Queue(database)
    for name in ("a", "b"):
        hand_in(name)
    assert [claimed(queue).submission, claimed(queue).submission] == ["a", "b"]
    assert queue.claim("w") is None


def test_a_submission_has_one_job_for_a_version(database: Database, hand_in: Callable) -> None:
    hand_in("a")
    with database.begin() as session:
        Queue(database).add(session, "a", 1)
    assert Queue(database).health().waiting == 1


def test_a_result_is_kept(database: Database, hand_in: Callable) -> None:
    queue = Queue(database)
    hand_in("a")
    claim = claimed(queue)
    assert queue.renew(claim, {"part": 1}, done=1)
    assert (state_of(database, "a").done, state_of(database, "a").state) == (1, "leased")
    assert queue.finish(claim, {"grade": 7})
    job = state_of(database, "a")
    assert (job.state, json.loads(job.record or "")) == ("done", {"grade": 7})
    assert not queue.finish(claim, {"grade": 8})
    assert not queue.renew(claim)
    assert queue.health().workers == ("w",)


def test_a_lease_that_runs_out_frees_the_job(
    database: Database, hand_in: Callable, clock: Clock
) -> None:
    queue = Queue(database, lease_seconds=30)
    hand_in("a")
    dead = claimed(queue, "dead")
    clock.seconds += 29
    assert queue.claim("alive") is None
    clock.seconds += 2
    alive = claimed(queue, "alive")
    assert (alive.job, alive.attempt) == (dead.job, 2)
    assert not queue.finish(dead, {"grade": "late"})
    assert not queue.renew(dead)
    assert not queue.fail(dead, "late")
    assert queue.finish(alive, {"grade": "right"})
    assert json.loads(state_of(database, "a").record or "") == {"grade": "right"}


def test_renewing_keeps_the_job(database: Database, hand_in: Callable, clock: Clock) -> None:
    queue = Queue(database, lease_seconds=30)
    hand_in("a")
    claim = claimed(queue)
    for _ in range(5):
        clock.seconds += 20
        assert queue.renew(claim)
    assert queue.claim("other") is None


def test_a_job_that_kills_its_workers_fails_through_our_fault(
    database: Database, hand_in: Callable, clock: Clock
) -> None:
    queue = Queue(database, lease_seconds=30)
    hand_in("poison")
    for _ in range(MOST_ATTEMPTS):
        assert claimed(queue).submission == "poison"
        clock.seconds += 31
    hand_in("innocent")
    assert claimed(queue).submission == "innocent"
    job = state_of(database, "poison")
    assert (job.state, job.record) == ("failed", None)
    assert "workers" in job.problem


def test_what_was_tried_least_comes_first(
    database: Database, hand_in: Callable, clock: Clock
) -> None:
    queue = Queue(database, lease_seconds=30)
    hand_in("poison")
    claimed(queue)
    hand_in("innocent")
    clock.seconds += 31
    assert claimed(queue).submission == "innocent"


def test_a_worker_that_stops_gives_its_job_back(database: Database, hand_in: Callable) -> None:
    queue = Queue(database)
    hand_in("a")
    queue.release(claimed(queue))
    again = claimed(queue)
    assert (again.submission, again.attempt) == ("a", 1)


def test_a_job_whose_process_dies_is_tried_again_and_fails_at_last(
    database: Database, hand_in: Callable
) -> None:
    queue = Queue(database)
    hand_in("poison")
    for number in range(MOST_ATTEMPTS):
        claim = claimed(queue)
        assert claim.attempt == number + 1
        queue.renew(claim, {"part": 1}, done=1)
        queue.lose(claim, "ended by signal 9")
    job = state_of(database, "poison")
    assert (job.state, job.problem, job.record) == ("failed", "ended by signal 9", None)
    assert not queue.is_waiting()


def test_many_workers_at_once_do_each_job_once(database: Database, hand_in: Callable) -> None:
    names = [f"s{number:02}" for number in range(40)]
    for name in names:
        hand_in(name)
    done: list[str] = []

    def work(worker: str) -> None:
        queue = Queue(database)
        while (claim := queue.claim(worker)) is not None:
            assert queue.finish(claim, {"by": worker})
            done.append(claim.submission)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == names
    assert Queue(database).health().done == 40


def test_leases_are_of_the_database_s_time_whatever_a_machine_s_clock_says(
    database: Database, hand_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's machine is the only one; of PostgreSQL's many, one clock may be a day fast."""
    here = time.time
    hand_in("a")
    claimed(Queue(database), "right")
    if not database.is_sqlite:
        monkeypatch.setattr(time, "time", lambda: here() + 86_400)
    assert Queue(database).claim("fast") is None
    assert not Queue(database).is_waiting()
    assert Queue(database).health().workers == ("fast", "right")
