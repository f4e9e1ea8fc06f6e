"""Server, workers and database are killed at random points under load; nothing that was
acknowledged is lost, and nothing is graded twice.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from autograder.service import blobs
from autograder.service.database import Database
from autograder.service.doors import Doors
from autograder.service.roster import enrol
from autograder.service.tables import File, Job, Person, Submission, Worker
from autograder.submission.roster import Student
from tests.conftest import HEAD
from tests.service.postgres import Server, binaries

pytestmark = pytest.mark.slow

EXERCISE = "questions: [{id: sum, kind: expression, title: Sum, points: 2, symbols: {n: integer}, answer: n + 1}]\n"
STUDENTS, EACH = 4, 8
KILLS = 8


class Process:
    """A process of the service that is started again whenever it has ended, as an init system does."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = [sys.executable, "-m", "autograder", *arguments]
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.start()
        threading.Thread(target=self.keep, daemon=True).start()

    def keep(self) -> None:
        while not self.over.wait(0.5):
            with self.lock:
                if self.process.poll() is not None:
                    self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        with self.lock:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def end(self) -> None:
        self.over.set()
        self.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def hand_in(port: int, cookie: str, token: str, text: str, data: bytes) -> str | None:
    """The id of a submission that was acknowledged; None when the service did not answer."""
    body, kind = multipart({"form_token": token, "sum": text}, data)
    headers = {"Cookie": f"visit={cookie}", "Content-Type": kind}
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/exercises/sample/hand-in", body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return answer.headers["Location"].rpartition("/")[2] if answer.status == 303 else None


def multipart(fields: dict[str, str], data: bytes) -> tuple[bytes, str]:
    """A form with these fields and one file, and its content type."""
    edge = "a-line-that-is-in-no-file"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="notes.py"\r\n\r\n'
    )
    end = f"\r\n--{edge}--\r\n".encode()
    return "".join(parts).encode() + data + end, f"multipart/form-data; boundary={edge}"


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Server | None]]:
    """A database's URL, and its server where it is one that can be killed."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'service.db'}", None
        return
    if binaries() is None:
        pytest.skip("PostgreSQL's server is not installed")
    server = Server(durable=True)
    yield server.new_database("service"), server
    server.close()


def test_nothing_is_lost_and_nothing_is_graded_twice(
    engine: tuple[str, Server | None], tmp_path: Path
) -> None:
    url, postgres = engine
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "exercise.yaml").write_text(HEAD + EXERCISE, encoding="utf-8")
    database = Database(url)
    database.upgrade()
    doors = Doors(database)
    with database.begin() as session:
        enrol(session, [Student(f"S{n}", str(n)) for n in range(STUDENTS)])
        cookies = [doors.cookie(person) for person in session.scalars(select(Person))]
    port = free_port()
    common = ("--database", url, "--lease", "3")
    serve = Process(
        "serve",
        str(folder),
        "--folder",
        str(tmp_path),
        "--port",
        str(port),
        "--workers",
        "0",
        *common,
    )
    workers = [Process("worker", *common) for _ in range(2)]
    acknowledged: dict[str, tuple[str, bytes]] = {}
    kills: list[Callable[[], None]] = [serve.kill, workers[0].kill, workers[1].kill]
    if postgres is not None:
        kills.append(lambda: (postgres.kill(), postgres.start()))  # type: ignore[arg-type]
    chance = random.Random(7)

    def student(cookie: str) -> None:
        token = doors.form_token(cookie)
        for number in range(EACH):
            text, data = f"n + {number}", b"# " + os.urandom(10_000).hex().encode()
            while (found := hand_in(port, cookie, token, text, data)) is None:
                time.sleep(0.2)
            acknowledged[found] = text, data
            time.sleep(chance.uniform(0, 1.5))

    threads = [threading.Thread(target=student, args=(cookie,)) for cookie in cookies]
    try:
        for thread in threads:
            thread.start()
        for place in range(KILLS):
            time.sleep(chance.uniform(0.5, 2.5))
            kills[place % len(kills)]()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()
        wait_until_done(database, 120)
    finally:
        for process in (serve, *workers):
            process.end()
    check(database, acknowledged)
    database.close()


def wait_until_done(database: Database, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with database.read() as session:
            left = session.scalars(select(Job.id).where(Job.state.in_(("waiting", "leased")))).all()
        if not left:
            return
        assert time.monotonic() < deadline, f"{len(left)} jobs are not done"
        time.sleep(0.3)


def check(database: Database, acknowledged: Mapping[str, tuple[str, bytes]]) -> None:
    """Every acknowledged submission is there, byte for byte, with one right result."""
    assert len(acknowledged) == STUDENTS * EACH
    with database.read() as session:
        stored = set(session.scalars(select(Submission.id)))
        jobs = session.scalars(select(Job)).all()
        for submission, (text, data) in acknowledged.items():
            files = session.scalars(select(File).where(File.submission == submission))
            found = {file.name: blobs.get(session, file.blob) for file in files}
            assert found == {"answers.yaml": f"sum: {text}\n".encode(), "notes.py": data}
        delivered = sum(session.scalars(select(Worker.graded)))
    assert set(acknowledged) <= stored
    assert sorted(job.submission for job in jobs) == sorted(stored)
    # A result is counted in the transaction that keeps it.
    assert delivered == len(jobs)
    for job in jobs:
        assert (job.state, job.problem) == ("done", "")
        (outcome,) = json.loads(job.record or "")["outcomes"]
        read = re.sub(r"\s", "", outcome["read_plain"])
        assert outcome["credit"] == (1.0 if read == "n+1" else 0.0), outcome
