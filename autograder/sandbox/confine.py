"""What a child does to itself, right after the fork and before it reads a student's byte.

The order matters and each step says why. A step that the student's code cannot undo is a
layer; the names of those that hold are reported to the grader, which refuses where one is missing.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
from typing import Any, Final

from autograder.sandbox import landlock, seccomp

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 1, 38, 24
_LAST_CAPABILITY: Final = 63
_CAPSET: Final = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION: Final = 0x20080522

REQUEST, REPLY = 3, 4
_DEVICES: Final = ("/dev/null",)
_GPU_DEVICES: Final = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia0")
_SYSTEM_FILES: Final = (
    # Not all of /usr: the grader itself may be installed in /usr/src or /usr/local.
    "/usr/lib",
    "/usr/lib64",
    "/usr/share",
    "/usr/local/lib",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/zero",
    "/dev/urandom",
    "/dev/random",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/sys/kernel",
    "/sys/devices/system/cpu",
)

_libc = ctypes.CDLL(None, use_errno=True)


def confine(policy: dict[str, Any], server: int) -> list[str]:
    """Apply every layer; returns the names of those that hold.

    `server` is the process id of the fork server, whose death ends this process.

    Raises:
        OSError: a layer that this machine has refused to go on.
    """
    limits = policy["limits"]
    _offer_to_oom_killer()
    os.setsid()  # away from the grader's terminal and process group
    os.umask(0o077)
    _default_signals()
    held = ["descriptors", "session"]
    _set_limits(limits, policy["gpu"])
    held.append("rlimits")
    os.chdir(policy["jail"])
    if not policy["confined"]:
        _die_with(server)
        return [*held, "parent-death"]
    has_landlock = landlock.abi() > 0
    rooted = False
    if not has_landlock and os.geteuid() == 0:
        os.chroot(policy["jail"])
        os.chdir("/")
        rooted = True
    if _drop_identity(policy["user"]):
        held.append("identity")
    # A change of credentials clears the parent-death signal, so it comes after.
    _die_with(server)
    held.append("parent-death")
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    held.append("no-new-privileges")
    if has_landlock:
        devices = _DEVICES + (_GPU_DEVICES if policy["gpu"] else ())
        landlock.restrict([*_SYSTEM_FILES, *policy["readable"], policy["jail"]], devices)
    if has_landlock or rooted:
        held.append("files")
    seccomp.restrict()
    held.append("system-calls")
    return held


def _offer_to_oom_killer() -> None:
    """Where memory runs out, let it be this process that ends, not the grader."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def settle_descriptors(request: int, reply: int, output: int) -> None:
    """Keep three pipes as 0 to 4 (nothing, output twice, requests, replies) and close the rest."""
    null = os.open(os.devnull, os.O_RDWR)
    # Away from the target numbers first, or one copy would overwrite another's source.
    moved = [_move_up(descriptor) for descriptor in (null, output, output, request, reply)]
    for target, descriptor in enumerate(moved):
        os.dup2(descriptor, target, inheritable=False)
    os.closerange(5, 65536 if not os.path.isdir("/proc/self/fd") else _highest_descriptor() + 1)


def _move_up(descriptor: int) -> int:
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD, 100)


def _highest_descriptor() -> int:
    return max(int(name) for name in os.listdir("/proc/self/fd"))


def _default_signals() -> None:
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    # A write to a grader that has gone is an error, not a silent end.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def _set_limits(limits: dict[str, Any], gpu: bool) -> None:
    cpu = int(limits["cpu_seconds"]) + 1
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: int(limits["file_size"]),
        resource.RLIMIT_NOFILE: int(limits["open_files"]),
        resource.RLIMIT_CPU: cpu,
    }
    if hasattr(resource, "RLIMIT_MSGQUEUE"):
        bounds[resource.RLIMIT_MSGQUEUE] = 0
    if not gpu:
        # CUDA reserves address space far beyond what it uses, so only CPU jobs have this bound.
        bounds[resource.RLIMIT_AS] = _address_space() + int(limits["memory"])
    for kind, value in bounds.items():
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def _address_space() -> int:
    """Bytes of address space this process has mapped now."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def _drop_identity(user: int | None) -> bool:
    """Give up root for good: its capabilities, and its user where another can read Python."""
    if os.geteuid() != 0:
        return True
    for capability in range(_LAST_CAPABILITY + 1):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _clear_capabilities()
    return _cannot_return()


def _clear_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    data = (ctypes.c_uint32 * 6)()
    number = _CAPSET.get(os.uname().machine)
    if number is None or _libc.syscall(ctypes.c_long(number), header, data) != 0:
        raise OSError(ctypes.get_errno(), "cannot drop capabilities")


def _cannot_return() -> bool:
    """Whether no capability is left with which to become root again."""
    with open("/proc/self/status") as status:
        lines = dict(line.split(":\t", 1) for line in status if ":\t" in line)
    return all(int(lines[name], 16) == 0 for name in ("CapPrm", "CapEff", "CapBnd"))


def _die_with(server: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(0)  # it died in between


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
