"""Operations that the sandbox's tests ask for; they run in confined children."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from autograder.sandbox.child import Refusal


def echo(state: dict[str, Any], value: Any) -> Any:
    return value


def remember(state: dict[str, Any], value: int) -> list[int]:
    state.setdefault("seen", []).append(value)
    return list(state["seen"])


def say(state: dict[str, Any], text: str) -> None:
    print(text)
    print(text, file=sys.stderr)


def refuse(state: dict[str, Any]) -> None:
    raise Refusal("the loader is empty")


def broken_operation(state: dict[str, Any]) -> None:
    raise KeyError("a mistake of ours")


def spin(state: dict[str, Any]) -> None:
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def sleep(state: dict[str, Any]) -> None:
    time.sleep(3600)


def stop_itself(state: dict[str, Any]) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def leave(state: dict[str, Any], status: int) -> None:
    os._exit(status)


def leave_politely(state: dict[str, Any]) -> None:
    raise SystemExit(0)


def crash(state: dict[str, Any]) -> None:
    import ctypes

    ctypes.string_at(0)


def eat(state: dict[str, Any]) -> None:
    kept = []
    while True:
        kept.append(bytearray(8 << 20))


def flood(state: dict[str, Any]) -> None:
    while True:
        os.write(1, b"x" * 65536)


def shout(state: dict[str, Any]) -> str:
    os.write(1, b"\xff\xfe\x1b[31m" + b"y" * 100_000)
    return "done"


def forge_early(state: dict[str, Any]) -> str:
    """Writes a whole frame before the real answer."""
    os.write(4, b"\x00\x00\x00\x0c\x82\xa2id\x01\xa5value\x07")
    return "real"


def forge_garbage(state: dict[str, Any], data: bytes) -> None:
    os.write(4, data)
    time.sleep(3600)


def drip(state: dict[str, Any]) -> None:
    os.write(4, b"\x00\x00\xff\xff")
    while True:
        os.write(4, b"\x00")
        time.sleep(0.05)


def answer_too_much(state: dict[str, Any]) -> Any:
    return np.zeros(3_000_000)


def close_pipes(state: dict[str, Any]) -> None:
    for descriptor in range(64):
        with contextlib.suppress(OSError):
            os.close(descriptor)
    time.sleep(3600)


def unsendable(state: dict[str, Any]) -> Any:
    return {"a": object()}


def threads_run(state: dict[str, Any]) -> bool:
    seen = []
    threads = [threading.Thread(target=seen.append, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    return len(seen) == 4


def environment(state: dict[str, Any]) -> dict[str, str]:
    return dict(os.environ)


def descriptors(state: dict[str, Any]) -> list[int]:
    found = []
    for number in range(64):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(number)
    return found


def chance(state: dict[str, Any]) -> float:
    import random

    return random.random()


def attempt(state: dict[str, Any], what: str, path: str = "", pid: int = 0) -> str:
    """Try something forbidden; `done` when it worked, else the name of the error."""
    actions = {
        "read": lambda: Path(path).read_bytes(),
        "list": lambda: os.listdir(path),
        "write": lambda: Path(path).write_text("x"),
        "append": lambda: Path(path).open("a").write("x"),
        "delete": lambda: Path(path).unlink(),
        "rename": lambda: Path(path).rename(path + ".stolen"),
        "link": lambda: os.link(path, "stolen"),
        "symlink": lambda: os.symlink(path, "stolen"),
        "mkdir": lambda: os.mkdir(path),
        "chmod": lambda: os.chmod(path, 0o777),
        "tcp": lambda: socket.create_connection(("127.0.0.1", 9), 1),
        "unix": lambda: socket.socket(socket.AF_UNIX),
        "resolve": lambda: socket.getaddrinfo("example.org", 80),
        "fork": os.fork,
        "exec": lambda: os.execv("/bin/sh", ["sh", "-c", "true"]),
        "system": lambda: _checked(os.system("true")),
        "kill": lambda: os.kill(pid, signal.SIGKILL),
        "kill everyone": lambda: os.kill(-1, signal.SIGTERM),
        "nice": lambda: os.nice(-5),
        "affinity": lambda: os.sched_setaffinity(pid, {0}),
        "memory": lambda: Path(f"/proc/{pid}/mem").open("r+b").read(1),
        "environment": lambda: Path(f"/proc/{pid}/environ").read_bytes(),
        "command line": lambda: Path(f"/proc/{pid}/cmdline").read_bytes(),
        "root": lambda: os.setuid(0) if os.getuid() else os.setgid(1),
        "chroot": lambda: os.chroot("/"),
        "shared memory": lambda: Path("/dev/shm/stolen").write_text("x"),
        "temporary": lambda: __import__("tempfile").mkdtemp(),
        "memfd": lambda: os.memfd_create("x"),
        "pidfd": lambda: os.pidfd_open(pid),
    }
    try:
        actions[what]()
    except (OSError, PermissionError) as error:
        return type(error).__name__
    return "done"


def _checked(status: int) -> None:
    if status != 0:
        raise PermissionError(status)


def listing(state: dict[str, Any], path: str) -> list[str]:
    return sorted(os.listdir(path))


def imported(state: dict[str, Any], name: str) -> bool:
    import importlib

    return importlib.import_module(name) is not None


def user(state: dict[str, Any]) -> int:
    return os.getuid()


def numbers(state: dict[str, Any]) -> list[int]:
    return [os.getppid(), os.getpid()]


def crowd(state: dict[str, Any]) -> None:
    threads = [threading.Thread(target=time.sleep, args=(30,), daemon=True) for _ in range(500)]
    for thread in threads:
        thread.start()
    time.sleep(30)
