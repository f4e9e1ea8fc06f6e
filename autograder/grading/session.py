"""The warm processes that gradings share: SymPy's worker and the fork server."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import time
from pathlib import Path

from autograder.checks.memory import Memory
from autograder.checks.tools import OPERATIONS, WARM, Tools
from autograder.errors import InternalError
from autograder.exercise.find import project_root, reference_folder
from autograder.exercise.model import Exercise
from autograder.grading.devices import has_torch
from autograder.grading.digests import exercise_digest
from autograder.learning.datasets import write_visible
from autograder.sandbox.server import ForkServer
from autograder.sandbox.shared import SharedServer
from autograder.sandbox.source import JobSource
from autograder.symbolic.prover import Prover


def _secrets() -> list[Path]:
    """Files whose answers student code must not see, one of each kind."""
    root = project_root()
    folders = (root / "exercises", root / "reference")
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))[:20]]


class Session:
    """Starts each process when it is first needed; use it as a context manager.

    Processes that grade at the same time each have a session. One of them has the fork server and
    gives the others a line to it, `share`; theirs are made with `shared=SharedServer(descriptor)`.
    """

    def __init__(
        self, device: str = "cpu", *, confined: bool = True, shared: SharedServer | None = None
    ) -> None:
        self.device = device
        self.confined = confined
        # Whether a proof is found must not depend on how long ago its worker was started.
        self.prover = Prover(patient=True)
        self._shared = shared
        self.memory = Memory()
        self._server: ForkServer | None = None
        self._jail: tempfile.TemporaryDirectory[str] | None = None
        self._digest: tuple[Exercise, str] | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def server(self) -> JobSource | None:
        """The fork server, warming up in the background at first; None where torch is missing."""
        server = self._shared or self._own_server()
        if server is not None:
            with contextlib.suppress(InternalError):  # whoever asks for a job is told
                server.start()
        return server

    def share(self) -> socket.socket | None:
        """One end of a line to this session's fork server (`ForkServer.share` says how to hand it
        over), which starts when a job is first wanted. None where torch is missing.
        """
        server = self._own_server()
        return server.share() if server is not None else None

    def _own_server(self) -> ForkServer | None:
        if self._server is None and has_torch():
            self._jail = tempfile.TemporaryDirectory(prefix="autograder-")
            jail = Path(self._jail.name)
            write_visible(jail / "data")
            self._server = ForkServer(
                operations=OPERATIONS,
                warm=WARM,
                jail=jail,
                secrets=_secrets(),
                confined=self.confined,
                gpu=self.device == "cuda",
            )
        return self._server

    def tools(
        self, exercise: Exercise, *, seed: int, seconds: float, device: str, with_code: bool
    ) -> Tools:
        """What checks of this exercise work with, for so many seconds from now.

        `with_code` starts the fork server now; else it starts when a question asks for it.
        """
        return Tools(
            exercise,
            self.prover,
            self.server() if with_code else None,
            seed=seed,
            device=device,
            deadline=time.monotonic() + seconds,
            reference_folders=(reference_folder(exercise.folder),),
            start_server=self.server,
            memory=self.memory,
        )

    def digest_of(self, exercise: Exercise) -> str:
        """The fingerprint of an exercise; of one that is graded many times it is taken once."""
        if self._digest is None or self._digest[0] is not exercise:
            self._digest = (exercise, exercise_digest(exercise))
        return self._digest[1]

    def close(self) -> None:
        """End every process of the session."""
        self.prover.close()
        if self._shared is not None:
            self._shared.close()
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._jail is not None:
            self._jail.cleanup()
            self._jail = None
