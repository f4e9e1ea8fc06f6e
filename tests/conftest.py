"""Fixtures that most tests share: the shipped exercise, warm processes, small exercises on the spot."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from autograder.checks.catalogue import load
from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from autograder.sandbox import server
from autograder.sandbox.job import Job

# The same code gets the same answer; AUTOGRADER_TEST_EXPLORE=1 looks for examples nobody has tried.
# No test fails because the machine is slow.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", settings.get_profile("default"), derandomize=True)
settings.load_profile("default")
if not os.environ.get("AUTOGRADER_TEST_EXPLORE"):
    settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent
PS09 = ROOT / "exercises" / "epfl-cs433-ps09"

# The whole suite under fewer layers: AUTOGRADER_TEST_WITHOUT=landlock takes the way of the chroot.
server.WITHOUT = tuple(os.environ.get("AUTOGRADER_TEST_WITHOUT", "").split())

HEAD = "autograder: 1\nid: sample\ntitle: A sample\n"


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """Warm processes for all tests; student code runs confined, as it does for users."""
    with Session() as warm:
        yield warm


@pytest.fixture
def jobs(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The processes that are started, as they are."""
    warm = session.server()
    assert warm is not None
    started: list[Job] = []
    start = warm.job

    def noted(*arguments: Any, **named: Any) -> Job:
        started.append(start(*arguments, **named))
        return started[-1]

    monkeypatch.setattr(warm, "job", noted)
    return started


@pytest.fixture(scope="session")
def ps09() -> Exercise:
    return load(PS09)


@pytest.fixture
def make_exercise(tmp_path: Path) -> Callable[..., Exercise]:
    """Writes an exercise.yaml, with files beside it, and loads it."""

    def make(body: str, **files: str) -> Exercise:
        folder = tmp_path / "exercise"
        folder.mkdir(exist_ok=True)
        (folder / "exercise.yaml").write_text(HEAD + body, encoding="utf-8")
        for name, text in files.items():
            (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
        return load(folder)

    return make


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., Path]:
    """Writes a submission's files into a folder."""

    def write(files: dict[str, str | bytes]) -> Path:
        folder = tmp_path / "submission"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        folder.mkdir(exist_ok=True)
        return folder

    return write


@pytest.fixture
def grade_files(hand_in: Callable[..., Path], session: Session) -> Callable[..., Grade]:
    """Grades files against an exercise."""

    def run(exercise: Exercise, files: dict[str, str | bytes], **options: object) -> Grade:
        return grade(exercise, [hand_in(files)], Options(**options), session=session)

    return run


@pytest.fixture
def answer(make_exercise: Callable[..., Exercise], grade_files: Callable[..., Grade]):
    """The outcome of one written answer to a question given in YAML (without its id and title)."""

    def judge(question: str, text: str) -> Outcome:
        body = "questions:\n  - id: it\n    title: It\n"
        body += "".join(f"    {line}\n" for line in question.strip("\n").split("\n"))
        graded = grade_files(make_exercise(body), {"answers.md": f"# it\n\n{text}\n"})
        return graded.outcomes[0]

    return judge
