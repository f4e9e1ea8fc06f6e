"""Grades a class on a Ray cluster: the grader's side, which knows nothing of Ray.

The processes that grade are those of the local engine, on other machines; so are the rules: one
submission at a time in each, a crash of ours is tried again at most twice, a student's never.
"""

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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import msgpack

from autograder.errors import InternalError, UsageError
from autograder.exercise.model import Exercise
from autograder.grading.batch.cluster.cargo import make_cargo
from autograder.grading.batch.cluster.door import MODE, enter
from autograder.grading.batch.cluster.station import framed
from autograder.grading.batch.crew import MODULE, Worker, WorkerGone
from autograder.grading.batch.engine import Done, Task
from autograder.grading.batch.local import Crew
from autograder.grading.digests import versions
from autograder.grading.grade import Options
from autograder.sandbox import control

GPU_SHARE: Final = 0.25
_END_SECONDS: Final = 20.0
_LOST: Final = "the cluster is lost; what is graded is kept, and --resume goes on with the rest"
_PACKAGES: Final = str(Path(__file__).resolve().parents[4])


class RayEngine:
    """Runs tasks in processes on the nodes of a cluster: one for each core, `jobs` and `most` at most.

    `address` is the cluster's (HOST:PORT of its head, or `auto`); without one, a cluster of this
    machine alone is started and ended. A process takes `gpu_share` of a GPU where the device is one.
    `note` is told what staff should know.
    """

    def __init__(
        self,
        exercise: Exercise,
        options: Options,
        jobs: int | None = None,
        *,
        most: int = 1024,
        address: str = "",
        memo: bool = True,
        gpu_share: float = GPU_SHARE,
        module: str = MODULE,
        note: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.exercise = exercise
        self.options = options.settled()
        self.jobs = min(jobs or most, most)
        self.address = address
        self.memo = memo
        self.gpu_share = gpu_share
        self.module = module
        self.note = note

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """The result of each task as soon as it is there.

        Raises:
            UsageError: Ray is not installed, the cluster cannot be joined, or no node can do it.
            InternalError: the cluster is lost.
        """
        if importlib.util.find_spec("ray") is None:
            raise UsageError("--engine ray needs Ray: pip install 'autograder[ray]'")
        address, environment = enter(self.address) if self.address else ("", {})
        bridge = _Bridge(self, address, environment)
        crew = _ClusterCrew(iter(tasks), bridge)
        try:
            yield from crew.run()
        finally:
            crew.close()
            bridge.close()

    def order(self, address: str, folder: str) -> dict[str, Any]:
        """What the bridge is told to do."""
        cargo = make_cargo(self.exercise)
        start = {
            "exercise": f"exercises/{self.exercise.id}",
            "options": asdict(self.options),
            "memo": self.memo,
        }
        return {
            "address": address,
            "folder": folder,
            "jobs": self.jobs,
            "gpus": self.gpu_share if self.options.device == "cuda" else 0.0,
            "module": self.module,
            "start": framed(msgpack.packb(start)),
            "cargo": cargo,
            "digest": hashlib.sha256(cargo).hexdigest(),
            "versions": {k: v for k, v in versions().items() if k != "autograder"},
        }


class _Bridge:
    """The process that speaks with Ray, as the grader sees it."""

    def __init__(self, engine: RayEngine, address: str, environment: dict[str, str]) -> None:
        # Ray's sockets lie below it, and their names may not be long.
        self.folder = Path(tempfile.mkdtemp(prefix="ag-ray-", dir="/tmp"))
        self.note = engine.note
        self.seconds = engine.options.seconds or engine.exercise.policy.seconds
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
        control.send(self.control, engine.order(address, str(self.folder)))

    def hear(self) -> _RemoteWorker | None:
        """What the bridge says next: a new worker, or nothing that concerns the tasks.

        Raises:
            UsageError: the cluster cannot run such tasks.
            InternalError: the cluster is lost.
        """
        message, descriptors = None, list[int]()
        try:
            message, descriptors = control.receive(self.control)
        except OSError as error:
            raise InternalError(f"{_LOST}: {error}") from None
        if message is None:
            raise InternalError(_LOST)
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


class _ClusterCrew(Crew):
    """A crew whose workers come and go by themselves, as nodes do."""

    def __init__(self, tasks: Iterator[Task], bridge: _Bridge) -> None:
        super().__init__(tasks, most=0)
        self.bridge = bridge
        self.watch(bridge.control, bridge)

    def heard(self, source: Any) -> None:
        """The bridge or a worker has said something."""
        if source is not self.bridge:
            super().heard(source)
            return
        worker = self.bridge.hear()
        if worker is not None:
            self.employ(worker)
