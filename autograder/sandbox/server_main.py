"""The fork server: imports what jobs need once, then forks one confined child for each job.

Started as `python -m autograder.sandbox.server_main FD` with a control socket. It holds nothing
secret, because a fork copies memory; and it has one thread, because a fork copies only one.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import random
import signal
import socket
import sys
from typing import Any

import msgpack

from autograder.sandbox import child
from autograder.sandbox.confine import confine, settle_descriptors

_MAX_MESSAGE = 1 << 20


def main(descriptor: int) -> None:
    """Prepare as the first message says, then fork, and reap, until the socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    operations = _prepare(_receive(control)[0] or {}, control)
    while True:
        message, descriptors = _receive(control)
        if message is None:
            return
        if message["do"] == "fork":
            _fork(control, message, descriptors, operations)
        elif message["do"] == "reap":
            _send(control, _reap(message["pid"]))


def _prepare(message: dict[str, Any], control: socket.socket) -> frozenset[str]:
    """Import the modules of the jobs and run their warm-up functions."""
    problem = None
    try:
        for name in message.get("modules", ()):
            importlib.import_module(name)
        for name in message.get("warm", ()):
            module, _, function = name.partition(":")
            getattr(importlib.import_module(module), function)()
    except Exception as error:
        problem = child.first_line(error)
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
    if problem is None and threads != 1:
        problem = f"{threads} threads after the warm-up; a fork of them would hang"
    _send(control, {"ready": problem is None, "problem": problem})
    return frozenset(message.get("operations", ()))


def _fork(
    control: socket.socket,
    message: dict[str, Any],
    descriptors: list[int],
    operations: frozenset[str],
) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    server = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        pid = -1
        problem = os.strerror(error.errno or 0)
    if pid == 0:
        _become_child(control, message, descriptors, server, operations)
    for descriptor in descriptors:
        os.close(descriptor)
    _send(control, {"pid": pid} if pid > 0 else {"problem": f"cannot fork: {problem}"})


def _become_child(
    control: socket.socket,
    message: dict[str, Any],
    descriptors: list[int],
    server: int,
    operations: frozenset[str],
) -> None:
    """Confine this new process and serve; whatever happens, it never returns."""
    try:
        control.detach()
        settle_descriptors(*descriptors)
        hello: dict[str, Any] = {"layers": confine(message["policy"], server)}
        _reseed(message["seed"])
        sys.path[:] = [entry for entry in sys.path if entry not in message["hide"]]
        child.serve(operations, hello)
    except BaseException as error:
        with contextlib.suppress(BaseException):
            child._send({"hello": {"problem": child.first_line(error)}})
    finally:
        os._exit(70)


def _reseed(seed: int) -> None:
    """Give the child its own random state; its siblings would share the server's."""
    random.seed(seed)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(seed % 2**32)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(seed)


def _reap(pid: int) -> dict[str, Any]:
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


def _receive(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    data, descriptors, _, _ = socket.recv_fds(control, _MAX_MESSAGE, 4)
    return (msgpack.unpackb(data) if data else None), list(descriptors)


def _send(control: socket.socket, message: dict[str, Any]) -> None:
    control.sendall(msgpack.packb(message))


if __name__ == "__main__":
    main(int(sys.argv[1]))
