"""One worker process as its employer sees it: started, given a task, answered for, ended."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Final

from autograder.exercise.model import Exercise
from autograder.grading.batch import worker
from autograder.grading.batch.engine import Done, Task
from autograder.grading.grade import Options
from autograder.grading.memo import Learned
from autograder.sandbox import control
from autograder.submission.files import FileSet

MODULE: Final = worker.__name__
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


@dataclass
class Worker:
    """A process that grades one submission at a time, in a session of its own."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    errors: IO[bytes]
    seconds: float
    deadline: float = field(default_factory=lambda: time.monotonic() + START_SECONDS)
    is_ready: bool = False
    attempt: Attempt | None = None
    told: int = 0

    @classmethod
    def start(cls, module: str, exercise: Exercise, options: Options, *, memo: bool) -> Worker:
        """Start a worker; it says when it is ready."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is for the one who employs it
            )
        ours.settimeout(_TRANSFER_SECONDS)
        started = cls(process, ours, errors, options.seconds or exercise.policy.seconds)
        folder = str(exercise.folder.resolve())
        started._send({"exercise": folder, "options": asdict(options), "memo": memo})
        return started

    def give(self, attempt: Attempt, known: Sequence[Learned]) -> None:
        """Give it a task, and what others have judged since its last one.

        Raises:
            WorkerGone: it has died.
        """
        self.attempt = attempt
        self.deadline = time.monotonic() + self.seconds + MARGIN_SECONDS
        questions = attempt.task.questions
        self._send(
            {
                **worker.message_of(attempt.files),
                "questions": None if questions is None else list(questions),
                "known": list(known),
            }
        )

    def receive(self) -> dict[str, Any]:
        """Its next message.

        Raises:
            WorkerGone: it has died.
        """
        answer = None
        with contextlib.suppress(OSError):
            answer, _ = control.receive(self.channel)
        if answer is None:
            raise WorkerGone(self._how_it_ended())
        self.deadline = float("inf")
        return answer

    def close(self) -> None:
        """End it, with what it has started."""
        self.process.kill()
        self.process.wait()
        self.channel.close()
        self.errors.close()

    def _send(self, message: dict[str, Any]) -> None:
        try:
            control.send(self.channel, message)
        except OSError:
            raise WorkerGone(self._how_it_ended()) from None

    def _how_it_ended(self) -> str:
        try:
            status = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "the grading process does not answer"
        self.errors.seek(0)
        lines = self.errors.read()[-10_000:].decode(errors="replace").strip().split("\n")
        said = f": {lines[-1][:300]}" if lines[-1] else ""
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        return f"the grading process ended {how}{said}"
