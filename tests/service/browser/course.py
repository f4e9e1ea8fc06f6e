"""A small course that really runs: its exercise, a notebook that answers it, a server and a worker."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.settings import Settings
from autograder.service.tables import Person
from autograder.service.web.app import make_app
from autograder.service.web.guard import Rates
from autograder.service.worker import Worker
from autograder.submission.roster import Student
from tests.chromium import PATIENCE
from tests.conftest import HEAD
from tests.corpus.case import notebook_json
from tests.service.test_kills import free_port

# Ids of questions: width (formula), pick (choice), why (text for a person), area (code).
EXERCISE = r"""
course: A course
code: {notebook: work.ipynb}
policy: {checks: 3, hints_after: 2}
symbols: {W: positive integer, K: positive integer}
sections:
  - {id: theory, title: Theory, text: "Let $W$ be the width of the input and $K$ of the kernel."}
  - {id: code, title: Code}
questions:
  - id: width
    kind: expression
    section: theory
    title: The width
    points: 2
    prompt: "How wide is the output, in terms of $W$ and $K$?"
    answer: W - K + 1
    hint: "Try W = 3 and K = 2 on paper."
    mistakes: [{answer: W - K, credit: 0.5, feedback: "One place more: count both ends."}]
  - {id: pick, kind: choice, section: theory, title: The stride, prompt: "A larger stride makes the output",
     options: {a: {label: larger}, b: {label: smaller}}, answer: b}
  - {id: why, kind: text, section: theory, title: Why, points: 3, prompt: "Say why.",
     rubric: [{says: "It counts the places of the kernel."}]}
  - id: area
    kind: function
    section: code
    title: The area
    points: 2
    prompt: "Write `area(n)`, the number of pixels of a square image with `n` a side."
    name: area
    reference: right.py:area
    arguments: {n: {integer: [1, 9]}}
    cases: 5
"""
RIGHT = "def area(n):\n    return n * n\n"


def write_exercise(folder: Path) -> Path:
    """The exercise as an instructor keeps it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "exercise.yaml").write_text(HEAD + EXERCISE, encoding="utf-8")
    (folder / "right.py").write_text(RIGHT, encoding="utf-8")
    return folder


def notebook(code: str = RIGHT) -> bytes:
    """A notebook, as a student downloads it from where they work."""
    cells = [("text", "# My work"), ("imports", "import math"), ("answer", code)]
    return notebook_json(cells).encode()


@dataclass
class Running:
    """A service whose server and worker run in threads."""

    service: Service
    url: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def student(self, name: str = "") -> str:
        """Enrol somebody; returns the name."""
        number = next(self._numbers)
        name = name or f"Student {number}"
        with self.service.database.begin() as session:
            enrol(session, [Student(name, str(1000 + number), f"s{number}@x.org")])
        return name

    def link(self, name: str) -> str:
        """A new link for somebody who is enrolled, or for the `Instructor`."""
        with self.service.database.begin() as session:
            if name == "Instructor":
                person = self.service.instructor(session)
            else:
                person = session.query(Person).where(Person.name == name).one()
            return f"{self.url}/enter/{self.service.doors.invite(session, person.id)}"

    def wait_until_graded(self, seconds: float = PATIENCE) -> None:
        """Wait until the worker has nothing left to do."""
        until(self._is_idle, seconds)

    def _is_idle(self) -> bool:
        health = self.service.queue.health()
        return health.waiting + health.leased == 0


@contextmanager
def run_service(
    folder: Path, exercises: Sequence[Path], *, worker: bool = True
) -> Iterator[Running]:
    """Open a service in a folder and let it run."""
    port = free_port()
    with Service.open(Settings(folder, port=port)) as service:
        service.publish(list(exercises))
        service.checkers.seconds = PATIENCE  # a busy machine starts them slowly
        service.checkers.start()
        app = make_app(service)
        # All visitors of a test come from one address, and a test types faster than anybody.
        app.state.rates = Rates(itertools.count(0, 1_000).__next__)
        server = uvicorn.Server(
            uvicorn.Config(
                app, port=port, log_level="error", ws="none", timeout_graceful_shutdown=2
            )
        )
        with _threads(server, Worker(service.database) if worker else None):
            until(lambda: server.started)
            yield Running(service, f"http://127.0.0.1:{port}")


@contextmanager
def _threads(server: uvicorn.Server, worker: Worker | None) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=server.run)]
    if worker is not None:
        threads.append(threading.Thread(target=worker.run, args=(stop,)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        stop.set()
        for thread in threads:
            thread.join()


def until(holds: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
    return found
