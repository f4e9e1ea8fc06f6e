"""Landlock: a process gives up every file but the ones it names, for good (Linux 5.13 and later).

Only reading is ever granted here. Nothing may be written, created, linked or executed, no TCP port
bound or reached (ABI 4), no signal or abstract socket sent out of the process's own domain (ABI 6).
See Documentation/userspace-api/landlock.rst in the kernel's sources.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_GET_VERSION: Final = 1
_PATH_BENEATH: Final = 1

_READ_FILE, _READ_DIR, _WRITE_FILE = 1 << 2, 1 << 3, 1 << 1
# The rights on files that each ABI adds to the ones before it.
_FILE_RIGHTS: Final = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NETWORK_RIGHTS: Final = {4: 0b11}
_SCOPES: Final = {6: 0b11}


class _RulesetAttributes(ctypes.Structure):
    _fields_ = [
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    ]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def abi() -> int:
    """The version of Landlock this kernel has, 0 for none."""
    version = _libc.syscall(
        ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint32(_GET_VERSION)
    )
    return max(0, int(version))


def restrict(readable: Iterable[str], devices: Iterable[str] = ()) -> int:
    """Leave this process only reading below `readable`, and reading and writing the `devices`.

    Returns the ABI in force. `no_new_privs` must be set already.

    Raises:
        OSError: Landlock is absent or refuses.
    """
    version = abi()
    if version == 0:
        raise OSError("this kernel has no Landlock")
    rights = _sum_until(_FILE_RIGHTS, version)
    attributes = _RulesetAttributes(
        rights, _sum_until(_NETWORK_RIGHTS, version), _sum_until(_SCOPES, version)
    )
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _call(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0)
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR)
        for path in devices:
            _allow(ruleset, path, _READ_FILE | _WRITE_FILE)
        _call(_RESTRICT_SELF, ctypes.c_int(ruleset), 0)
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Grant rights beneath one path; a path that does not exist grants nothing."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(path).is_dir():
            rights &= ~_READ_DIR
        rule = _PathBeneath(rights, handle)
        _call(_ADD_RULE, ctypes.c_int(ruleset), _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(handle)


def _sum_until(table: dict[int, int], version: int) -> int:
    return sum(rights for since, rights in table.items() if since <= version)


def _call(number: int, *arguments: object) -> int:
    result = int(_libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
