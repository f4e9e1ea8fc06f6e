"""A pytest plugin: every known submission of an exercise is a test, question by question.

In a course's own repository `pytest` collects each `exercise.yaml` it meets as items such as
`epfl-cs433-ps09::cnn-padding-0::cnn`. `pytest --update` writes what was found into the expectations
and shows what that changed. Heavy imports wait until there is something to grade.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograder.authoring.known import Known
    from autograder.checks.grade import Grade
    from autograder.exercise.model import Exercise
    from autograder.grading.session import Session

_SESSION = pytest.StashKey["Session"]()
_CHANGES = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` takes what is found for what is expected."""
    group = parser.getgroup("autograder", "known submissions of exercises")
    group.addoption(
        "--update",
        action="store_true",
        help="rewrite the expectations of known submissions to what they get now",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """An exercise is a file of tests."""
    if file_path.name != "exercise.yaml" or not (file_path.parent / "submissions").is_dir():
        return None
    file: pytest.Collector = ExerciseFile.from_parent(parent, path=file_path)
    return file


class ExerciseFile(pytest.File):
    """An exercise with its known submissions."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Its known submissions, by name."""
        from autograder.authoring.known import known_submissions
        from autograder.checks.catalogue import load
        from autograder.errors import AutograderError

        try:
            exercise = load(self.path.parent)
            known = known_submissions(exercise)
        except AutograderError as error:
            raise self.CollectError(str(error)) from None
        for one in known:
            yield KnownCollector.from_parent(
                self,
                name=one.name,
                nodeid=f"{exercise.id}::{one.name}",
                exercise=exercise,
                known=one,
            )


class KnownCollector(pytest.Collector):
    """A known submission, graded once when its first question is tested."""

    def __init__(self, *, exercise: Exercise, known: Known, **rest: Any) -> None:
        super().__init__(**rest)
        self.exercise = exercise
        self.known = known
        self._grade: Grade | None = None

    @property
    def expectation(self) -> Path:
        """The file that says what it must get."""
        return self.known.folder.parent / f"{self.known.name}.yaml"

    def collect(self) -> Iterator[pytest.Item]:
        """Its questions."""
        for question in self.exercise.questions:
            yield QuestionItem.from_parent(self, name=question.id)

    def grade(self) -> Grade:
        """What it gets now."""
        if self._grade is None:
            from autograder.grading.grade import grade

            session = _warm(self.config)
            self._grade = grade(self.exercise, [self.known.folder], session=session)
            if self.config.getoption("--update"):
                self._update(self._grade)
        return self._grade

    def _update(self, found: Grade) -> None:
        from autograder.authoring.known import load_known, updated

        path = self.expectation
        old = path.read_text(encoding="utf-8")
        new = updated(self.known, found)
        if new is None:
            return
        path.write_text(new, encoding="utf-8")
        lines = difflib.unified_diff(
            old.splitlines(), new.splitlines(), str(path), f"{path} (updated)", lineterm=""
        )
        self.config.stash.setdefault(_CHANGES, []).extend(lines)
        self.known = load_known(path, self.exercise)


class Mismatch(Exception):
    """A question's outcome is not what is expected."""


class QuestionItem(pytest.Item):
    """One question of a known submission."""

    def runtest(self) -> None:
        """The outcome must be what is expected."""
        from autograder.authoring.known import mismatches

        submission = self.parent
        assert isinstance(submission, KnownCollector)
        grade = submission.grade()
        found = [m for m in mismatches(submission.known, grade) if m.startswith(f"{self.name}: ")]
        if found:
            raise Mismatch("\n".join(found))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A mismatch in its own words, without a traceback."""
        if isinstance(excinfo.value, Mismatch):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the expectation stands."""
        submission = self.parent
        assert isinstance(submission, KnownCollector)
        return (
            submission.expectation,
            0,
            f"{submission.exercise.id}::{submission.name}::{self.name}",
        )


def _warm(config: pytest.Config) -> Session:
    """The warm processes that all submissions share."""
    from autograder.grading.session import Session

    if _SESSION not in config.stash:
        config.stash[_SESSION] = Session()
    return config.stash[_SESSION]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What `--update` changed."""
    changes = config.stash.get(_CHANGES, [])
    if changes:
        terminalreporter.section("updated expectations")
        for line in changes:
            terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the warm processes."""
    if _SESSION in config.stash:
        config.stash[_SESSION].close()
