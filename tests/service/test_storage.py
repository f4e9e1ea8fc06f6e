"""A disk that is full and a database that is gone: nothing is confirmed that is not stored."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from autograder.service.service import Service
from autograder.service.tables import Blob, Job, Submission
from autograder.service.web.events import Progress, Watch
from autograder.service.worker import Worker
from tests.service.courses import until, working
from tests.service.postgres import Server, binaries
from tests.service.visitors import come_in, serving

LARGE = os.urandom(300_000)


class Disk:
    """The disk below SQLite, which is full when a test says so."""

    def __init__(self, service: Service) -> None:
        self.is_full = False
        event.listen(service.database.engine, "checkout", self._limit)

    def _limit(self, connection: Any, *_: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages if self.is_full else 1 << 30}")


def counted(service: Service) -> list[int]:
    with service.database.read() as session:
        found = [
            session.scalar(select(func.count()).select_from(t)) for t in (Submission, Job, Blob)
        ]
    return [number or 0 for number in found]


def test_on_a_full_disk_nothing_is_confirmed_and_nothing_half_stored(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        disk, ada = Disk(service), come_in(service, "Ada")
        kept = ada.hand_in({"width": "W - K"})
        before = counted(service)
        disk.is_full = True
        files = [("files", ("notes.md", LARGE))]
        answer = ada.post("/exercises/sample/hand-in", files=files)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert "This was not stored" in answer.text
        assert "What was confirmed before is safe" in answer.text
        assert counted(service) == before
        assert ada.client.get(kept).status_code == 200
        with service.database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        disk.is_full = False
        address = ada.hand_in(files=files)
        assert ada.client.get(address).status_code == 200
        assert counted(service)[0] == before[0] + 1


@pytest.fixture
def server() -> Iterator[Server]:
    if binaries() is None:
        pytest.skip("PostgreSQL's server is not installed")
    server = Server(durable=True)
    yield server
    server.close()


@pytest.mark.slow
def test_a_database_that_comes_back_is_used_again_by_server_and_worker(
    server: Server, tmp_path: Path
) -> None:
    with serving(tmp_path, database=server.new_database("service")) as service:
        ada = come_in(service, "Ada")
        first = ada.hand_in({"width": "W - K"})
        said: list[str] = []
        with working(Worker(service.database), said.append):
            until(lambda: "done" in states(service))
            token = ada.token()
            server.kill()
            answers = [
                ada.client.get("/"),
                ada.client.get(first),
                ada.client.get("/health"),
                ada.client.post(
                    "/exercises/sample/hand-in", data={"form_token": token, "width": "W"}
                ),
            ]
            assert [answer.status_code for answer in answers] == [503] * 4
            assert "storage does not answer" in answers[0].text
            assert "not stored" in answers[3].text
            until(lambda: any("does not answer" in line for line in said))
            server.start()
            until(lambda: ada.client.get("/health").status_code == 200)
            second = ada.hand_in({"width": "W"})
            until(lambda: states(service) == ["done", "done"])
        assert ada.client.get(first).status_code == ada.client.get(second).status_code == 200


def states(service: Service) -> list[str]:
    with service.database.read() as session:
        return sorted(session.scalars(select(Job.state)))


def test_progress_is_told_again_after_the_database_was_away(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        name = come_in(service, "Ada").hand_in({"width": "W"}).rpartition("/")[2]
        watch, failures = Watch(service.database, look_seconds=0.01), iter(range(3))
        read = watch._read

        def unreliable(submissions: list[str]) -> dict[str, Progress]:
            if next(failures, None) is not None:
                raise OperationalError("select", {}, Exception("gone"))
            return read(submissions)

        watch._read = unreliable  # type: ignore[method-assign]

        async def first() -> str:
            return await asyncio.wait_for(anext(watch.follow(name)), 60)

        assert '"state": "waiting"' in asyncio.run(first())
