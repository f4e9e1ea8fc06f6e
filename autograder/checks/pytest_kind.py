"""`pytest`: an instructor's existing pytest file, run against the submission from a process of its own."""

from __future__ import annotations

from typing import Final, Literal

from autograder.checks.outcome import Outcome
from autograder.checks.testing.suite import SuiteQuestion, check_suite
from autograder.checks.tools import Answer, Tools

_RUNNER: Final = "autograder.checks.testing.pytest_run"


class PytestQuestion(SuiteQuestion):
    """A question judged by pytest."""

    kind: Literal["pytest"]


KIND = PytestQuestion


def check(question: PytestQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Run the tests; each is worth its weight."""
    return check_suite(question, answer, tools, _RUNNER)
