"""What runs beside the server is kept running, and does not outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.service.database import Database
from autograder.service.queue import Queue
from autograder.service.supervise import Supervised


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    database = Database(f"sqlite:///{tmp_path / 'service.db'}")
    database.upgrade()
    yield database.url
    database.close()


def test_a_worker_that_dies_is_started_again_after_pauses_that_grow(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.service.supervise._FIRST_PAUSE", 0.1)
    said: list[str] = []
    arguments, variables = ["worker", "--attached"], {"AUTOGRADER_DATABASE": url}
    with Supervised(arguments, variables, said.append) as one:
        for number in range(3):
            last = one.pid
            os.kill(last, signal.SIGKILL)
            until(lambda last=last: one.pid != last)
            assert len(said) == number + 1
    pauses = ("0.1", "0.2", "0.4")
    assert said == [f"the worker ended by signal 9; another starts in {p} s" for p in pauses]
    with pytest.raises(ProcessLookupError):
        os.kill(one.pid, 0)


def test_a_worker_does_not_outlive_a_server_that_is_killed(url: str) -> None:
    program = (
        "import time\nfrom autograder.service.supervise import Supervised\n"
        f"with Supervised(['worker', '--attached'], {{'AUTOGRADER_DATABASE': {url!r}}}, print) as one:\n"
        "    print(one.pid, flush=True)\n    time.sleep(600)\n"
    )
    server = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    worker = Path(f"/proc/{int(server.stdout.readline())}")
    until(lambda: b"worker" in (worker / "cmdline").read_bytes())
    server.kill()
    server.wait()
    server.stdout.close()
    until(lambda: not worker.exists() or b"worker" not in (worker / "cmdline").read_bytes())


def test_a_worker_that_is_told_to_end_does_so_without_a_word(url: str) -> None:
    """Its standard input is still open then, which the interpreter must not trip over."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "autograder", "worker", "--attached"],
        env={**os.environ, "AUTOGRADER_DATABASE": url},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    database = Database(url)
    until(lambda: bool(Queue(database).health().workers))
    worker.terminate()
    assert worker.wait(60) == 0
    database.close()
    assert worker.stdin is not None
    assert worker.stderr is not None
    worker.stdin.close()
    said = worker.stderr.read().decode()
    worker.stderr.close()
    assert "Fatal" not in said
