"""The grader's side of one job: requests with deadlines, bounded output, a watch on memory.

Any surprise is the student's failure, except where the fork server itself broke. After a failure
the process is gone and the job cannot be used again.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from autograder.sandbox.failure import Failure, FailureKind, JobFailed
from autograder.sandbox.frames import LENGTH, FrameError, pack, unpack
from autograder.sandbox.groups import Group
from autograder.sandbox.limits import Limits

_KEPT_OUTPUT: Final = 20_000
_WATCH_SECONDS: Final = 0.05
_DYING_SECONDS: Final = 0.5
_TOLD: Final = 500
_CHUNK: Final = 1 << 16
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
# What torch says instead of raising MemoryError.
_OUT_OF_MEMORY: Final = ("can't allocate memory", "CUDA out of memory", "OutOfMemoryError")


class Job:
    """A confined process that answers operations; use it as a context manager."""

    def __init__(
        self,
        pid: int,
        pipes: tuple[int, int, int],
        limits: Limits,
        reap: Callable[[], dict[str, Any]],
        group: Group | None = None,
    ) -> None:
        self.pid = pid
        self.limits = limits
        self.layers: tuple[str, ...] = ()
        self.missing: dict[str, str] = {}
        self._group = group
        self._request, self._reply, self._output = pipes
        for descriptor in (self._request, self._reply, self._output):
            os.set_blocking(descriptor, False)
        self._reap = reap
        self._ids = itertools.count(1)
        self._printed = bytearray()
        self._printed_bytes = 0
        self._seconds = limits.seconds
        self._deadline = time.monotonic() + limits.seconds
        self._resident_at_start = usage(pid).resident
        self._ended: dict[str, Any] | None = None
        self._output_open = True

    def __enter__(self) -> Job:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone, after a failure or because it was closed."""
        return self._ended is not None

    @property
    def output(self) -> str:
        """What the job printed, as text; of much only the start."""
        data = bytes(self._printed)
        text = data.decode("utf-8", "replace")
        if self._printed_bytes > len(data):
            text += (
                "\n[more was printed]"  # how much, depends on when a job that is ended was ended
            )
        return text

    def greet(self) -> dict[str, Any]:
        """The child's first message, before any student code: which layers of confinement hold.

        Raises:
            JobFailed: the sandbox did not start, or a mandatory layer is missing.
        """
        hello = self._read_frame().get("hello")
        if not isinstance(hello, dict) or "problem" in hello:
            problem = hello.get("problem") if isinstance(hello, dict) else "no greeting"
            raise self._fail("internal", f"the sandbox did not start: {problem}")
        self.pid = hello["pid"]
        self.layers = tuple(hello["layers"])
        self.missing = dict(hello["missing"])
        self._enter_group()
        self._resident_at_start = usage(self.pid).resident
        return hello

    def allow(self, seconds: float, of: float | None = None) -> None:
        """Give the job this many seconds from now on, whatever it has used so far.

        `of` is the whole allowance that is told when it is over, where this is what is left of it.
        """
        self._seconds = seconds if of is None else of
        self._deadline = time.monotonic() + seconds

    def call(self, operation: str, /, **arguments: Any) -> Any:
        """Run an operation, `module:function`, and return its value.

        Raises:
            JobFailed: the student's code failed, or the process did.
        """
        if self._ended is not None:
            raise JobFailed(Failure("internal", "the job has already ended"))
        self._expect_silence()
        number = next(self._ids)
        request = {"id": number, "operation": operation, "arguments": arguments}
        self._write(pack(request))
        reply = self._read_frame()
        if reply.get("id") != number:
            raise self._fail("protocol", "the process answered a question that was not asked")
        return self._value(reply)

    def close(self) -> dict[str, Any]:
        """Kill the process and release everything; returns how it ended."""
        if self._ended is None:
            self._drain()
            self._ended = self._reap()
            if self._group is not None:
                self._ended["out_of_memory"] = self._group.ran_out_of_memory()
                self._group.remove()
            for descriptor in (self._request, self._reply, self._output):
                os.close(descriptor)
        return self._ended

    def _enter_group(self) -> None:
        """Let the kernel count the job, where it can."""
        if self._group is None:
            self.missing["group"] = "this system lets us make no control groups"
            return
        try:
            self._group.limit(self.limits.memory, self.limits.threads)
            self._group.add(self.pid)
        except OSError as error:
            self.missing["group"] = str(error)
        else:
            self.layers = (*self.layers, "group")

    def _expect_silence(self) -> None:
        """Before a question is asked nothing may be in the pipe: it would be taken for the answer."""
        if select.select([self._reply], [], [], 0)[0] and os.read(self._reply, 1):
            raise self._fail("protocol", "the process answered before it was asked")

    def _value(self, reply: dict[str, Any]) -> Any:
        if "value" in reply:
            return reply["value"]
        if "refused" in reply:
            self._drain()
            raise JobFailed(Failure("refused", _text(reply["refused"]), output=self.output))
        problem = _text(reply.get("internal", ""))
        if "memory" in reply or any(words in problem for words in _OUT_OF_MEMORY):
            # An operation of ours runs out of it too, on what the student's code gave.
            raise self._fail("memory", self._memory_message())
        if "internal" in reply:
            # Student code may have forged this; it gains a person's look, and the words are marked.
            said = f"the process of the code reports: {problem[:_TOLD]}"
            raise self._fail("internal", said)
        error = reply.get("error")
        if not isinstance(error, dict):
            raise self._fail("protocol", "the process sent an answer without a value")
        raise self._error(error)

    def _error(self, error: dict[str, Any]) -> JobFailed:
        """An exception of the student's code, as the failure that it means."""
        self._drain()
        message = f"{_text(error.get('type'))}: {_text(error.get('message'))}"
        where, line = error.get("where"), error.get("line")
        kind: FailureKind = "processes" if error.get("processes") is True else "error"
        if any(words in message for words in _OUT_OF_MEMORY):
            kind, message = "memory", self._memory_message()
        return JobFailed(
            Failure(
                kind,
                message.removesuffix(": "),
                _text(where) if where else None,
                _text(line) if line else None,
                self.output,
            )
        )

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._wait(writing=True)
            try:
                view = view[os.write(self._request, view) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._died() from None

    def _read_frame(self) -> dict[str, Any]:
        (length,) = LENGTH.unpack(self._read(LENGTH.size))
        if length > self.limits.reply:
            raise self._fail("protocol", f"the process sent an answer of {length} bytes")
        body = self._read(length)
        try:
            value = unpack(body)
        except FrameError as error:
            raise self._fail("protocol", f"the process sent {error}") from None
        if not isinstance(value, dict):
            raise self._fail("protocol", "the process sent something that is no answer")
        return value

    def _read(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._wait()
            try:
                chunk = os.read(self._reply, min(count - len(data), 1 << 20))
            except BlockingIOError:
                continue
            if not chunk:
                raise self._died()
            data += chunk
        return bytes(data)

    def _wait(self, *, writing: bool = False) -> None:
        """Wait until the pipe at hand is ready, keeping an eye on time, memory and output."""
        while True:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise self._fail("time", f"took longer than {self._seconds:g} seconds")
            now = usage(self.pid)
            if now.resident - self._resident_at_start > self.limits.memory:
                raise self._fail("memory", self._memory_message())
            if now.threads > self.limits.threads:
                raise self._fail("processes", f"started more than {self.limits.threads} threads")
            readers = [self._output] if self._output_open else []
            readers += [] if writing else [self._reply]
            writers = [self._request] if writing else []
            ready, writable, _ = select.select(readers, writers, [], min(left, _WATCH_SECONDS))
            if self._output in ready:
                self._read_output()
                if self._printed_bytes > self.limits.output:
                    raise self._fail("output", f"printed more than {self.limits.output >> 20} MiB")
            if writable or self._reply in ready:
                return

    def _read_output(self) -> None:
        try:
            chunk = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            self._output_open = False
        self._printed_bytes += len(chunk)
        self._printed += chunk[: max(0, _KEPT_OUTPUT - len(self._printed))]

    def _drain(self) -> None:
        """Read what was printed so far, without waiting for more."""
        with contextlib.suppress(OSError):
            for _ in range(self.limits.output // _CHUNK + 1):
                if not self._output_open or not select.select([self._output], [], [], 0)[0]:
                    return
                self._read_output()

    def _memory_message(self) -> str:
        return f"needed more than {self.limits.memory >> 20} MiB of memory"

    def _fail(self, kind: Any, message: str) -> JobFailed:
        self.close()
        return JobFailed(Failure(kind, message, output=self.output))

    def _died(self) -> JobFailed:
        """The process ended in the middle of a question: why, from its exit status."""
        if not _is_dying(self.pid):
            return self._fail("protocol", "the process closed its channel to the grader")
        end = self.close()
        if end.get("out_of_memory"):
            return JobFailed(Failure("memory", self._memory_message(), output=self.output))
        cause = _cause_of_death(end.get("status"), self.limits)
        return JobFailed(Failure(*cause, output=self.output))


def _cause_of_death(status: int | None, limits: Limits) -> tuple[Any, str]:
    if status is None:
        return "internal", "the fork server lost the process"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return "time", f"used more than {limits.cpu_seconds:g} seconds of processor time"
        name = signal.Signals(number).name
        return "killed", f"the process was ended by {name}"
    return "killed", f"the process ended itself with status {os.WEXITSTATUS(status)}"


@dataclass(frozen=True)
class Usage:
    """What a process holds now: bytes of memory, and threads."""

    resident: int = 0
    threads: int = 0


def usage(pid: int) -> Usage:
    """What a process holds, nothing when it is gone."""
    try:
        descriptor = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
        try:
            fields = os.read(descriptor, _CHUNK).rpartition(b")")[2].split()
        finally:
            os.close(descriptor)
        return Usage(int(fields[21]) * _PAGE, int(fields[17]))
    except (OSError, IndexError, ValueError):
        return Usage()


def _is_dying(pid: int) -> bool:
    """Whether a process that closed its pipe is at its end, for which it may take a moment."""
    deadline = time.monotonic() + _DYING_SECONDS
    while time.monotonic() < deadline:
        try:
            text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        except OSError:
            return True
        if text.rpartition(")")[2].split()[0] in ("Z", "X", "x"):
            return True
        time.sleep(0.005)
    return not Path("/proc/self/stat").exists()  # without /proc nobody can tell


def _text(value: object) -> str:
    """A bounded text from whatever a child sent."""
    return str(value)[:4_000]
