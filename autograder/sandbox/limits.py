"""What one job may use, and which layers of confinement it must run under."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

MEBIBYTE: Final = 1 << 20
LEAST_MEMORY: Final = 192 * MEBIBYTE

# Each line of defence, and what it does in an instructor's words. Those in MANDATORY must hold;
# the others are applied where the machine lets us.
LAYERS: Final = {
    "descriptors": "student code sees no open file of the grader",
    "session": "student code is cut off from the grader's terminal and process group",
    "rlimits": "processor time, memory, open files and file sizes are bounded",
    "identity": "student code cannot be or become root",
    "own-user": "each submission runs as a user of its own",
    "parent-death": "student code ends when the grader ends",
    "no-new-privileges": "no program can give student code more rights",
    "files": "student code reads Python and its own folder, nothing else, and writes nowhere",
    "system-calls": "student code starts no process, opens no network and signals nobody",
    "network": "there is no network interface inside",
    "ipc": "shared memory and message queues of the machine are out of sight",
    "processes": "other processes cannot be named, and all of a grading end together",
    "group": "the kernel counts the memory and processes of each job (cgroup v2)",
}
MANDATORY: Final = frozenset(
    (
        "descriptors", "session", "rlimits", "identity", "parent-death", "no-new-privileges",
        "files", "system-calls",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Bounds of one job: seconds, bytes; `memory` is what it may use beyond the fork server."""

    seconds: float = 60.0
    cpu_seconds: float = 120.0
    memory: int = 2048 * MEBIBYTE
    output: int = 4 * MEBIBYTE
    reply: int = 64 * MEBIBYTE
    file_size: int = 8 * MEBIBYTE
    open_files: int = 64
    threads: int = 64

    def within(self, available: int | None) -> Limits:
        """The same limits, with no more memory than most of what the machine has left."""
        if available is None:
            return self
        return replace(self, memory=max(LEAST_MEMORY, min(self.memory, available * 4 // 5)))


@dataclass(frozen=True)
class Policy:
    """How a child confines itself.

    `jail` is the directory it starts in and, without Landlock, all it sees. `readable` are the
    files of Python and the system; `read_past_owner` lets a user of the job's own read what only
    Landlock's rules then bound, where Python lies in a folder that is closed to others. Which user
    that is the fork server says, who lends each to one job at a time. `without` names layers to leave
    out, for tests and measurements.
    """

    jail: str
    readable: tuple[str, ...] = ()
    read_past_owner: bool = False
    confined: bool = True
    gpu: bool = False
    without: tuple[str, ...] = ()

    def message(self, limits: Limits) -> dict[str, Any]:
        """Policy and limits as the fork server takes them."""
        return {**asdict(self), "limits": asdict(limits)}
