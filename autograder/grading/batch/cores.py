"""How many submissions to grade at a time: the cores that this process may use."""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path
from typing import Final

_GROUPS: Final = Path("/sys/fs/cgroup")


def usable_cores(groups: Path = _GROUPS) -> int:
    """The cores this process may run on, and no more than its container's share of the processor."""
    affinity = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))
    cores = len(affinity(0))
    share = _share(groups)
    return cores if share is None else max(1, min(cores, math.ceil(share)))


def _share(groups: Path) -> float | None:
    """The processors that the container is given; None where it is given all."""
    with contextlib.suppress(OSError, ValueError):
        quota, period = (groups / "cpu.max").read_text().split()
        return None if quota == "max" else int(quota) / int(period)
    with contextlib.suppress(OSError, ValueError):
        quota, period = (
            (groups / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period")
        )
        return None if int(quota) < 0 else int(quota) / int(period)
    return None
