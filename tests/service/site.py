"""A service with an exercise and a class of a test's own, and what is asked of its database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event

from autograder.service.service import Service
from tests.service.visitors import Visitor, come_in, serving, work


@dataclass
class Site:
    """An opened service, and the folder of its exercise `sample`."""

    service: Service
    folder: Path

    def visit(self, name: str = "Instructor") -> Visitor:
        """A browser in which somebody has come in."""
        return come_in(self.service, name)

    def hand_in(self, name: str, answers: dict[str, str], files: list | None = None) -> str:
        """Let a student hand in; the submission's id."""
        return self.visit(name).hand_in(answers, files).rpartition("/")[2]

    def work(self) -> None:
        """Do what a worker does, until nothing waits."""
        work(self.service)

    def republish(self, old: str, new: str) -> None:
        """Publish the exercise with a change to its spec."""
        spec = self.folder / "exercise.yaml"
        text = spec.read_text(encoding="utf-8")
        assert old in text
        spec.write_text(text.replace(old, new), encoding="utf-8")
        assert self.service.publish([self.folder]) == ["sample"]

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


@contextlib.contextmanager
def open_site(
    place: Path, spec: str, names: Sequence[str] = ("Ada", "Bob"), database: str = ""
) -> Iterator[Site]:
    """A service with an exercise of this spec and students of these names."""
    with serving(place, spec, names, database) as service:
        yield Site(service, place / "exercise")
