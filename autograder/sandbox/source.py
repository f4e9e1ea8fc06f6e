"""Jobs from a fork server, asked for over a line: what its owner and its guests have in common."""

from __future__ import annotations

import abc
import contextlib
import fcntl
import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

import autograder
from autograder.errors import InternalError
from autograder.sandbox import control, groups, places
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.job import Job
from autograder.sandbox.limits import MANDATORY, Limits, Policy
from autograder.sandbox.machine import available_memory
from autograder.sandbox.terms import Terms

READY_SECONDS: Final = 180.0
CONTROL_SECONDS: Final = 60.0
PACKAGES: Final = str(Path(autograder.__file__).parent.parent)
ADVICE: Final = (
    "use Linux 5.13 or later with Landlock, or run as root in a container, or pass --unconfined "
    "if you trust every submission (the results then say so)"
)
_END_SECONDS: Final = 3.0
_PIPE: Final = 1 << 20  # bytes; what a process without rights may ask for
_Self = TypeVar("_Self", bound="JobSource")


class JobSource(abc.ABC):
    """Makes confined jobs; use it as a context manager.

    `layers` are the layers that held in the last job and `missing` why the others did not; `attempts`
    are the forbidden operations that the preflight tried (True: stopped).
    """

    def __init__(self) -> None:
        self.layers: tuple[str, ...] = ()
        self.missing: dict[str, str] = {}
        self.attempts: dict[str, bool] = {}
        self._lock = threading.RLock()
        self._line: control.Line | None = None
        self._is_ready = False
        self._problem = ""
        self._closed = False
        self._jobs: set[int] = set()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    @abc.abstractmethod
    def terms(self) -> Terms:
        """What all jobs have in common; known when the source is ready."""

    @abc.abstractmethod
    def start(self) -> None:
        """Start warming up in the background; harmless to repeat.

        Raises:
            InternalError: it is closed, or this system can confine nothing.
        """

    @abc.abstractmethod
    def _wait(self) -> None:
        """Wait until the server is warm and known to be safe.

        Raises:
            InternalError: it cannot start, or confinement does not hold here.
        """

    @abc.abstractmethod
    def _interrupt(self) -> None:
        """Let nobody wait for the server any longer."""

    def job(self, limits: Limits | None = None, *, jail: Path | None = None) -> Job:
        """A new confined process, ready for operations; `jail` is its folder if not the server's.

        Raises:
            InternalError: the server cannot start, or confinement does not hold here.
        """
        with self._lock:
            self.ready()
            return self._new_job((limits or Limits()).within(available_memory()), jail)

    def ready(self) -> None:
        """Return when the server is warm and jobs can be made.

        Raises:
            InternalError: the server cannot start, or confinement does not hold here.
        """
        with self._lock:
            self.start()
            if self._closed:
                raise InternalError("the sandbox is closed")
            if not self._problem and not self._is_ready:
                try:
                    self._wait()
                except InternalError as error:
                    self._problem = str(error)
                self._is_ready = not self._problem
            if self._problem:
                raise InternalError(self._problem)

    def close(self) -> None:
        """End every job of this source, and see that they are gone."""
        self._closed = True
        self._interrupt()  # before the lock, which a thread that waits for the server may hold
        with self._lock:
            if self._line is not None:
                self._line.close()
            _wait_for_the_end(self._jobs)

    def missing_mandatory(self) -> dict[str, str]:
        """The layers that must hold and do not, each with the reason."""
        missing = sorted(MANDATORY - set(self.layers))
        return {name: self.missing.get(name, "it rests on another layer") for name in missing}

    def _new_job(self, limits: Limits, jail: Path | None, *, manners: bool | None = None) -> Job:
        terms = self.terms
        message = {
            "do": "fork",
            "policy": _policy(terms, jail).message(limits),
            "seed": terms.seed,
            "hide": [PACKAGES, ""],
            "manners": terms.manners and terms.confined if manners is None else manners,
        }
        number, pipes = self._fork(message)

        def reap() -> dict[str, Any]:
            return self._reap(number, job.pid)

        group = groups.make_group(Path(terms.group), terms.named) if terms.group else None
        job = Job(0, pipes, limits, reap, group)
        try:
            hello = job.greet()
        except JobFailed as failed:
            raise InternalError(failed.failure.message) from None
        self._jobs.add(job.pid)
        self.layers, self.missing = job.layers, job.missing
        if hello.get("unsafe"):
            job.close()
            raise InternalError(f"student code cannot be confined here: {self._reasons()}")
        return job

    def _reasons(self) -> str:
        """Why mandatory layers do not hold, and what to do."""
        reasons = "; ".join(f"{name}: {why}" for name, why in self.missing_mandatory().items())
        return f"{reasons}; {ADVICE}"

    def _fork(self, message: dict[str, Any]) -> tuple[int, tuple[int, int, int]]:
        """A new child: its number with the server, and our ends of its pipes."""
        pairs = [os.pipe() for _ in range(3)]
        (request_read, request), (reply, reply_write), (output, output_write) = pairs
        _widen(request, reply)
        theirs = [request_read, reply_write, output_write]
        try:
            answer = self._ask(message, theirs)
            if "pid" not in answer:
                raise InternalError(f"the sandbox cannot fork: {answer.get('problem')}")
        except BaseException:
            control.close_all((request, reply, output))
            raise
        finally:
            control.close_all(theirs)
        return answer["pid"], (request, reply, output)

    def _reap(self, number: int, pid: int) -> dict[str, Any]:
        """End a child and everything of its user."""
        end: dict[str, Any] = {"status": None}
        with contextlib.suppress(InternalError):
            end = self._ask({"do": "reap", "pid": number})
        self._jobs.discard(pid)
        if (user := end.get("left")) is not None:
            self._problem = f"processes of a job (user {user}) cannot be ended"
        return end

    def _ask(self, message: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        if self._line is None or self._closed:
            raise InternalError("the sandbox is closed")
        return self._line.ask(message, descriptors or ())


def _widen(*pipes: int) -> None:
    """Let pipes take the weights of a network at once, where the kernel allows that."""
    for pipe in pipes:
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)  # type: ignore[attr-defined,unused-ignore]


def _policy(terms: Terms, jail: Path | None) -> Policy:
    allowed = places.readable()
    return Policy(
        str(jail or terms.jail),
        allowed,
        read_past_owner=not all(places.open_to_all(path) for path in allowed),
        confined=terms.confined,
        gpu=terms.gpu,
        without=terms.without,
    )


def _wait_for_the_end(pids: set[int]) -> None:
    """Wait until processes that die with the server are gone."""
    deadline = time.monotonic() + _END_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.005)
