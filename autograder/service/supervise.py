"""Keeps a worker running beside the server, and ends it with the server."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from autograder.programs import command

_LOOK_SECONDS: Final = 0.5
_END_SECONDS: Final = 15.0
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0
# One that has lived so long was all right at first.
_WELL_SECONDS: Final = 60.0


class Supervised:
    """A process of this program: when it ends it is started again, after pauses that grow.

    Its standard input stays open as long as this process lives, however that ends. `variables` are
    its environment's beside our own; `say` is told of every end.
    """

    def __init__(
        self, arguments: Sequence[str], variables: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.command = command("autograder", *arguments)
        self.environment = {**os.environ, **variables}
        self.name = arguments[0]
        self.say = say
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._process = self._started()

    def __enter__(self) -> Supervised:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close()

    @property
    def pid(self) -> int:
        """The process that runs now."""
        return self._process.pid

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            env=self.environment,
            start_new_session=True,  # Ctrl-C is for the server, which then ends it
        )

    def _close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _watch(self) -> None:
        pause, began = _FIRST_PAUSE, time.monotonic()
        while not self._over.wait(_LOOK_SECONDS):
            status = self._process.poll()
            if status is None:
                continue
            if time.monotonic() - began > _WELL_SECONDS:
                pause = _FIRST_PAUSE
            self.say(f"the {self.name} ended {_how(status)}; another starts in {pause:g} s")
            self._close()
            self._over.wait(pause)
            if not self._over.is_set():
                self._process, began = self._started(), time.monotonic()
                pause = min(2 * pause, _LONGEST_PAUSE)


def _how(status: int) -> str:
    return f"by signal {-status}" if status < 0 else f"with status {status}"
