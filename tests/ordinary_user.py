"""Runs a command as an ordinary user, from a test that runs as root.

Python often lies below a folder that only root may enter. Then the command runs in a mount namespace of
its own in which that folder holds nothing but Python, and is open.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

USER: Final = 12345
_OPEN_PYTHON: Final = """
set -e
prefix=$1 closed=$2 aside=$3; shift 3
mount --make-rprivate /
mount --bind "$prefix" "$aside"
mount -t tmpfs -o mode=755 tmpfs "$closed"
mkdir -p "$prefix"
mount --bind "$aside" "$prefix"
exec "$@"
"""


def run_as_user(
    command: Sequence[str], scratch: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command as `USER`, whose home is `scratch`; its output is text."""
    scratch.mkdir(parents=True, exist_ok=True)
    os.chown(scratch, USER, USER)
    for folder in (scratch, *scratch.parents):
        if folder.stat().st_uid == os.getuid() and folder not in (Path("/"), Path("/tmp")):
            folder.chmod(folder.stat().st_mode | 0o755)
    home = {"HOME": str(scratch), "TMPDIR": str(scratch)}
    home["HYPOTHESIS_STORAGE_DIRECTORY"] = str(scratch / "hypothesis")
    user = str(USER)
    lowered = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all"]
    return subprocess.run(
        [*_opening_python(), *lowered, "--bounding-set=-all", *command],
        capture_output=True,
        text=True,
        env={**os.environ, **home, **(environment or {})},
        timeout=300,
    )


def why_not() -> str:
    """Why no command can be run as another user here; empty where it can."""
    if os.geteuid() != 0:
        return "only root can become another user"
    if shutil.which("setpriv") is None:
        return "there is no setpriv"
    probe = [*_opening_python(), "true"]
    if subprocess.run(probe, capture_output=True).returncode != 0:
        return "Python lies in a folder of root's, and no mount namespace can be made"
    return ""


def _opening_python() -> list[str]:
    closed = [p for p in Path(sys.base_prefix).parents if not p.stat().st_mode & stat.S_IXOTH]
    if not closed:
        return []
    aside = Path("/tmp/autograder-python")
    aside.mkdir(exist_ok=True)
    paths = [sys.base_prefix, str(closed[-1]), str(aside)]
    return ["unshare", "-m", "bash", "-c", _OPEN_PYTHON, "_", *paths]
