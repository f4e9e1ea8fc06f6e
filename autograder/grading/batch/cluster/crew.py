"""The processes on a cluster as the grader sees them, which knows nothing of Ray."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgpack

from autograder.errors import InternalError, UsageError
from autograder.grading.batch.cluster.door import MODE, enter
from autograder.grading.batch.cluster.station import framed
from autograder.grading.batch.crew import Worker, WorkerGone
from autograder.grading.batch.engine import Task
from autograder.grading.batch.local import Crew
from autograder.grading.digests import versions
from autograder.sandbox import control

GPU_SHARE: Final = 0.25
_END_SECONDS: Final = 20.0
_PACKAGES: Final = str(Path(__file__).resolve().parents[4])


class ClusterLost(InternalError):
    """The cluster's bridge has ended."""

    def __init__(self, how: str = "") -> None:
        super().__init__(f"the cluster is lost{how and ': '}{how}")


def order(
    cargo: bytes, module: str, start: Mapping[str, Any], *, jobs: int, gpus: float
) -> dict[str, Any]:
    """What a bridge is told to do: run `module` out of the cargo in up to so many processes, each with
    this share of a GPU, and give each `start` as its first message.
    """
    return {
        "jobs": jobs,
        "gpus": gpus,
        "module": module,
        "start": framed(msgpack.packb(start)),
        "cargo": cargo,
        "digest": hashlib.sha256(cargo).hexdigest(),
        "versions": {k: v for k, v in versions().items() if k != "autograder"},
    }


class Bridge:
    """The process that speaks with Ray, and gets an `order`.

    `address` is the cluster's (HOST:PORT of its head, or `auto`); without one, a cluster of this
    machine alone is started and ended. A grading process has `seconds` for a task, where the task
    does not say. `note` is told what staff should know.

    Raises:
        UsageError: Ray is not installed, or the cluster cannot be joined.
    """

    def __init__(
        self,
        order: Mapping[str, Any],
        address: str,
        seconds: float,
        note: Callable[[str], None],
    ) -> None:
        if importlib.util.find_spec("ray") is None:
            raise UsageError("--engine ray needs Ray: pip install 'autograder[ray]'")
        where, environment = enter(address) if address else ("", {})
        # Ray's sockets lie below it, and their names may not be long.
        self.folder = Path(tempfile.mkdtemp(prefix="ag-ray-", dir="/tmp"))
        self.note = note
        self.seconds = seconds
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "autograder.grading.batch.cluster.bridge",
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # Ray says there what it does elsewhere, too
                env=self._environment(environment or self._own_token()),
                # Ray adds the current folder to where nodes import from.
                cwd="/",
                start_new_session=True,
            )
        control.send(self.control, {**order, "address": where, "folder": str(self.folder)})

    def staff(self, crew: Crew) -> None:
        """Hear what the bridge says next: it may be a new worker for the crew.

        Raises:
            UsageError: the cluster cannot run such tasks.
            InternalError: the cluster is lost.
        """
        worker = self._hear()
        if worker is not None:
            crew.employ(worker)

    def _hear(self) -> Worker | None:
        message, descriptors = None, list[int]()
        try:
            message, descriptors = control.receive(self.control)
        except OSError as error:
            raise ClusterLost(str(error)) from None
        if message is None:
            raise ClusterLost
        if "refused" in message:
            raise (InternalError if message["served"] else UsageError)(message["refused"])
        if "note" in message:
            self.note(message["note"])
        if not descriptors:
            return None
        return _RemoteWorker(socket.socket(fileno=descriptors[0]), self.seconds)

    def close(self) -> None:
        """End it, and the cluster if it is ours."""
        self.control.close()
        try:
            self.process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": _PACKAGES,
            "RAY_USAGE_STATS_ENABLED": "0",
            # Ray waits a minute for a lost head, and then ends its process.
            "RAY_gcs_rpc_server_reconnect_timeout_s": "20",
            **more,
        }

    def _own_token(self) -> dict[str, str]:
        """A cluster of this machine alone gets a token of its own, which dies with it."""
        token = self.folder / "token"
        token.touch(mode=0o600)
        token.write_text(secrets.token_hex(32), encoding="ascii")
        return {MODE: "token", "RAY_AUTH_TOKEN_PATH": str(token)}


class _RemoteWorker(Worker):
    """A worker on the cluster: the bridge answers for it when it is gone."""

    def receive(self) -> dict[str, Any]:
        """Its next message.

        Raises:
            WorkerGone: it has died.
        """
        answer = super().receive()
        if "gone" in answer:
            raise WorkerGone(str(answer["gone"]))
        return answer


class ClusterCrew(Crew):
    """A crew whose workers come and go by themselves, as nodes do."""

    def __init__(self, tasks: Iterator[Task], bridge: Bridge) -> None:
        super().__init__(tasks, most=0)
        self.watch(bridge.control, lambda: bridge.staff(self))
