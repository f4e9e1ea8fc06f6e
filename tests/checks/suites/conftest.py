"""Judges code with an instructor's test file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.checks.outcome import Outcome
from tests.checks.suites.files import HEAD


@pytest.fixture
def judge(make_exercise, grade_files) -> Callable[..., Outcome]:
    """Runs tests of a kind against one file of code."""

    def run(
        tests: str,
        code: str | dict[str, str],
        *,
        kind: str = "unittest",
        more: str = "",
        **files: str,
    ) -> Outcome:
        body = (
            "code:\n  starter: ex09.py\n"
            f"questions:\n  - id: it\n    kind: {kind}\n    title: It\n    points: 10\n"
            f"    file: test_it.py\n{more}"
        )
        exercise = make_exercise(body, test_it__py=tests, ex09__py="", **files)
        handed_in = code if isinstance(code, dict) else {"ex09.py": code}
        return grade_files(exercise, handed_in).outcomes[0]

    return run


@pytest.fixture
def case(judge) -> Callable[..., Outcome]:
    """One unittest method, by its body."""

    def run(body: str, code: str, **options: Any) -> Outcome:
        lines = "".join(f"        {line}\n" for line in body.strip().split("\n"))
        head = HEAD.replace("from ex09 import *\n", "")
        return judge(
            f"{head}\nclass T(unittest.TestCase):\n    def test(self):\n{lines}", code, **options
        )

    return run
