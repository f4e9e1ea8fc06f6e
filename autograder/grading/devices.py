"""Which device trains: the CPU, or a GPU where there is one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Literal

from autograder.errors import UsageError

DRIVER = Path("/dev/nvidiactl")
Device = Literal["auto", "cpu", "cuda"]


def choose_device(wanted: Device) -> Literal["cpu", "cuda"]:
    """The device to use; found without touching CUDA, which no process that forks may do.

    Raises:
        UsageError: a GPU is asked for and there is none.
    """
    if wanted == "cpu":
        return "cpu"
    available = DRIVER.exists() and _torch_has_cuda()
    if wanted == "cuda" and not available:
        raise UsageError("--device cuda: there is no GPU here, or torch is a build for the CPU")
    return "cuda" if available else "cpu"


def has_torch() -> bool:
    """Whether torch is installed, without importing it."""
    return importlib.util.find_spec("torch") is not None


def _torch_has_cuda() -> bool:
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    version = Path(spec.origin).parent / "version.py"
    return version.is_file() and "cuda: Optional[str] = '" in version.read_text()
