"""What a command and everything it starts use: wall seconds, processor seconds, memory at the peak."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_EVERY = 0.25


@dataclass(frozen=True)
class Usage:
    """Of one command; `memory` is in bytes, a page that several processes share counted once."""

    seconds: float
    processor: float
    memory: int
    code: int
    output: str

    def __str__(self) -> str:
        megabytes = self.memory / 2**20
        return f"{self.seconds:8.1f} s  {self.processor:8.1f} processor s  {megabytes:6.0f} MiB"


def measured(
    command: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Usage:
    """Run a command to its end and say what the whole tree of its processes used.

    Orphans become children of this process, so that their time is counted too.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = _children()
    started = time.monotonic()
    with Watch() as watch:
        done = subprocess.run(
            command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    seconds = time.monotonic() - started
    _reap()
    return Usage(seconds, _children() - before, watch.peak, done.returncode, done.stdout)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reap() -> None:
    """Wait for orphans that have ended or are about to."""
    deadline = time.monotonic() + 5
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)


class Watch:
    """Looks at the memory of all descendants again and again."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self.peak = max(self.peak, sum(_memory(pid) for pid in descendants(os.getpid())))


def descendants(root: int) -> list[int]:
    """The processes below one, as far as /proc shows them."""
    below = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                below[int(fields[1])].append(int(entry.name))
    found, todo = [], [root]
    while todo:
        children = below[todo.pop()]
        found += children
        todo += children
    return found


def _memory(pid: int) -> int:
    """Proportional memory in bytes: shared pages are divided among those who share them."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
