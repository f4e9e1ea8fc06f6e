"""Starts the fork server and asks it for jobs.

The server warms up in the background: `ForkServer.start` returns at once, the first job waits. At
the first job a preflight runs seventeen forbidden operations inside a confined child; where one of
them succeeds, or a mandatory layer is missing, student code is refused unless the caller said
`confined=False`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import autograder
from autograder.errors import InternalError
from autograder.sandbox import control, groups, places, preflight
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.job import Job
from autograder.sandbox.limits import MANDATORY, Limits, Policy
from autograder.sandbox.machine import available_memory
from autograder.sandbox.users import Users

READY_SECONDS: Final = 180.0
_CONTROL_SECONDS: Final = 60.0
_END_SECONDS: Final = 3.0
_PACKAGES: Final = str(Path(autograder.__file__).parent.parent)

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
_ADVICE: Final = (
    "use Linux 5.13 or later with Landlock, or run as root in a container, or pass --unconfined "
    "if you trust every submission (the results then say so)"
)
# Layers to leave out of every job; only tests change it, to see what the others do alone.
WITHOUT: tuple[str, ...] = ()


class ForkServer:
    """A warm process that forks confined children; use it as a context manager.

    `modules` are imported and `warm` functions called before any job; `operations` are the modules
    whose functions jobs may be asked for. `jail` is a directory the children may read, `secrets` are
    files that they must not be able to read, which the preflight makes sure of. `without` names layers
    to leave out, for tests and measurements; `manners` explains refusals to student code in words.
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
        without: Sequence[str] | None = None,
        manners: bool = True,
    ) -> None:
        self._own_jail = tempfile.mkdtemp(prefix="autograder-jail-") if jail is None else None
        self.jail = Path(self._own_jail or str(jail))
        self.without = tuple(WITHOUT if without is None else without)
        operations = [*operations, preflight.__name__]
        self._message = {
            "modules": [*modules, *operations],
            "operations": operations,
            "warm": list(warm),
            "confined": confined,
            "namespaces": confined and "namespaces" not in self.without,
            "preload": confined and "landlock" in self.without,
        }
        self.secrets = tuple(secrets)
        self.confined = confined
        self.gpu = gpu
        self.seed = seed
        self.manners = manners
        self._users = Users()
        self._groups: Path | None = None
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False
        self._problem = ""
        self._closed = False
        self._jobs: set[int] = set()
        self.layers: tuple[str, ...] = ()
        self.missing: dict[str, str] = {}
        self.attempts: dict[str, bool] = {}

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start warming up in the background; harmless to repeat.

        Raises:
            InternalError: the server is closed, or this system can confine nothing.
        """
        with self._lock:
            self._start()

    def job(self, limits: Limits | None = None, *, jail: Path | None = None) -> Job:
        """A new confined process, ready for operations; `jail` is its folder if not the server's.

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
            return self._new_job((limits or Limits()).within(available_memory()), jail)

    def close(self) -> None:
        """End the server and every job of its own, and see that they are gone."""
        with self._lock:
            self._closed = True
            if self._control is not None:
                self._control.close()
                self._control = None
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._process = None
            _wait_for_the_end(self._jobs)
            if self._own_jail is not None:
                places.unseal(self.jail)
                shutil.rmtree(self._own_jail, ignore_errors=True)

    def _start(self) -> None:
        if self._closed:
            raise InternalError("the sandbox is closed")
        if self._process is not None:
            return
        if self.confined and sys.platform != "linux":
            raise InternalError(
                f"student code cannot be confined on {sys.platform}: only Linux has the means; "
                "grade in a Linux container (Docker Desktop will do), or pass --unconfined"
            )
        places.seal(self.jail)
        if self.confined and "group" not in self.without:
            self._groups = groups.parent_for_groups()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
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
            with self._new_job(Limits(seconds=20), None, manners=False) as job:
                try:
                    results = job.call(
                        f"{preflight.__name__}:attempt",
                        secrets=[secret.name, *map(str, self.secrets)],
                        grader=os.getpid(),
                        writable=[tempfile.gettempdir(), "."],
                    )
                except JobFailed as failed:
                    raise InternalError(f"the preflight failed: {failed.failure.message}") from None
        self.attempts = {name: stopped is True for name, stopped in results.items()}
        breached = sorted(name for name, stopped in self.attempts.items() if not stopped)
        if breached or len(results) < preflight.COUNT:
            could = ", ".join(breached)
            raise InternalError(
                f"student code cannot be confined on this machine: it could {could}; {_ADVICE}"
            )

    def _new_job(self, limits: Limits, jail: Path | None, *, manners: bool | None = None) -> Job:
        policy = self._policy(jail)
        message = {
            "do": "fork",
            "policy": policy.message(limits),
            "seed": self.seed,
            "hide": [_PACKAGES, ""],
            "manners": self.manners and self.confined if manners is None else manners,
        }
        number, pipes = self._fork(message)

        def reap() -> dict[str, Any]:
            return self._reap(number, job.pid, policy.user)

        group = groups.make_group(self._groups) if self._groups is not None else None
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

    def _policy(self, jail: Path | None) -> Policy:
        allowed = places.readable()
        closed = not all(places.open_to_all(path) for path in allowed)
        lends = self.confined and "own-user" not in self.without
        return Policy(
            str(jail or self.jail),
            allowed,
            self._users.lend() if lends else None,
            read_past_owner=closed,
            confined=self.confined,
            gpu=self.gpu,
            without=self.without,
        )

    def _reasons(self) -> str:
        """Why mandatory layers do not hold, and what to do."""
        reasons = "; ".join(f"{name}: {why}" for name, why in self.missing_mandatory().items())
        return f"{reasons}; {_ADVICE}"

    def missing_mandatory(self) -> dict[str, str]:
        """The layers that must hold and do not, each with the reason."""
        missing = sorted(MANDATORY - set(self.layers))
        return {name: self.missing.get(name, "it rests on another layer") for name in missing}

    def _fork(self, message: dict[str, Any]) -> tuple[int, tuple[int, int, int]]:
        """A new child: its number with the server, and our ends of its pipes."""
        pairs = [os.pipe() for _ in range(3)]
        (request_read, request), (reply, reply_write), (output, output_write) = pairs
        theirs = [request_read, reply_write, output_write]
        try:
            answer = self._ask(message, theirs)
        except BaseException:
            for descriptor in (request, reply, output):
                os.close(descriptor)
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        if "pid" not in answer:
            for descriptor in (request, reply, output):
                os.close(descriptor)
            raise InternalError(f"the sandbox cannot fork: {answer.get('problem')}")
        return answer["pid"], (request, reply, output)

    def _reap(self, number: int, pid: int, user: int | None) -> dict[str, Any]:
        """End a child and everything of its user."""
        end: dict[str, Any] = {"status": None}
        with contextlib.suppress(InternalError):
            end = self._ask({"do": "reap", "pid": number})
        self._jobs.discard(pid)
        if user is not None and not self._users.take_back(user, self._sweep):
            self._problem = f"processes of a job (user {user}) cannot be ended"
        return end

    def _sweep(self, user: int) -> None:
        with contextlib.suppress(InternalError):
            self._ask({"do": "sweep", "user": user})

    def _ask(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> dict[str, Any]:
        self._send(message, descriptors)
        return self._receive()

    def _send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        if self._control is None:
            raise InternalError("the sandbox is closed")
        try:
            control.send(self._control, message, descriptors)
        except OSError as error:
            raise InternalError(f"the sandbox is gone: {error}") from None

    def _receive(self) -> dict[str, Any]:
        answer = None
        with contextlib.suppress(OSError):
            answer = control.receive(self._control)[0] if self._control else None
        if answer is None:
            code = self._process.poll() if self._process else None
            raise InternalError(f"the sandbox's fork server does not answer (status {code})")
        return answer


def _wait_for_the_end(pids: set[int]) -> None:
    """Wait until processes that die with the server are gone."""
    deadline = time.monotonic() + _END_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.005)
