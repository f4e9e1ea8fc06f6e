"""Operations that must fail in the sandbox, tried in a confined child before any student code.

Not the kernel's version but what really happens decides whether a machine can confine.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

COUNT: Final = 17


def attempt(
    state: dict[str, Any], secrets: list[str], grader: int, writable: list[str]
) -> dict[str, bool]:
    """Try each operation; True means it was stopped."""
    secret = secrets[0]
    server = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    attempts: dict[str, Callable[[], object]] = {
        "read a file of the grader": lambda: _read_any(secrets),
        "list the root directory": lambda: os.listdir("/home") + os.listdir("/root"),
        "write a temporary file": lambda: _write(writable[0]),
        "write in its own directory": lambda: _write(writable[1]),
        "link to a file of the grader": lambda: os.link(secret, f"{writable[0]}/autograder-link"),
        "open a TCP connection": lambda: _connect(socket.AF_INET, ("127.0.0.1", 9)),
        "open a UDP socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "start a process": lambda: _reaped(os.fork()),
        "run a program": lambda: os.execv("/bin/true", ["true"]),
        "signal the grader": lambda: os.kill(grader, 0),
        "signal the fork server": lambda: os.kill(server, 0),
        "trace the fork server": lambda: _checked(libc.ptrace(16, server, 0, 0)),
        "read the fork server's memory": lambda: Path(f"/proc/{server}/mem").open("rb").read(1),
        "read the grader's environment": lambda: Path(f"/proc/{grader}/environ").read_bytes(),
        "become another user": lambda: os.setuid(0 if os.getuid() else 1),
        "make a namespace": lambda: _checked(libc.unshare(0x10000000)),
    }
    stopped = {name: _is_stopped(action) for name, action in attempts.items()}
    if not _threads_work():
        stopped["threads"] = False
    return stopped


def _is_stopped(action: Callable[[], object]) -> bool:
    try:
        action()
    except (OSError, PermissionError):
        return True
    return False


def _read_any(paths: list[str]) -> None:
    """Read one of the files; an error only when none can be read."""
    for path in paths:
        with contextlib.suppress(OSError), Path(path).open("rb") as stream:
            stream.read(1)
            return
    raise PermissionError("none can be read")


def _write(directory: str) -> None:
    path = Path(directory) / f"autograder-preflight-{os.getpid()}"
    path.write_text("x")
    with contextlib.suppress(OSError):
        path.unlink()


def _connect(family: int, address: tuple[str, int]) -> None:
    with socket.socket(family) as connection:
        try:
            connection.connect(address)
        except ConnectionRefusedError:
            return  # the network was reached


def _reaped(pid: int) -> None:
    if pid == 0:
        os._exit(0)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _checked(result: int) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _threads_work() -> bool:
    """Threads are the student's right; a sandbox that forbids them breaks honest code."""
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join(5)
    return done.is_set()
