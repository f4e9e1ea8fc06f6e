"""A seccomp filter: the process keeps the system calls that Python and torch need, and no others.

Calls outside the list fail with EPERM, the few whose presence libraries probe for with ENOSYS. A
foreign architecture kills. The process cannot start another, open a socket, trace, or send a signal
to anyone but itself. The table holds x86_64 and aarch64.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import Final

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_KILL, _ALLOW, _ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS = 1, 38

# Classic BPF: load a word, jump if equal, jump if any bit set, jump if greater or equal, return.
_LOAD, _EQUAL, _BITS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _ARGUMENT_OFFSET = 0, 4, 16

_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT: Final = 0x40000000
_CLONE_THREAD: Final = 0x10000

# name: (x86_64, aarch64); None where the architecture has no such call.
_ALLOWED: Final[dict[str, tuple[int | None, int | None]]] = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66),
    "pread64": (17, 67), "pwrite64": (18, 68), "preadv": (295, 69), "pwritev": (296, 70),
    "open": (2, None), "openat": (257, 56), "close": (3, 57), "stat": (4, None),
    "fstat": (5, 80), "lstat": (6, None), "newfstatat": (262, 79), "statx": (332, 291),
    "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, None), "readlinkat": (267, 78), "getcwd": (79, 17), "chdir": (80, 49),
    "fchdir": (81, 50), "getdents": (78, None), "getdents64": (217, 61), "lseek": (8, 62),
    "mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216),
    "madvise": (28, 233), "brk": (12, 214), "msync": (26, 227), "mincore": (27, 232),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132), "dup": (32, 23), "dup2": (33, None),
    "dup3": (292, 24), "pipe": (22, None), "pipe2": (293, 59), "poll": (7, None),
    "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72), "epoll_create": (213, None),
    "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_wait": (232, None),
    "epoll_pwait": (281, 22), "eventfd": (284, None), "eventfd2": (290, 19), "futex": (202, 98),
    "set_robust_list": (273, 99), "get_robust_list": (274, 100), "rseq": (334, 293),
    "set_tid_address": (218, 96), "exit": (60, 93), "exit_group": (231, 94), "gettid": (186, 178),
    "getpid": (39, 172), "getppid": (110, 173), "getpgrp": (111, None), "getpgid": (121, 155),
    "getsid": (124, 156), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176),
    "getegid": (108, 177), "getresuid": (118, 148), "getresgid": (120, 150),
    "getgroups": (115, 158), "getrlimit": (97, 163), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120), "sched_get_priority_max": (146, 125),
    "sched_get_priority_min": (147, 126), "getcpu": (309, 168), "getrandom": (318, 278),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, None), "times": (100, 153),
    "getrusage": (98, 165), "sysinfo": (99, 179), "uname": (63, 160), "arch_prctl": (158, None),
    "membarrier": (324, 283), "getitimer": (36, 102), "setitimer": (38, 103), "alarm": (37, None),
    "pause": (34, None), "ftruncate": (77, 46), "fsync": (74, 82), "fdatasync": (75, 83),
    "umask": (95, 166), "statfs": (137, 43), "fstatfs": (138, 44), "restart_syscall": (219, 128),
    "getpriority": (140, 141), "capget": (125, 90),
}  # fmt: skip

_ABSENT: Final = {"clone3": (435, 435), "openat2": (437, 437)}

# Calls allowed for some values of one argument: name: (numbers, argument, values that pass).
_PRCTL_PASSES: Final = (15, 16, 3, 4, 0x53564D41)  # names, dumpability, naming of memory areas
_FCNTL_REFUSED: Final = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: signals to others
# What Python asks of a file: terminal or not, its size, bytes waiting, close on exec or not, blocking.
_IOCTL_PASSES: Final = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# CUDA talks to its driver by ioctl and maps anonymous files.
_GPU_ALLOWED: Final = {"ioctl": (16, 29), "memfd_create": (319, 279)}


def _jump(code: int, value: int, then: int, otherwise: int) -> bytes:
    return struct.pack("<HBBI", code, then, otherwise, value)


def _load(offset: int) -> bytes:
    return struct.pack("<HBBI", _LOAD, 0, 0, offset)


def _give(result: int) -> bytes:
    return struct.pack("<HBBI", _RETURN, 0, 0, result)


def _if_number(number: int, body: list[bytes]) -> list[bytes]:
    """Run `body`, which must return, for one system call; go on otherwise."""
    return [_jump(_EQUAL, number, 0, len(body)), *body]


def build_filter(machine: str, pid: int, *, gpu: bool = False) -> bytes:
    """The filter's program for an architecture; signals may go to `pid` only.

    `gpu` lets the calls through that CUDA needs besides.

    Raises:
        OSError: the architecture is unknown.
    """
    if machine not in _ARCHITECTURES:
        raise OSError(f"no seccomp table for {machine}")
    column = 0 if machine == "x86_64" else 1
    allow, refuse = _give(_ALLOW), _give(_ERRNO | _EPERM)

    def passes_for(values: tuple[int, ...], argument: int) -> list[bytes]:
        body = [_load(_ARGUMENT_OFFSET + 8 * argument)]
        for value in values:
            body += [_jump(_EQUAL, value, 0, 1), allow]
        return [*body, refuse]

    def fails_for(values: tuple[int, ...], argument: int) -> list[bytes]:
        body = [_load(_ARGUMENT_OFFSET + 8 * argument)]
        for value in values:
            body += [_jump(_EQUAL, value, 0, 1), refuse]
        return [*body, allow]

    threads_only = [_load(_ARGUMENT_OFFSET), _jump(_BITS, _CLONE_THREAD, 0, 1), allow, refuse]
    numbers = {
        "clone": (56, 220),
        "kill": (62, 129),
        "tgkill": (234, 131),
        "fcntl": (72, 25),
        "prctl": (157, 167),
        "prlimit64": (302, 261),
        "sched_setaffinity": (203, 122),
        "ioctl": (16, 29),
    }
    conditional = {
        "clone": threads_only,
        "kill": passes_for((pid,), 0),
        "tgkill": passes_for((pid,), 0),
        "fcntl": fails_for(_FCNTL_REFUSED, 1),
        "prctl": passes_for(_PRCTL_PASSES, 0),
        "prlimit64": passes_for((0,), 0),
        "sched_setaffinity": passes_for((0,), 0),
        "ioctl": passes_for(_IOCTL_PASSES, 1),
    }
    architecture = _ARCHITECTURES[machine]
    program = [_load(_ARCHITECTURE_OFFSET), _jump(_EQUAL, architecture, 1, 0), _give(_KILL)]
    program.append(_load(_NUMBER_OFFSET))
    if machine == "x86_64":
        program += [_jump(_AT_LEAST, _X32_BIT, 0, 1), _give(_KILL)]
    allowed = {**_ALLOWED, **(_GPU_ALLOWED if gpu else {})}
    for pair in allowed.values():
        number = pair[column]
        if number is not None:
            program += _if_number(number, [allow])
    for pair in _ABSENT.values():
        program += _if_number(pair[column], [_give(_ERRNO | _ENOSYS)])
    for name, body in conditional.items():
        program += _if_number(numbers[name][column], body)
    return b"".join([*program, refuse])


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def restrict(*, gpu: bool = False) -> None:
    """Install the filter in this process, for good; `no_new_privs` must be set already.

    Raises:
        OSError: the kernel has no seccomp filters, or the architecture is unknown.
    """
    code = build_filter(platform.machine(), os.getpid(), gpu=gpu)
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
