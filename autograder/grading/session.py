"""The warm processes that gradings share: SymPy's worker and the fork server."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from autograder.checks.tools import OPERATIONS, WARM, Tools
from autograder.exercise.find import project_root, reference_folder
from autograder.exercise.model import Exercise
from autograder.grading.devices import has_torch
from autograder.learning.datasets import write_visible
from autograder.sandbox.server import ForkServer
from autograder.symbolic.prover import Prover


def _secrets() -> list[Path]:
    """Files whose answers student code must not see, one of each kind."""
    root = project_root()
    folders = (root / "exercises", root / "reference")
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))[:20]]


class Session:
    """Starts each process when it is first needed; use it as a context manager."""

    def __init__(self, device: str = "cpu", *, confined: bool = True) -> None:
        self.device = device
        self.confined = confined
        self.prover = Prover()
        self._server: ForkServer | None = None
        self._jail: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def server(self) -> ForkServer | None:
        """The fork server, warming up in the background at first; None where torch is missing."""
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
            self._server.start()
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
        )

    def close(self) -> None:
        """End every process of the session."""
        self.prover.close()
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._jail is not None:
            self._jail.cleanup()
            self._jail = None
