"""The fork server: imports what jobs need once, then forks one confined child for each job.

Started as `python -m autograder.sandbox.server_main FD` with a control socket. It holds nothing
secret, because a fork copies memory; and it has one thread, because a fork copies only one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import signal
import socket
import sys
from typing import Any

from autograder.sandbox import child, landlock, namespaces, preload
from autograder.sandbox.confine import Confinement, confine, settle_descriptors
from autograder.sandbox.control import receive, send
from autograder.sandbox.manners import explain_refusals


def main(descriptor: int) -> None:
    """Prepare as the first message says, then fork, and reap, until the socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    message = receive(control)[0] or {}
    # A fork of this process goes on where the namespaces need one; the socket is that one's then.
    entered = namespaces.enter() if message.get("namespaces") else ()
    server = _Server(control, entered, frozenset(message.get("operations", ())))
    server.prepare(message)
    while True:
        request, descriptors = receive(control)
        if request is None:
            return
        if request["do"] == "fork":
            server.fork(request, descriptors)
        elif request["do"] == "reap":
            send(control, _reap(request["pid"]))
        elif request["do"] == "sweep":
            send(control, {"swept": _sweep(request["user"])})


class _Server:
    """What every fork starts from."""

    def __init__(
        self, control: socket.socket, entered: tuple[str, ...], operations: frozenset[str]
    ) -> None:
        self.control = control
        self.entered = entered
        self.operations = operations

    def prepare(self, message: dict[str, Any]) -> None:
        """Import the modules of the jobs and run their warm-up functions."""
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
        send(self.control, {"ready": problem is None, "problem": problem})

    def fork(self, message: dict[str, Any], descriptors: list[int]) -> None:
        """Fork a child that confines itself and serves; answers with its number here."""
        sys.stdout.flush()
        sys.stderr.flush()
        server, problem = os.getpid(), ""
        try:
            pid = os.fork()
        except OSError as error:
            pid, problem = -1, os.strerror(error.errno or 0)
        if pid == 0:
            self._become_child(message, descriptors, server)
        for descriptor in descriptors:
            os.close(descriptor)
        send(self.control, {"pid": pid} if pid > 0 else {"problem": f"cannot fork: {problem}"})

    def _become_child(self, message: dict[str, Any], descriptors: list[int], server: int) -> None:
        """Confine this new process and serve; whatever happens, it never returns."""
        try:
            self.control.detach()
            settle_descriptors(*descriptors)
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
        finally:
            os._exit(70)

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


def _sweep(user: int) -> bool:
    """Kill every process of a user, as that user, which reaches nobody else's."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            if os.getuid() == user != 0:
                os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


if __name__ == "__main__":
    main(int(sys.argv[1]))
