"""Checks written answers while a student types, in processes that can be killed.

The process that talks to browsers never judges anything: a formula that keeps a checker busy for too
long costs that checker its life, and nobody else anything.
"""

from __future__ import annotations

import queue
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from autograder.checks.outcome import Outcome
from autograder.checks.record import read_outcome
from autograder.errors import InternalError
from autograder.programs import command
from autograder.sandbox import control
from autograder.service import checker
from autograder.service.hand_in import Typed

ANSWER_SECONDS: Final = 5.0
START_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 2.0
LONGEST_ANSWER: Final = 20_000
_BUSY: Final = "many people are checking answers just now; try again"
_GONE: Final = "the check failed, which is not your fault; try again"
_SLOW: Final = "this answer takes too long to check here; hand it in"


@dataclass(frozen=True)
class Asked:
    """A written answer to a question of an exercise that lies in a folder."""

    folder: Path
    question: str
    answer: Typed


@dataclass(frozen=True)
class Judged:
    """The outcome of an answer, and its formulas as they were read, in LaTeX by input."""

    outcome: Outcome
    typeset: Mapping[str, str]


class Checkers:
    """So many checking processes; safe to share between threads."""

    def __init__(self, count: int = 1, seconds: float = ANSWER_SECONDS) -> None:
        self.seconds = seconds
        self._checkers = [_Checker() for _ in range(count)]
        self._free: queue.LifoQueue[_Checker] = queue.LifoQueue()
        self._closed = False

    def start(self) -> None:
        """Start the processes in the background."""
        for one in self._checkers:
            threading.Thread(target=self._make_ready, args=(one,), daemon=True).start()

    def check(self, asked: Asked) -> Judged:
        """What an answer is worth, and how it was read.

        Raises:
            InternalError: every checker is busy, or this answer took too long.
        """
        try:
            one = self._free.get(timeout=self.seconds)
        except queue.Empty:
            raise InternalError(_BUSY) from None
        try:
            answer = one.check(asked, self.seconds)
        except InternalError:
            one.close()
            threading.Thread(target=self._make_ready, args=(one,), daemon=True).start()
            raise
        self._free.put(one)
        if "problem" in answer:
            raise InternalError(answer["problem"])
        return Judged(read_outcome(answer["record"]), answer["typeset"])

    def close(self) -> None:
        """End the processes."""
        self._closed = True
        for one in self._checkers:
            one.close()

    def _make_ready(self, one: _Checker) -> None:
        """Start a process; one that cannot start now, on a machine that is too busy say, is tried again."""
        while not self._closed:
            try:
                one.start()
            except (InternalError, OSError):
                one.close()
                time.sleep(_PAUSE_SECONDS)
            else:
                self._free.put(one)
                break
        if self._closed:
            one.close()


class _Checker:
    """One process and the socket to it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def start(self) -> None:
        """Start it, and wait until it can answer.

        Raises:
            InternalError: it cannot.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = subprocess.Popen(
                command(checker.__name__, str(theirs.fileno())),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._channel = ours
        self._receive(START_SECONDS)

    def check(self, asked: Asked, seconds: float) -> Mapping[str, Any]:
        """Its answer.

        Raises:
            InternalError: it is gone, or too slow.
        """
        question = {
            "folder": str(asked.folder),
            "question": asked.question,
            "answer": asked.answer,
        }
        try:
            if self._channel is None:
                raise InternalError(_GONE)
            control.send(self._channel, question)
        except OSError:
            raise InternalError(_GONE) from None
        return self._receive(seconds)

    def close(self) -> None:
        """End it."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._channel = self._process = None

    def _receive(self, seconds: float) -> Mapping[str, Any]:
        assert self._channel is not None
        self._channel.settimeout(seconds)
        try:
            answer, _ = control.receive(self._channel)
        except TimeoutError:
            raise InternalError(_SLOW) from None
        except (OSError, control.Malformed):
            raise InternalError(_GONE) from None
        if answer is None:
            raise InternalError(_GONE)
        return answer
