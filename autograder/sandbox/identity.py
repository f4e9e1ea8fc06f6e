"""Giving up root for good: capabilities, and the user.

A changed user alone is no sandbox, but it is what makes "nobody else's processes" true for the kernel.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

_PR_CAPBSET_DROP, _PR_SET_KEEPCAPS = 24, 8
_LAST_CAPABILITY: Final = 63
_DAC_READ_SEARCH: Final = 2
_NUMBERS: Final = {"x86_64": (125, 126), "aarch64": (90, 91)}  # capget, capset
_CAPABILITY_VERSION: Final = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def drop(user: int | None, *, read_past_owner: bool = False) -> None:
    """Change to `user` (None: keep the present one) and hold no capability afterwards.

    `read_past_owner` keeps the single capability to read files whatever their owner; only sound
    together with Landlock, which then says which files there are.

    Raises:
        OSError: the kernel refuses, or a capability is still there afterwards.
    """
    kept = 1 << _DAC_READ_SEARCH if read_past_owner else 0
    for capability in range(_LAST_CAPABILITY + 1):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    if user is not None:
        if kept:
            _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _set_capabilities(kept)
    if _capabilities() & ~kept:
        raise OSError("a capability of root is still there")


def has_capabilities() -> bool:
    """Whether this process holds any capability, as root does, or the maker of a user namespace."""
    return _capabilities() != 0


def _set_capabilities(kept: int) -> None:
    """Set the effective and permitted sets; the inheritable one is emptied."""
    data = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    _call(1, data)


def _capabilities() -> int:
    """The effective and permitted sets together, as bits."""
    data = (ctypes.c_uint32 * 6)()
    _call(0, data)
    return data[0] | data[1] | (data[3] | data[4]) << 32


def _call(which: int, data: ctypes.Array[ctypes.c_uint32]) -> None:
    numbers = _NUMBERS.get(os.uname().machine)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if numbers is None or _libc.syscall(ctypes.c_long(numbers[which]), header, data) != 0:
        raise OSError(ctypes.get_errno(), "cannot handle capabilities")
