"""Namespaces of the fork server: its jobs share a world without network, IPC or other processes.

The server enters them once, when it starts, so that they cost a job nothing. Everything in a process
namespace ends with its first process, which is the server itself: no job outlives it. An ordinary user
needs a user namespace for this, which some systems refuse; then the other layers stand alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from typing import Final

_NEW_USER: Final = 0x10000000
_FLAGS: Final = {"network": 0x40000000, "ipc": 0x08000000, "processes": 0x20000000}
# From most to least; the first that the system grants is taken.
_CHOICES: Final = (("network", "ipc", "processes"), ("network", "ipc"), ("network",))
_PR_SET_PDEATHSIG: Final = 1

_libc = ctypes.CDLL(None, use_errno=True)


def enter() -> tuple[str, ...]:
    """Enter as many namespaces as this system grants; returns their names.

    With a process namespace this forks: the caller goes on as its first process, the original one
    waits for it and ends as it does. Call it early, while there is one thread.
    """
    for names in _CHOICES:
        if _is_granted(names):
            _unshare(names)
            if "processes" in names:
                _become_first_process()
            return names
    return ()


def _is_granted(names: tuple[str, ...]) -> bool:
    """Try in a process of its own; half a user namespace would be worse than none."""
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(BaseException):
            _unshare(names)
            inner = os.fork()
            if inner == 0:
                os._exit(0)
            os.waitpid(inner, 0)
            status = 0
        os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def _unshare(names: tuple[str, ...]) -> None:
    user, group = os.geteuid(), os.getegid()
    flags = sum(_FLAGS[name] for name in names)
    if user != 0:
        flags |= _NEW_USER
    if _libc.unshare(flags) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    if user != 0:
        _write("setgroups", "deny")
        _write("uid_map", f"{user} {user} 1")
        _write("gid_map", f"{group} {group} 1")


def _write(name: str, text: str) -> None:
    with open(f"/proc/self/{name}", "w") as stream:
        stream.write(text)


def _become_first_process() -> None:
    pid = os.fork()
    if pid == 0:
        # The death of the waiting process, which the grader knows, is this one's too.
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        return
    os.closerange(0, 256)
    _, status = os.waitpid(pid, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
