"""A service with a small exercise and a class, as tests of its pages visit it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event, select
from starlette.testclient import TestClient

from autograder.service.roster import enrol
from autograder.service.service import Service
from autograder.service.settings import Settings
from autograder.service.tables import Person
from autograder.service.web.app import make_app
from autograder.service.worker import Worker
from autograder.submission.roster import Student
from tests.conftest import HEAD


@dataclass
class Site:
    """An opened service; `names` of its students are in the roster."""

    service: Service
    folder: Path

    def visit(self, name: str = "Instructor") -> Visitor:
        """A browser in which somebody has come in."""
        with self.service.database.begin() as session:
            if name == "Instructor":
                person = self.service.instructor(session)
            else:
                person = session.scalars(select(Person).where(Person.name == name)).one()
            secret = self.service.doors.invite(session, person.id)
        return Visitor(self.service, secret)

    def work(self) -> None:
        """Do what a worker does, until nothing waits."""
        worker = Worker(self.service.database, name="here")
        try:
            while (claim := self.service.queue.claim("here")) is not None:
                worker.work(claim)
        finally:
            worker.close()

    @contextlib.contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collects what is asked of the database."""
        seen: list[str] = []

        def note(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        engine = self.service.database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)


class Visitor:
    """A browser that came in."""

    def __init__(self, service: Service, secret: str) -> None:
        self.client = TestClient(make_app(service), follow_redirects=False)
        assert self.client.post(f"/enter/{secret}").status_code == 303

    def get(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    def post(self, path: str, data: dict | None = None, **more: object):
        """Send a form of this visit."""
        found = re.search(r'data-form-token="(\w+)"', self.client.get("/").text)
        assert found
        return self.client.post(path, data={"form_token": found[1], **(data or {})}, **more)

    def hand_in(self, data: dict | None = None, files: list | None = None) -> str:
        """Hand in for the sample; the address of the submission."""
        answer = self.post("/exercises/sample/hand-in", data, files=files or [("files", ("", b""))])
        assert answer.status_code == 303, answer.text
        address: str = answer.headers["location"]
        return address


@contextlib.contextmanager
def open_site(place: Path, spec: str, names: list[str]) -> Iterator[Site]:
    """A service whose one exercise is `sample`, with a class of these names."""
    folder = place / "sample"
    folder.mkdir()
    (folder / "exercise.yaml").write_text(HEAD + spec, encoding="utf-8")
    with Service.open(Settings(place / "service", url="http://testserver")) as service:
        service.publish([folder])
        service.checkers.seconds = 60.0  # a busy machine starts them slowly
        with service.database.begin() as session:
            enrol(session, [Student(n, str(i), f"{n.lower()}@x.org") for i, n in enumerate(names)])
        yield Site(service, folder)
