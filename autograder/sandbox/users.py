"""User ids for jobs, each used by one job at a time, and proof that nothing of one is left."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from typing import Final

# So many that two graders on one machine do not meet; no system gives accounts such ids.
_MANY: Final = range(0x70000000, 0x7FFE0000)
# Where a container maps few: ids that systemd keeps for short-lived processes.
_FEW: Final = range(61184, 65519)
_ATTEMPTS: Final = 100
# A process that has been killed may still be seen for a while.
_DYING_SECONDS: Final = 2.0
_STATUS_BYTES: Final = 1_000


class Users:
    """Lends a user id to each job; none where this process may not change users."""

    def __init__(self) -> None:
        self._chance = random.SystemRandom()
        self._lent: set[int] = set()
        self._ids = _mapped() if os.geteuid() == 0 else range(0)

    def lend(self) -> int | None:
        """An id that nobody uses; None when we are not root, or none is mapped here."""
        for _ in range(_ATTEMPTS if self._ids else 0):
            user = self._chance.choice(self._ids)
            if user not in self._lent and (self._ids is _MANY or not processes_of(user)):
                self._lent.add(user)
                return user
        return None

    def take_back(self, user: int) -> bool:
        """End every process of the user; returns whether none is left."""
        deadline = time.monotonic() + _DYING_SECONDS
        while processes_of(user):
            if time.monotonic() > deadline:
                return False  # the id stays lent: nobody may become this user again
            with contextlib.suppress(OSError):  # no process can be started now; soon perhaps
                sweep(user)
            time.sleep(0.01)
        self._lent.discard(user)
        return True


def sweep(user: int) -> bool:
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


def processes_of(user: int) -> list[int]:
    """The processes that run as a user.

    Their status says so; the owner of their files does not, because the kernel gives the files of a
    process that changed its user to root.
    """
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and user in _users_of(name)]


def _users_of(pid: str) -> set[int]:
    """The real, effective and saved user of a process, nothing when it is gone or a zombie."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        status = os.open(f"/proc/{pid}/status", os.O_RDONLY)
        try:
            text = os.read(status, _STATUS_BYTES)
        finally:
            os.close(status)
        if b"\nState:\tZ" in text:
            return set()
        line = text[text.index(b"\nUid:\t") + 6 :].split(b"\n", 1)[0]
        return {int(number) for number in line.split()[:3]}
    return set()


def _mapped() -> range:
    """The ids that exist in this user namespace; a container without root maps a few only."""
    try:
        with open("/proc/self/uid_map") as lines:
            spans = [tuple(map(int, line.split())) for line in lines]
    except OSError:
        return _FEW
    for ids in (_MANY, _FEW):
        if any(start <= ids.start and ids.stop <= start + count for start, _, count in spans):
            return ids
    return range(0)
