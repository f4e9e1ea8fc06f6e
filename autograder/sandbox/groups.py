"""Control groups (cgroup v2): the kernel itself counts a job's memory and processes, and ends them all.

A group is made for each job below the nearest ancestor that lets us. Without the right to do so, as
in a default container, there is none, and limits of the process and the watchdog stand alone.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from pathlib import Path
from typing import Final

_ROOTS: Final = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified"))
NAMED: Final = "autograder-"
_NEEDED: Final = frozenset(("memory", "pids"))
_REMOVE_SECONDS: Final = 1.0
_numbers = itertools.count()


class Group:
    """One job's group; remove it when the job is over."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, pid: int) -> None:
        """Move a process into the group.

        Raises:
            OSError: the kernel refuses.
        """
        (self.path / "cgroup.procs").write_text(str(pid))

    def limit(self, memory: int, processes: int) -> None:
        """Bound the memory (bytes, without swap) and the number of processes and threads.

        Raises:
            OSError: the kernel refuses.
        """
        (self.path / "memory.max").write_text(str(memory))
        (self.path / "pids.max").write_text(str(processes))
        with contextlib.suppress(OSError):  # there is no such file where there is no swap
            (self.path / "memory.swap.max").write_text("0")

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel ended a process of the group for its memory."""
        with contextlib.suppress(OSError, ValueError):
            for line in (self.path / "memory.events").read_text().splitlines():
                name, count = line.split()
                if name == "oom_kill" and int(count) > 0:
                    return True
        return False

    def remove(self) -> None:
        """End whatever is left in the group, and the group."""
        kill = self.path / "cgroup.kill"
        with contextlib.suppress(OSError):
            if kill.exists():  # since Linux 5.14
                kill.write_text("1")
        deadline = time.monotonic() + _REMOVE_SECONDS
        while time.monotonic() < deadline:
            try:
                self.path.rmdir()
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.005)
            else:
                return


def parent_for_groups(roots: tuple[Path, ...] = _ROOTS, own: str | None = None) -> Path | None:
    """The nearest control group below which this process may bound jobs; None where there is none."""
    place = own if own is not None else _own_place()
    for root in roots:
        if place is None or not (root / "cgroup.controllers").is_file():
            continue
        inside = (root / place.lstrip("/")).resolve()
        for folder in (inside, *inside.parents):
            if _grants(folder):
                return folder
            if folder == root:
                break
    return None


def make_group(parent: Path, named: str = NAMED) -> Group | None:
    """A new group below `parent` whose name begins as said, None where the kernel refuses."""
    path = parent / f"{named}{os.getpid()}-{next(_numbers)}"
    try:
        path.mkdir()
    except OSError:
        return None
    return Group(path)


def remove_all(parent: Path, named: str) -> None:
    """Remove the groups whose names begin so: those of processes that ended before they could."""
    for path in parent.glob(f"{named}*"):
        Group(path).remove()


def _own_place() -> str | None:
    """This process's place in the version 2 hierarchy."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                return line.removeprefix("0::")
    return None


def _grants(folder: Path) -> bool:
    """Whether groups below a folder have the controllers and may be made and filled by us."""
    try:
        controllers = set((folder / "cgroup.subtree_control").read_text().split())
    except OSError:
        return False
    return controllers >= _NEEDED and all(
        os.access(path, os.W_OK) for path in (folder, folder / "cgroup.procs")
    )
