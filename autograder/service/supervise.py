"""Keeps so many workers running beside the server, and ends them with it."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Final

from autograder.programs import command

_LOOK_SECONDS: Final = 1.0
_END_SECONDS: Final = 15.0
# A worker that ends at once would be started over and over without a pause.
_PAUSE_SECONDS: Final = 5.0


class Workers:
    """Worker processes of this program; one that ends is replaced."""

    def __init__(self, count: int, arguments: Sequence[str]) -> None:
        self.command = command("autograder", "worker", *arguments)
        self._running: list[tuple[subprocess.Popen[bytes], float]] = []
        self._count = count
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Workers:
        for _ in range(self._count):
            self._start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for process, _started in self._running:
            process.terminate()
        for process, _started in self._running:
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self) -> None:
        process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
        self._running.append((process, time.monotonic()))

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            for one in list(self._running):
                process, started = one
                if process.poll() is not None:
                    if time.monotonic() - started < _PAUSE_SECONDS:
                        self._over.wait(_PAUSE_SECONDS)
                    self._running.remove(one)
                    if not self._over.is_set():
                        self._start()
