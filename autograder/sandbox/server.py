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
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from autograder.errors import InternalError
from autograder.sandbox import control, groups, places, preflight
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.limits import Limits
from autograder.sandbox.shared import JOIN
from autograder.sandbox.source import (
    ADVICE,
    CONTROL_SECONDS,
    PACKAGES,
    READY_SECONDS,
    JobSource,
)
from autograder.sandbox.terms import Terms

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
    "PYTHONPATH": PACKAGES,
    "PYTHONUNBUFFERED": "1",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
}
# Layers to leave out of every job; only tests change it, to see what the others do alone.
WITHOUT: tuple[str, ...] = ()


class ForkServer(JobSource):
    """A warm process that forks confined children; use it as a context manager.

    `modules` are imported and `warm` functions called before any job; `operations` are the modules
    whose functions jobs may be asked for. `jail` is a directory the children may read, `secrets` are
    files that they must not be able to read, which the preflight makes sure of. `without` names layers
    to leave out, for tests and measurements; `manners` explains refusals to student code in words.

    Other processes of the grader's on this machine may use it too, see `share`. When its owner ends,
    it ends with every job, whoever asked for them.
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
        super().__init__()
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
            "fixed": {"confined": confined, "gpu": gpu, "without": self.without},
        }
        counts = confined and "group" not in self.without
        parent = groups.parent_for_groups() if counts else None
        self._terms = Terms(
            jail=str(self.jail),
            confined=confined,
            gpu=gpu,
            seed=seed,
            without=self.without,
            manners=manners,
            group=str(parent or ""),
            named=f"{groups.NAMED}{os.getpid()}-",
        )
        self.secrets = tuple(secrets)
        self._process: subprocess.Popen[bytes] | None = None
        self._guests: list[socket.socket] = []

    @property
    def terms(self) -> Terms:
        """What all jobs have in common."""
        return self._terms

    def start(self) -> None:
        """Start warming up in the background; harmless to repeat.

        Raises:
            InternalError: the server is closed, or this system can confine nothing.
        """
        with self._lock:
            if self._closed:
                raise InternalError("the sandbox is closed")
            if self._is_ready and self._process is not None and self._process.poll() is not None:
                self._process, self._is_ready = (
                    None,
                    False,
                )  # somebody ended it; there can be another
            if self._process is None:
                self._start()

    def share(self) -> socket.socket:
        """One end of a line to this server, for another process of the grader's on this machine.

        Hand it over and close it here, or the server does not notice when that process ends:

            with server.share() as end:
                Popen([..., str(end.fileno())], pass_fds=[end.fileno()])

        There `SharedServer(number)` makes jobs. Nothing is started before the first one is wanted.
        """
        with self._lock:
            if self._closed:
                raise InternalError("the sandbox is closed")
            theirs, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            self._guests.append(ours)
        threading.Thread(target=self._admit, args=(ours,), daemon=True).start()
        return theirs

    def close(self) -> None:
        """End the server and every job, and see that they are gone."""
        super().close()
        with self._lock:
            for guest in self._guests:
                with contextlib.suppress(OSError):
                    guest.shutdown(socket.SHUT_RDWR)
            if self._process is not None:
                self._process.wait()
                self._process = None
            if self.terms.group:
                groups.remove_all(Path(self.terms.group), self.terms.named)
            if self._own_jail is not None:
                places.unseal(self.jail)
                shutil.rmtree(self._own_jail, ignore_errors=True)

    def _admit(self, guest: socket.socket) -> None:
        """Wait until the other process wants a job; then let the server serve it, or say why not."""
        with contextlib.suppress(OSError, control.Malformed):
            if (control.receive(guest)[0] or {}).get("do") == JOIN:
                control.send(guest, self._greeting(guest))
        with self._lock, guest:  # the server has an end of its own now
            self._guests.remove(guest)

    def _greeting(self, guest: socket.socket) -> dict[str, Any]:
        try:
            self.ready()
            self._ask({"do": "admit"}, [guest.fileno()])
        except InternalError as error:
            return {"problem": str(error)}
        return {
            "terms": self.terms.message(),
            "layers": self.layers,
            "missing": self.missing,
            "attempts": self.attempts,
        }

    def _has_ended(self) -> bool:
        """Whether the server was ended from outside, or hangs; there can be another one."""
        if self._process is None or self._line is None:
            return False
        if self._line.is_broken:
            self._process.kill()
            self._process.wait()
        return self._process.poll() is not None

    def _start(self) -> None:
        if self.terms.confined and sys.platform != "linux":
            raise InternalError(
                f"student code cannot be confined on {sys.platform}: only Linux has the means; "
                "grade in a Linux container (Docker Desktop will do), or pass --unconfined"
            )
        places.seal(self.jail)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "autograder.sandbox.server_main", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(gpu=self.terms.gpu),
                cwd=self.jail,
                start_new_session=True,
            )
        if self._line is not None:
            self._line.close()
        self._line = control.Line(ours, READY_SECONDS)
        self._line.tell(self._message)

    def _wait(self) -> None:
        assert self._line is not None
        answer = self._line.hear()
        if not answer.get("ready"):
            raise InternalError(f"the sandbox cannot start: {answer.get('problem')}")
        self._line.allow(CONTROL_SECONDS)
        if self.terms.confined:
            self._preflight()

    def _interrupt(self) -> None:
        if (process := self._process) is not None:
            process.kill()

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
                f"student code cannot be confined on this machine: it could {could}; {ADVICE}"
            )


def _environment(*, gpu: bool) -> dict[str, str]:
    """The server's environment; of the grader's own it has only which GPUs it may use."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES") if gpu else None
    return (
        dict(_ENVIRONMENT) if chosen is None else {**_ENVIRONMENT, "CUDA_VISIBLE_DEVICES": chosen}
    )
