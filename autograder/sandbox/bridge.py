"""The grader's part between tests and student: passes messages on, keeps the time, replaces the dead."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from autograder.sandbox.failure import Failure, JobFailed
from autograder.sandbox.job import Job

OBJECTS: Final = "autograder.sandbox.objects"
_MOST_MESSAGES: Final = 1_000_000
_MOST_IN_A_TEST: Final = 20_000
# Between two messages the tests may compute this long.
_TESTS_SECONDS: Final = 120.0


class Bridge:
    """Lets a job of tests talk to jobs of student code.

    `new_student` makes such a job, ready to be asked; it is called again when one has ended. A test that
    begins has `test_seconds` for the student's code; all together have `seconds`.
    """

    def __init__(
        self,
        tests: Job,
        new_student: Callable[[int], Job],
        *,
        test_seconds: float,
        seconds: float,
    ) -> None:
        self.tests = tests
        self.test_seconds = test_seconds
        self._new_student = new_student
        self._student: Job | None = None
        self._generation = 0
        self._used = 0.0
        self._seconds = seconds
        self._left_in_test = test_seconds
        self._in_test = 0
        self.layers: tuple[str, ...] = ()

    def run(self, operation: str, /, **arguments: Any) -> Any:
        """Run an operation of the tests to its end, and return what it reports as `done`.

        Raises:
            JobFailed: the tests' own process failed, which is never the student's fault.
        """
        self.tests.allow(_TESTS_SECONDS)
        message = self.tests.call(operation, **arguments)
        for _ in range(_MOST_MESSAGES):
            if "done" in message:
                return message["done"]
            message = self._reply(message)
            self.tests.allow(_TESTS_SECONDS)
            message = self.tests.call("", message=message)
        raise JobFailed(Failure("internal", "the tests and the code talked without end"))

    def close(self) -> None:
        """End the student's job, if there is one."""
        if self._student is not None:
            self._student.close()
            self._student = None

    def _reply(self, message: dict[str, Any]) -> dict[str, Any]:
        ask = message.get("ask")
        if isinstance(ask, dict) and ask.get("do") == "begin":
            self._left_in_test = self.test_seconds
            self._in_test = 0
            return {"answer": {"value": None}}
        self._in_test += 1
        if self._in_test > _MOST_IN_A_TEST:
            text = f"one test asked the code more than {_MOST_IN_A_TEST} times; is a loop endless?"
            return {"failed": {"kind": "time", "message": text}}
        if self._used >= self._seconds:
            text = f"all tests together took longer than {self._seconds:g} seconds"
            return {"failed": {"kind": "time", "message": text}}
        started = time.monotonic()
        try:
            return self._ask_student(message)
        except JobFailed as failed:
            self.close()
            return {"failed": _as_message(failed.failure)}
        finally:
            taken = time.monotonic() - started
            self._used += taken
            self._left_in_test -= taken

    def _ask_student(self, message: dict[str, Any]) -> dict[str, Any]:
        if self._student is None:
            self._generation += 1
            self._student = self._new_student(self._generation)
            self.layers = self._student.layers
        left, of = min(
            (self._left_in_test, self.test_seconds), (self._seconds - self._used, self._seconds)
        )
        self._student.allow(max(0.05, left), of)
        reply = self._student.call(f"{OBJECTS}:relay", message=message)
        if not isinstance(reply, dict) or len(reply) != 1 or not _is_message(reply):
            raise JobFailed(Failure("protocol", "the process sent something that is no answer"))
        return reply


def _is_message(reply: dict[str, Any]) -> bool:
    """Whether a student's message has the form that the tests' side relies on."""
    if isinstance(reply.get("ask"), dict):
        ask = reply["ask"]
        target = ask.get("target")
        return (
            ask.get("do") == "call"
            and isinstance(target, dict)
            and isinstance(ask.get("arguments"), list)
            and isinstance(ask.get("named", {}), dict)
        )
    answer = reply.get("answer")
    return isinstance(answer, dict) and isinstance(answer.get("raised", {}), dict)


def _as_message(failure: Failure) -> dict[str, Any]:
    return {
        "kind": failure.kind,
        "message": failure.message,
        "where": failure.where,
        "line": failure.line,
    }
