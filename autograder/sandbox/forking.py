"""Forks confined children of the warm fork server, and ends them.

A fork copies memory, so nothing secret may be in it; and it copies one thread only, so there is one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import signal
import sys
from typing import Any

from autograder.sandbox import child, landlock, preload
from autograder.sandbox.confine import Confinement, confine, settle_descriptors
from autograder.sandbox.manners import explain_refusals


def prepare(message: dict[str, Any]) -> str | None:
    """Import the modules of the jobs and run their warm-up functions; returns what went wrong."""
    problem = None
    abi = landlock.abi() if message.get("confined") else 1
    preload.needed = bool(message.get("preload")) or abi == 0
    try:
        for name in message.get("modules", ()):
            importlib.import_module(name)
        for name in message.get("warm", ()):
            module, _, function = name.partition(":")
            getattr(importlib.import_module(module), function)()
        if preload.needed:
            preload.preload()
    except Exception as error:
        problem = child.first_line(error)
    tasks = "/proc/self/task"
    threads = len(os.listdir(tasks)) if os.path.isdir(tasks) else 1
    if problem is None and threads != 1:
        problem = f"{threads} threads after the warm-up; a fork of them would hang"
    # A collection in a child would touch, and so copy, every page of what is loaded here.
    gc.collect()
    gc.freeze()
    return problem


class Forker:
    """Forks children that serve `operations` inside the namespaces that were entered."""

    def __init__(self, entered: tuple[str, ...], operations: frozenset[str]) -> None:
        self.entered = entered
        self.operations = operations

    def fork(self, message: dict[str, Any], pipes: tuple[int, int, int]) -> int:
        """Fork a child that confines itself and serves; returns its number.

        Raises:
            OSError: there can be no further process.
        """
        sys.stdout.flush()
        sys.stderr.flush()
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_child(message, pipes, server)
        return pid

    def _become_child(
        self, message: dict[str, Any], pipes: tuple[int, int, int], server: int
    ) -> None:
        """Confine this new process and serve; whatever happens, it never returns."""
        try:
            settle_descriptors(*pipes)  # among those it closes are all lines to graders
            self._serve(message, server)
        finally:
            os._exit(70)

    def _serve(self, message: dict[str, Any], server: int) -> None:
        try:
            number = _number_outside()
            policy = message["policy"]
            confinement = confine(policy, server)
            hello = self._hello(confinement, number, confined=policy["confined"])
            _reseed(message["seed"])
            sys.path[:] = [entry for entry in sys.path if entry not in message["hide"]]
            if message["manners"]:
                explain_refusals()
            child.serve(self.operations, hello)
        except BaseException as error:
            with contextlib.suppress(BaseException):
                child.send({"hello": {"problem": child.first_line(error)}})

    def _hello(self, result: Confinement, number: int, *, confined: bool) -> dict[str, Any]:
        """The child's first message. A child that is not confined although it should be says no more."""
        missing = dict(result.missing)
        if confined:
            missing |= {
                name: "this system grants no such namespace"
                for name in ("network", "ipc", "processes")
                if name not in self.entered
            }
        hello = {"pid": number, "layers": [*result.held, *self.entered], "missing": missing}
        if confined and not result.is_whole:
            child.send({"hello": {**hello, "unsafe": True}})
            os._exit(70)
        return hello


def reap(pid: int) -> dict[str, Any]:
    """Kill a child and everything in its session, and say how it ended."""
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)
    try:
        _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:
        return {"status": None}
    return {
        "status": status,
        "peak": usage.ru_maxrss * 1024,
        "cpu": usage.ru_utime + usage.ru_stime,
    }


def _number_outside() -> int:
    """This process's number as the grader knows it, which /proc tells from inside a namespace."""
    try:
        return int(os.readlink("/proc/self"))
    except (OSError, ValueError):
        return os.getpid()


def _reseed(seed: int) -> None:
    """Give the child its own random state; its siblings would share the server's."""
    random.seed(seed)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(seed % 2**32)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(seed)
