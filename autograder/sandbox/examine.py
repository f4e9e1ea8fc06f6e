"""What this machine can confine, layer by layer, found by trying."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autograder.errors import InternalError
from autograder.sandbox import landlock
from autograder.sandbox.limits import LAYERS, MANDATORY, MEBIBYTE
from autograder.sandbox.machine import available_memory
from autograder.sandbox.server import ForkServer


@dataclass(frozen=True)
class LayerFinding:
    """One layer: what it is for, whether it must hold, whether it does, and if not why."""

    name: str
    about: str
    mandatory: bool
    holds: bool
    reason: str = ""


@dataclass(frozen=True)
class Examination:
    """What was found; `problem` says why student code is refused here, empty where it is not.

    `attempts` are the forbidden operations that were tried in a confined process; True: stopped.
    """

    layers: tuple[LayerFinding, ...]
    attempts: dict[str, bool]
    problem: str
    system: dict[str, Any]

    @property
    def can_confine(self) -> bool:
        """Whether student code may run here without `--unconfined`."""
        return not self.problem

    def as_data(self) -> dict[str, Any]:
        """The same for machines."""
        return {**asdict(self), "can_confine": self.can_confine}


def examine(without: Sequence[str] | None = None) -> Examination:
    """Start a fork server, confine a process, and try what it must not be able to do."""
    problem = ""
    with ForkServer(without=without) as server:
        try:
            server.job().close()
        except InternalError as error:
            problem = str(error)
        layers = tuple(_finding(name, server) for name in LAYERS)
        return Examination(layers, server.attempts, problem, _system())


def _finding(name: str, server: ForkServer) -> LayerFinding:
    holds = name in server.layers
    reason = "" if holds else server.missing.get(name, "not tried")
    return LayerFinding(name, LAYERS[name], name in MANDATORY, holds, reason)


def _system() -> dict[str, Any]:
    memory = available_memory()
    linux = sys.platform == "linux"
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "landlock_abi": landlock.abi() if linux else 0,
        "free_memory_mib": None if memory is None else memory // MEBIBYTE,
    }
