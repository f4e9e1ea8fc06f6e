"""Which files a job may read: Python, its packages, its own folder; and that this folder stays as it is."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path


def readable() -> tuple[str, ...]:
    """Where Python and its packages live: the prefix, the base prefix, the site directories.

    The project's own files are not among them, nor anything else of the user's.
    """
    entries = {sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent.parent)}
    entries |= {entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))}
    return tuple(sorted(entry for entry in entries if entry not in ("/", "/usr")))


def open_to_all(path: str) -> bool:
    """Whether any user may enter a directory and read it."""
    place = Path(path)
    try:
        reachable = all(parent.stat().st_mode & stat.S_IXOTH for parent in place.parents)
        return reachable and place.stat().st_mode & 0o5 == 0o5
    except OSError:
        return False


def seal(folder: Path) -> None:
    """Make a folder readable to all and writable to none; its owner needs more than writing to undo it."""
    for path, is_folder in _below(folder):
        with contextlib.suppress(OSError):
            path.chmod(0o555 if is_folder else 0o444)


def unseal(folder: Path) -> None:
    """Let the owner write and delete again."""
    for path, is_folder in _below(folder):
        if is_folder:
            with contextlib.suppress(OSError):
                path.chmod(0o755)


def _below(folder: Path) -> Iterator[tuple[Path, bool]]:
    yield folder, True
    for base, folders, files in os.walk(folder):
        yield from ((Path(base) / name, True) for name in folders)
        yield from ((Path(base) / name, False) for name in files)
