"""What the machine has left: memory, within the container's own limit."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

_GROUPS: Final = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)


def available_memory() -> int | None:
    """Bytes of memory that new processes may take, None where the system does not say."""
    found = [amount for amount in (_of_machine(), *map(_of_group, _GROUPS)) if amount is not None]
    return min(found) if found else None


def _of_machine() -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def _of_group(files: tuple[str, str]) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        limit, used = (int(Path(file).read_text()) for file in files)
        return max(0, limit - used)
    return None
