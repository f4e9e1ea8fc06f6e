"""Tells student code in words what it may not do, before the kernel says `Operation not permitted`.

A courtesy and no defence: the layers stand whether or not these hooks are there.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, Final

_PROCESSES: Final = (
    "graded code may not start processes: no subprocess, no multiprocessing, "
    "and DataLoader only with num_workers=0"
)
_NETWORK: Final = "graded code has no network: nothing can be downloaded or opened"
_FILES: Final = "graded code may not write files"
_MESSAGES: Final = {
    "os.fork": _PROCESSES,
    "os.forkpty": _PROCESSES,
    "os.exec": _PROCESSES,
    "os.posix_spawn": _PROCESSES,
    "os.system": _PROCESSES,
    "subprocess.Popen": _PROCESSES,
    "socket.__new__": _NETWORK,
    "socket.getaddrinfo": _NETWORK,
    "os.mkdir": _FILES,
    "os.remove": _FILES,
    "os.rename": _FILES,
    "os.link": _FILES,
    "os.symlink": _FILES,
}
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_WRITABLE: Final = frozenset(("/dev/null",))


class NotAllowed(PermissionError):
    """Student code asked for something that no layer would grant it."""


class ProcessesNotAllowed(NotAllowed):
    """Student code tried to start a process."""


def explain_refusals() -> None:
    """Hook into the interpreter's own audit events, for as long as this process lives."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _WRITING and path not in _WRITABLE:
            raise NotAllowed(errno.EACCES, _FILES, str(path)[:200])
        return
    message = _MESSAGES.get(event)
    if message is not None:
        kind = ProcessesNotAllowed if message is _PROCESSES else NotAllowed
        raise kind(errno.EPERM, message)
