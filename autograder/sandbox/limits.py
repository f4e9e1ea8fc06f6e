"""What one job may use, and which layers of confinement it must run under."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

MEBIBYTE: Final = 1 << 20
LEAST_MEMORY: Final = 192 * MEBIBYTE

# Each line of defence, in the order in which a child applies them.
LAYERS: Final = (
    "descriptors",
    "session",
    "rlimits",
    "identity",
    "parent-death",
    "no-new-privileges",
    "files",
    "system-calls",
)


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

    def within(self, available: int | None) -> Limits:
        """The same limits, with no more memory than most of what the machine has left."""
        if available is None:
            return self
        return replace(self, memory=max(LEAST_MEMORY, min(self.memory, available * 4 // 5)))


@dataclass(frozen=True)
class Policy:
    """How children confine themselves.

    `jail` is the directory they start in and, without Landlock, all they see. `readable` are the
    files of Python and the system. `user` is the user id they change to, None to keep the server's.
    """

    jail: str
    readable: tuple[str, ...] = ()
    user: int | None = None
    confined: bool = True
    gpu: bool = False

    def message(self, limits: Limits) -> dict[str, Any]:
        """Policy and limits as the fork server takes them."""
        return {**asdict(self), "limits": asdict(limits)}
