"""User ids for jobs, each used by one job at a time, and proof that nothing of one is left."""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections.abc import Callable
from typing import Final

# Ids that systemd keeps for short-lived processes; no account has them.
_USERS: Final = range(61184, 65519)
_ATTEMPTS: Final = 100
# A process that has been killed may still be seen for a while.
_DYING_SECONDS: Final = 2.0


class Users:
    """Lends a user id to each job; none where this process may not change users."""

    def __init__(self) -> None:
        self._chance = random.SystemRandom()
        self._lent: set[int] = set()

    def lend(self) -> int | None:
        """An id that nobody uses; None when we are not root, or none is mapped here."""
        if os.geteuid() != 0 or not _are_mapped():
            return None
        for _ in range(_ATTEMPTS):
            user = self._chance.choice(_USERS)
            if user not in self._lent and not processes_of(user):
                self._lent.add(user)
                return user
        return None

    def take_back(self, user: int, sweep: Callable[[int], object]) -> bool:
        """Make sure that no process of the user is left; returns whether that is so.

        `sweep` is asked to end them where one is.
        """
        deadline = time.monotonic() + _DYING_SECONDS
        while processes_of(user):
            if time.monotonic() > deadline:
                return False  # the id stays lent: nobody may become this user again
            sweep(user)
            time.sleep(0.01)
        self._lent.discard(user)
        return True


def processes_of(user: int) -> list[int]:
    """The processes that run as a user, or whose files belong to it."""
    found = []
    with os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if entry.stat().st_uid == user:
                        found.append(int(entry.name))
    return found


def _are_mapped() -> bool:
    """Whether the ids exist in this user namespace; a container without root maps a few only."""
    try:
        with open("/proc/self/uid_map") as lines:
            spans = [tuple(map(int, line.split())) for line in lines]
    except OSError:
        return True
    return any(
        inside <= _USERS.start and _USERS.stop <= inside + count for inside, _, count in spans
    )
