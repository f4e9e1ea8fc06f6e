"""Answers are checked in processes that may die without anybody else noticing."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import InternalError
from autograder.service import live
from autograder.service.live import Asked, Checkers
from tests.conftest import HEAD

PATIENCE = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    spec = "questions: [{id: sum, kind: expression, title: Sum, symbols: {n: integer}, answer: n + 1}]\n"
    (tmp_path / "exercise.yaml").write_text(HEAD + spec, encoding="utf-8")
    return tmp_path


@pytest.fixture
def checkers() -> Iterator[Checkers]:
    checkers = Checkers(1, seconds=PATIENCE)
    yield checkers
    checkers.close()


def right(checkers: Checkers, folder: Path) -> bool:
    return checkers.check(Asked(folder, "sum", "1 + n")).outcome.credit == 1.0


def test_a_checker_that_cannot_start_at_first_is_tried_again(
    checkers: Checkers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_PAUSE_SECONDS", 0.01)
    command, failures = live.command, iter(range(3))

    def unreliable(*arguments: str) -> list[str]:
        if next(failures, None) is not None:
            return [sys.executable, "-c", "raise SystemExit(1)"]
        return command(*arguments)

    monkeypatch.setattr(live, "command", unreliable)
    checkers.start()
    assert right(checkers, folder)
    assert next(failures, None) is None


def test_a_checker_that_dies_costs_one_answer(checkers: Checkers, folder: Path) -> None:
    checkers.start()
    assert right(checkers, folder)
    (one,) = checkers._checkers
    assert one._process is not None
    os.kill(one._process.pid, signal.SIGKILL)
    with pytest.raises(InternalError, match="the check failed, which is not your fault"):
        right(checkers, folder)
    assert right(checkers, folder)


def test_an_answer_that_takes_too_long_is_given_up(checkers: Checkers, folder: Path) -> None:
    checkers.start()
    assert right(checkers, folder)
    (one,) = checkers._checkers
    assert one._process is not None
    os.kill(one._process.pid, signal.SIGSTOP)  # it will not answer in any time
    checkers.seconds = 0.2
    began = time.monotonic()
    with pytest.raises(InternalError, match="takes too long to check here; hand it in"):
        right(checkers, folder)
    assert time.monotonic() - began < PATIENCE
    checkers.seconds = PATIENCE
    assert right(checkers, folder)
