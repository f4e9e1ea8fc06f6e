"""Browsers that come into a service, and the work that its workers do, both in the test's own process."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from starlette.testclient import TestClient

from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.settings import Settings
from autograder.service.tables import Person
from autograder.service.web.app import make_app
from autograder.service.worker import Worker
from autograder.submission.roster import Student
from tests.conftest import HEAD

EXERCISE = """
policy: {checks: 2, hints_after: 2}
symbols: {W: positive integer, K: positive integer}
questions:
  - {id: width, kind: expression, title: The width, points: 2, prompt: "What is $W-K$ <b>?</b>",
     answer: W - K, hint: "Subtract.",
     mistakes: [{answer: W + K, feedback: "You added."}]}
  - {id: pick, kind: choice, title: Pick, options: {a: {label: one}, b: {label: two}}, answer: b}
  - {id: secret, kind: expression, title: Hidden, visibility: hidden, answer: W}
  - {id: why, kind: text, title: Why, points: 3, rubric: [{says: "It says it."}]}
"""


@contextlib.contextmanager
def serving(
    place: Path,
    spec: str = EXERCISE,
    names: Sequence[str] = ("Ada", "Bob"),
    database: str = "",
) -> Iterator[Service]:
    """A service with one exercise and these students, numbered from 1."""
    folder = place / "exercise"
    folder.mkdir()
    (folder / "exercise.yaml").write_text(HEAD + spec, encoding="utf-8")
    with Service.open(
        Settings(place / "service", url="http://testserver", database=database)
    ) as opened:
        assert opened.publish([folder]) == ["sample"]
        assert opened.publish([folder]) == []
        opened.checkers.seconds = 60.0  # a busy machine starts them slowly
        with opened.database.begin() as session:
            numbered = enumerate(names, 1)
            enrol(session, [Student(n, str(i), f"{n.lower()}@x.org") for i, n in numbered])
        yield opened


class Visitor:
    """A browser that came in."""

    def __init__(self, service: Service, secret: str) -> None:
        self.client = TestClient(make_app(service), follow_redirects=False)
        assert self.client.get(f"/enter/{secret}").status_code == 200
        assert self.client.post(f"/enter/{secret}").status_code == 303

    def token(self) -> str:
        found = re.search(r'data-form-token="(\w+)"', self.client.get("/").text)
        assert found
        return found[1]

    def get(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    def post(self, path: str, data: dict | None = None, **more: object):
        return self.client.post(path, data={"form_token": self.token(), **(data or {})}, **more)

    def ask(self, path: str, content: object):
        return self.client.post(path, json=content, headers={"X-Form-Token": self.token()})

    def hand_in(self, data: dict | None = None, files: list | None = None) -> str:
        answer = self.post("/exercises/sample/hand-in", data, files=files or [("files", ("", b""))])
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


def come_in(service: Service, name: str) -> Visitor:
    """Let a student of this name in, or the instructor."""
    with service.database.begin() as session:
        if name == "Instructor":
            person = service.instructor(session)
        else:
            person = next(p for p in session.query(Person) if p.name == name)
        secret = service.doors.invite(session, person.id)
    return Visitor(service, secret)


def work(service: Service) -> None:
    """Do what a worker does, until nothing waits."""
    Worker(service.database, name="here").run(threading.Event(), until_idle=True)
