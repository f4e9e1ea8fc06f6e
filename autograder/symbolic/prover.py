"""Asks SymPy for a proof, in a process of its own that is killed when it overruns.

SymPy can take minutes or gigabytes over a harmless-looking formula, and neither signals nor threads
stop it. So it lives in a worker that gets trees (never text), a deadline for each question and a
limit of memory; a worker that overruns is killed and the next question starts a new one.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from autograder.programs import command
from autograder.symbolic.domain import Domain
from autograder.symbolic.serial import encode
from autograder.symbolic.tree import Node

START_SECONDS: Final = 30.0
PROOF_SECONDS: Final = 0.8
_BUSY: Final = 20  # the times as long a proof may take on a busy machine
_GLANCE_SECONDS: Final = 0.05


class Prover:
    """A lazily started worker; use it as a context manager, or call `close`.

    A question waits for `seconds` of the worker's own work, so that a busy machine proves what an idle
    one proves, and `seconds` for a worker that is still starting: that one goes on starting for the
    questions after it. A `patient` prover waits for the start.
    """

    def __init__(self, seconds: float = PROOF_SECONDS, *, patient: bool = False) -> None:
        self.seconds = seconds
        self.patient = patient
        self._ready = False
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def proves_equal(self, left: Node, right: Node, domains: Mapping[str, Domain]) -> bool:
        """Whether SymPy proves two formulas equal; False also when it overran or could not tell."""
        question = {
            "left": encode(left),
            "right": encode(right),
            "domains": {name: _assumptions(domain) for name, domain in domains.items()},
        }
        with self._lock:
            try:
                return self._ask(json.dumps(question).encode() + b"\n") == b"true"
            except OSError:
                self._kill()
                return False

    def close(self) -> None:
        """End the worker, if there is one."""
        with self._lock:
            self._kill()

    def _ask(self, line: bytes) -> bytes | None:
        worker = self._started()
        assert worker.stdin is not None
        if not self._ready:
            wait = START_SECONDS if self.patient else self.seconds
            greeting = self._read_line(worker, wait)
            self._ready = greeting == b"ready"
            if worker.poll() is not None or greeting not in (b"ready", None):
                self._kill()
            if not self._ready:
                return None
        worker.stdin.write(line)
        worker.stdin.flush()
        answer = self._read_line(worker, _BUSY * self.seconds, work=self.seconds)
        if answer is None:
            self._kill()
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and self._worker.poll() is None:
            return self._worker
        self._kill()
        environment = {**os.environ, "SYMPY_GROUND_TYPES": "flint", "PYTHONHASHSEED": "0"}
        self._worker = subprocess.Popen(
            command("autograder.symbolic.prover_worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        return self._worker

    @staticmethod
    def _read_line(
        worker: subprocess.Popen[bytes], seconds: float, work: float | None = None
    ) -> bytes | None:
        """One line of the worker's output, or None when it is late or gone.

        It is late after so many `seconds`, or when it has used so many seconds of `work`.
        """
        assert worker.stdout is not None
        deadline, line = time.monotonic() + seconds, b""
        most = None if work is None else _work_of(worker.pid) + work
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or (most is not None and _work_of(worker.pid) >= most):
                return None
            if not select.select([worker.stdout], [], [], min(left, _GLANCE_SECONDS))[0]:
                continue
            chunk = os.read(worker.stdout.fileno(), 4096)
            if not chunk:
                return None
            line += chunk
        return line.strip()

    def _kill(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            for pipe in (self._worker.stdin, self._worker.stdout):
                if pipe is not None:
                    _close_quietly(pipe)
            self._worker = None
            self._ready = False


def _work_of(pid: int) -> float:
    """The processor time that a process has used, in seconds; where it cannot be seen, real time."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return time.monotonic()
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _close_quietly(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):  # unsent bytes for a worker that is gone
        pipe.close()


def _assumptions(domain: Domain) -> dict[str, object]:
    """A domain in the words that SymPy knows, and the ends of its interval."""
    words: dict[str, object] = {"real": domain.set != "complex"}
    if domain.set == "integer":
        words["integer"] = True
    if domain.set == "rational":
        words["rational"] = True
    if domain.positive:
        words["positive"] = True
    elif domain.nonnegative:
        words["nonnegative"] = True
    if domain.nonzero:
        words["nonzero"] = True
    words["interval"] = [
        None if domain.low is None else str(domain.low),
        None if domain.high is None else str(domain.high),
        domain.low_open,
        domain.high_open,
    ]
    return words
