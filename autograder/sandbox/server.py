"""Starts the fork server and asks it for jobs.

The server warms up in the background: `ForkServer.start` returns at once, the first job waits. At
the first job a preflight runs seventeen forbidden operations inside a confined child; where one of
them succeeds, student code is refused unless the caller said `unconfined`.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgpack

import autograder
from autograder.errors import InternalError
from autograder.sandbox import preflight
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits, Policy
from autograder.sandbox.machine import available_memory

READY_SECONDS: Final = 180.0
_CONTROL_SECONDS: Final = 60.0
_PACKAGES: Final = str(Path(autograder.__file__).parent.parent)
# User ids that systemd keeps for short-lived processes; no account has them.
_USERS: Final = range(61184, 65519)

_ENVIRONMENT: Final = {
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": _PACKAGES,
    "PYTHONUNBUFFERED": "1",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
}


class ForkServer:
    """A warm process that forks confined children; use it as a context manager.

    `modules` are imported and `warm` functions called before any job; `operations` are the modules
    whose functions jobs may be asked for. `jail` is a directory the children may read, `secrets` are
    files that they must not be able to read, which the preflight makes sure of.
    """

    def __init__(
        self,
        modules: Sequence[str] = (),
        *,
        operations: Sequence[str] = (),
        warm: Sequence[str] = (),
        jail: Path | None = None,
        secrets: Sequence[Path] = (),
        confined: bool = True,
        gpu: bool = False,
        seed: int = 0,
    ) -> None:
        self._own_jail = tempfile.mkdtemp(prefix="autograder-jail-") if jail is None else None
        self.jail = Path(self._own_jail or str(jail))
        self.jail.chmod(0o755)
        operations = [*operations, preflight.__name__]
        self._message = {
            "modules": [*modules, *operations],
            "operations": operations,
            "warm": list(warm),
        }
        self.secrets = tuple(secrets)
        self.confined = confined
        self.gpu = gpu
        self.seed = seed
        self._chance = random.SystemRandom()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False
        self._problem = ""
        self._closed = False
        self.layers: tuple[str, ...] = ()

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start warming up in the background; harmless to repeat."""
        with self._lock:
            self._start()

    def job(self, limits: Limits | None = None) -> Job:
        """A new confined process, ready for operations.

        Raises:
            InternalError: the server cannot start, or confinement does not hold here.
        """
        with self._lock:
            self._start()
            if self._problem:
                raise InternalError(self._problem)
            if not self._ready:
                try:
                    self._wait_until_ready()
                except InternalError as error:
                    self._problem = str(error)
                    raise
            return self._new_job((limits or Limits()).within(available_memory()))

    def close(self) -> None:
        """End the server and every job of its own."""
        with self._lock:
            self._closed = True
            if self._control is not None:
                self._control.close()
                self._control = None
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._process = None
            if self._own_jail is not None:
                shutil.rmtree(self._own_jail, ignore_errors=True)

    def _start(self) -> None:
        if self._closed:
            raise InternalError("the sandbox is closed")
        if self._process is not None:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "autograder.sandbox.server_main", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd=self.jail,
                start_new_session=True,
            )
        self._control = ours
        self._control.settimeout(READY_SECONDS)
        self._send(self._message)

    def _wait_until_ready(self) -> None:
        answer = self._receive()
        if not answer.get("ready"):
            raise InternalError(f"the sandbox cannot start: {answer.get('problem')}")
        assert self._control is not None
        self._control.settimeout(_CONTROL_SECONDS)
        self._ready = True
        if self.confined:
            self._preflight()

    def _preflight(self) -> None:
        """Try in a child what no child may do, and refuse to go on where it works."""
        with tempfile.NamedTemporaryFile(prefix="autograder-secret-") as secret:
            Path(secret.name).chmod(0o644)
            with self._new_job(Limits(seconds=20)) as job:
                try:
                    results = job.call(
                        f"{preflight.__name__}:attempt",
                        secrets=[secret.name, *map(str, self.secrets)],
                        grader=os.getpid(),
                        writable=[tempfile.gettempdir(), str(self.jail)],
                    )
                except JobFailed as failed:
                    raise InternalError(f"the preflight failed: {failed.failure.message}") from None
                self.layers = job.layers
        breached = sorted(name for name, stopped in results.items() if stopped is not True)
        if breached or len(results) < preflight.COUNT:
            raise InternalError(
                "student code cannot be confined on this machine: it could "
                f"{', '.join(breached)}; use a Linux kernel with Landlock, or run as root in a "
                "container, or pass --unconfined if you trust every submission"
            )

    def _new_job(self, limits: Limits) -> Job:
        pipes = [os.pipe() for _ in range(3)]
        (request_read, request), (reply, reply_write), (output, output_write) = pipes
        policy = Policy(
            str(self.jail), _readable(), self._user(), confined=self.confined, gpu=self.gpu
        )
        message = {
            "do": "fork",
            "policy": policy.message(limits),
            "seed": self.seed,
            "hide": [_PACKAGES, ""],
        }
        theirs = [request_read, reply_write, output_write]
        try:
            answer = self._ask(message, theirs)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        if "pid" not in answer:
            for descriptor in (request, reply, output):
                os.close(descriptor)
            raise InternalError(f"the sandbox cannot fork: {answer.get('problem')}")
        job = Job(answer["pid"], (request, reply, output), limits, self._reap)
        try:
            job.greet()
        except JobFailed as failed:
            raise InternalError(failed.failure.message) from None
        return job

    def _user(self) -> int | None:
        """A fresh user for a child: only root may change, and only where Python stays readable."""
        if os.geteuid() != 0 or not all(_open_to_all(path) for path in (sys.prefix, *_readable())):
            return None
        return self._chance.choice(_USERS)

    def _reap(self, pid: int) -> dict[str, Any]:
        try:
            return self._ask({"do": "reap", "pid": pid})
        except InternalError:
            return {"status": None}

    def _ask(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> dict[str, Any]:
        self._send(message, descriptors)
        return self._receive()

    def _send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        if self._control is None:
            raise InternalError("the sandbox is closed")
        try:
            socket.send_fds(self._control, [msgpack.packb(message)], list(descriptors))
        except OSError as error:
            raise InternalError(f"the sandbox is gone: {error}") from None

    def _receive(self) -> dict[str, Any]:
        data = b""
        with contextlib.suppress(OSError):
            data = self._control.recv(1 << 20) if self._control else b""
        if not data:
            code = self._process.poll() if self._process else None
            raise InternalError(f"the sandbox's fork server does not answer (status {code})")
        answer: dict[str, Any] = msgpack.unpackb(data)
        return answer


def _readable() -> tuple[str, ...]:
    """Where Python and its packages live: the prefix, the base prefix, the site directories.

    The project's own files are not among them, nor anything else of the user's.
    """
    entries = {sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent.parent)}
    entries |= {entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))}
    return tuple(sorted(entry for entry in entries if entry not in ("/", "/usr")))


def _open_to_all(path: str) -> bool:
    """Whether any user may enter a directory and read it."""
    place = Path(path)
    try:
        reachable = all(parent.stat().st_mode & stat.S_IXOTH for parent in place.parents)
        return reachable and place.stat().st_mode & 0o5 == 0o5
    except OSError:
        return False
