"""What a child does to itself, right after the fork and before it reads a student's byte.

The order matters and each step says why. A step that the student's code cannot undo is a layer; the
names of those that hold are reported to the grader, with why the others do not.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import resource
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from autograder.sandbox import identity, landlock, seccomp
from autograder.sandbox.limits import MANDATORY

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38

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


@dataclass
class Confinement:
    """The layers that hold in this process, and why others do not."""

    held: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every mandatory layer holds."""
        return set(self.held) >= MANDATORY

    @contextlib.contextmanager
    def layer(self, name: str, without: tuple[str, ...]) -> Iterator[bool]:
        """Around the steps of a layer; gives whether to take them, and notes how it went."""
        wanted = name not in without
        try:
            yield wanted
        except Exception as error:
            self.missing[name] = str(error) or type(error).__name__
            return
        if wanted and name not in self.missing:
            self.held.append(name)
        elif not wanted:
            self.missing[name] = "switched off"


def confine(policy: dict[str, Any], server: int) -> Confinement:
    """Apply every layer that this machine has; says which hold.

    `server` is the process id of the fork server, whose death ends this process.
    """
    without = tuple(policy["without"])
    result = Confinement(["descriptors"])
    _offer_to_oom_killer()
    with result.layer("session", without):
        os.setsid()  # away from the grader's terminal and process group
        os.umask(0o077)
        _default_signals()
    with result.layer("rlimits", without) as wanted:
        if wanted:
            _set_limits(policy)
    os.chdir(policy["jail"])
    if not policy["confined"]:
        with result.layer("parent-death", without):
            _die_with(server)
        return result
    _shut(policy, server, result, without)
    return result


def _shut(
    policy: dict[str, Any], server: int, result: Confinement, without: tuple[str, ...]
) -> None:
    """The layers that are for student code only, each resting on the ones before it."""
    has_landlock = landlock.abi() > 0 and "landlock" not in without
    with result.layer("files", without) as wanted:
        if wanted and not has_landlock:
            _enter_jail(policy["jail"])
    _change_user(policy, result, without, has_landlock=has_landlock)
    # A change of credentials clears the parent-death signal, so it comes after.
    with result.layer("parent-death", without):
        _die_with(server)
    with result.layer("no-new-privileges", without):
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if has_landlock and "files" in result.held:
        result.held.remove("files")
        with result.layer("files", without):
            devices = _DEVICES + (_GPU_DEVICES if policy["gpu"] else ())
            landlock.restrict([*_SYSTEM_FILES, *policy["readable"], policy["jail"]], devices)
    with result.layer("system-calls", without) as wanted:
        if wanted:
            seccomp.restrict(gpu=policy["gpu"])


def _enter_jail(jail: str) -> None:
    """Make the jail all there is, where Landlock cannot say what else may be read."""
    try:
        os.chroot(jail)
    except PermissionError:
        raise OSError("this kernel has no Landlock, and only root may change the root") from None
    os.chdir("/")


def _change_user(
    policy: dict[str, Any], result: Confinement, without: tuple[str, ...], *, has_landlock: bool
) -> None:
    """Become a user of our own where root can, and nobody of rank in any case."""
    user = policy["user"] if "own-user" not in without else None
    past_owner = policy["read_past_owner"] and has_landlock
    with result.layer("identity", without) as wanted:
        if wanted and (user is not None or identity.has_capabilities()):
            identity.drop(user, read_past_owner=past_owner and user is not None)
    if "identity" not in result.held:
        return
    with result.layer("own-user", without) as wanted:
        if wanted and user is None:
            raise OSError("only root can change the user; student code runs as the grader's own")


def _offer_to_oom_killer() -> None:
    """Where memory runs out, let it be this process that ends, not the grader."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def settle_descriptors(request: int, reply: int, output: int) -> None:
    """Keep three pipes as 0 to 4 (nothing, output twice, requests, replies) and close the rest."""
    null = os.open(os.devnull, os.O_RDWR)
    # Away from the target numbers first, or one copy would overwrite another's source.
    moved = [fcntl.fcntl(d, fcntl.F_DUPFD, 100) for d in (null, output, output, request, reply)]
    for target, descriptor in enumerate(moved):
        os.dup2(descriptor, target, inheritable=False)
    os.closerange(5, 65536 if not os.path.isdir("/proc/self/fd") else _highest_descriptor() + 1)


def _highest_descriptor() -> int:
    return max(int(name) for name in os.listdir("/proc/self/fd"))


def _default_signals() -> None:
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    # A write to a grader that has gone is an error, not a silent end.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def _set_limits(policy: dict[str, Any]) -> None:
    limits = policy["limits"]
    bounds = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: int(limits["file_size"]),
        resource.RLIMIT_NOFILE: int(limits["open_files"]),
        resource.RLIMIT_CPU: int(limits["cpu_seconds"]) + 1,
    }
    if policy["user"] is not None and "own-user" not in policy["without"]:
        # Counted by user, so it means something only for a user of the job's own.
        bounds[resource.RLIMIT_NPROC] = int(limits["threads"])
    if hasattr(resource, "RLIMIT_MSGQUEUE"):
        bounds[resource.RLIMIT_MSGQUEUE] = 0
    if not policy["gpu"] and sys.platform == "linux":
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


def _die_with(server: int) -> None:
    if sys.platform != "linux":
        raise OSError("only Linux has a parent-death signal")
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(0)  # it died in between


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
