"""One worker process as its employer sees it: started, given a task, answered for, ended."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from autograder.grading.batch import worker
from autograder.grading.batch.engine import Done, Task
from autograder.grading.memo import Learned
from autograder.grading.session import Session
from autograder.programs import command
from autograder.sandbox import control
from autograder.submission.files import FileSet

MODULE: Final = worker.__name__
# In a message: the grade so far, of a worker that goes on.
PARTIAL: Final = "partial"
START_SECONDS: Final = 120.0
MARGIN_SECONDS: Final = 60.0
_TRANSFER_SECONDS: Final = 60.0


class WorkerGone(Exception):
    """A worker has died, or is ended because it is late; says how."""


@dataclass
class Attempt:
    """A task whose files are read, and how many workers have tried it."""

    task: Task
    files: FileSet
    digest: str
    number: int = 1

    def done(self, answer: dict[str, Any]) -> Done:
        """The result in a worker's answer."""
        record = json.loads(answer["record"]) if "record" in answer else None
        problem = str(answer.get("problem", ""))
        return Done(self.task.id, record, self.digest, problem, attempts=self.number)

    def failed(self, problem: str) -> Done:
        """The result where no worker survives the task."""
        return Done(self.task.id, None, self.digest, problem, attempts=self.number)


class Worker:
    """A process that grades one submission at a time, in a session of its own: the socket to it.

    It has `seconds` for a submission, and some more.
    """

    def __init__(self, channel: socket.socket, seconds: float) -> None:
        channel.settimeout(_TRANSFER_SECONDS)
        self.channel = channel
        self.seconds = seconds
        self.deadline = time.monotonic() + START_SECONDS
        self.is_ready = False
        self.attempt: Attempt | None = None
        self.told = 0
        self.bundles: set[str] = set()

    def give(self, attempt: Attempt, known: Sequence[Learned]) -> None:
        """Give it a task, and what others have judged since its last one.

        Raises:
            WorkerGone: it has died.
        """
        self.attempt = attempt
        task = attempt.task
        seconds = self.seconds if task.seconds is None else task.seconds
        self.deadline = time.monotonic() + seconds + MARGIN_SECONDS
        self.send(
            {
                **worker.message_of(attempt.files),
                "questions": None if task.questions is None else list(task.questions),
                "known": list(known),
                **self._exercise_of(task),
            }
        )

    def _exercise_of(self, task: Task) -> dict[str, Any]:
        """Which exercise, where that is not always the same one; its bundle is sent once."""
        if task.bundle is None:
            return {}
        digest, data = task.bundle
        is_new = digest not in self.bundles
        self.bundles.add(digest)
        return {"exercise": digest, "bundle": data if is_new else None}

    def receive(self) -> dict[str, Any]:
        """Its next message.

        Raises:
            WorkerGone: it has died.
        """
        answer = None
        with contextlib.suppress(OSError):
            answer, _ = control.receive(self.channel)
        if answer is None:
            raise WorkerGone(self.how_it_ended())
        if PARTIAL not in answer:
            self.deadline = float("inf")
        return answer

    def close(self) -> None:
        """End it, with what it has started."""
        self.channel.close()

    def how_it_ended(self) -> str:
        """How it ended, in words."""
        return "the grading process is gone"

    def send(self, message: dict[str, Any]) -> None:
        """Send it a message.

        Raises:
            WorkerGone: it has died.
        """
        try:
            control.send(self.channel, message)
        except OSError:
            raise WorkerGone(self.how_it_ended()) from None


class WorkerProcess(Worker):
    """A worker on this machine, whose program is `module` and which is told `start` first.

    It runs code with the fork server of `lent`, or with one of its own.
    """

    def __init__(
        self, module: str, start: dict[str, Any], seconds: float, lent: Session | None = None
    ) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        super().__init__(ours, seconds)
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        with contextlib.ExitStack() as ends:
            passed = [ends.enter_context(theirs).fileno()]
            if lent is not None and (line := lent.share()) is not None:
                passed.append(ends.enter_context(line).fileno())
            self.process = subprocess.Popen(
                command(module, *map(str, passed)),
                pass_fds=passed,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.errors,
                start_new_session=True,  # Ctrl-C is for the one who employs it
            )
        self.send(start)

    def close(self) -> None:
        """End it, with what it has started."""
        self.process.kill()
        self.process.wait()
        super().close()
        self.errors.close()

    def how_it_ended(self) -> str:
        """How it ended, and the last that it said."""
        try:
            status = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "the grading process does not answer"
        self.errors.seek(0)
        lines = self.errors.read()[-10_000:].decode(errors="replace").strip().split("\n")
        said = f": {lines[-1][:300]}" if lines[-1] else ""
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        return f"the grading process ended {how}{said}"
