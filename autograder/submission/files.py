"""Reads a folder, a zip archive or single files into memory, within limits.

What systems leave behind (`__MACOSX`, `.DS_Store`, `.ipynb_checkpoints`, editors' backups) is passed
over. Nothing is written to disk; links, absolute names and `..` in an archive are refused.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from autograder.errors import SubmissionError

MAX_FILES: Final = 500
MAX_ENTRIES: Final = 5_000
MAX_FILE_BYTES: Final = 32 << 20
MAX_TOTAL_BYTES: Final = 128 << 20
_MAX_RATIO: Final = 200

_JUNK_FOLDERS: Final = frozenset(
    "__MACOSX .ipynb_checkpoints __pycache__ .git .idea .vscode .venv venv .pytest_cache".split()
)
_ARCHIVES: Final = frozenset((".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".xz"))
_JUNK_FILES: Final = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


class FileSet:
    """The files of a hand-in by their relative names, and notes on what was not read."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.notes: list[str] = []
        self._total = 0

    def add(self, name: str, data: bytes) -> None:
        """Take a file in, unless a limit is passed."""
        if name in self.files:
            self.notes.append(f"{name} is there twice; the first was read.")
        elif len(data) > MAX_FILE_BYTES:
            self.notes.append(f"{name} is larger than {MAX_FILE_BYTES >> 20} MiB; it was not read.")
        elif len(self.files) >= MAX_FILES or self._total + len(data) > MAX_TOTAL_BYTES:
            self.notes.append(
                f"{name} was not read: the hand-in holds too many or too large files."
            )
        else:
            self.files[name] = data
            self._total += len(data)


def read_files(paths: Sequence[Path]) -> FileSet:
    """Read everything handed in.

    Raises:
        SubmissionError: a path does not exist, or an archive cannot be opened.
    """
    found = FileSet()
    for path in paths:
        if path.is_dir():
            for file in _walk(path):
                _add_from_disk(found, file, _as_text(file.relative_to(path).as_posix()))
        elif path.is_file():
            _add_from_disk(found, path, _as_text(path.name))
        else:
            raise SubmissionError(f"{path}: there is no such file or folder")
    return found


def _as_text(name: str) -> str:
    """A file's name; one that is not UTF-8 is read as Latin-1, as old systems wrote it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("latin-1")
    return name


def is_junk(name: str) -> bool:
    """Whether a name belongs to a system or an editor, not to the student."""
    parts = PurePosixPath(name).parts
    return (
        any(part in _JUNK_FOLDERS for part in parts[:-1])
        or parts[-1] in _JUNK_FILES
        or parts[-1].startswith("._")
        or parts[-1].endswith("~")
    )


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder in a fixed order, following no links."""
    for base, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _JUNK_FOLDERS)
        for name in sorted(names):
            yield Path(base) / name


def _add_from_disk(found: FileSet, path: Path, name: str) -> None:
    if is_junk(name):
        return
    try:
        details = path.lstat()
        if not stat.S_ISREG(details.st_mode):
            found.notes.append(f"{name} is a link or a device; it was not read.")
        elif details.st_size > MAX_FILE_BYTES:
            found.add(name, b"\0" * (MAX_FILE_BYTES + 1))
        elif zipfile.is_zipfile(path) and path.suffix.lower() == ".zip":
            _add_archive(found, path.read_bytes(), name)
        elif path.suffix.lower() in _ARCHIVES:
            found.notes.append(f"{name} is no zip archive, or is damaged; it was not read.")
        else:
            found.add(name, path.read_bytes())
    except OSError as error:
        found.notes.append(f"{name} cannot be read: {error.strerror}.")


def _add_archive(found: FileSet, data: bytes, archive: str) -> None:
    """The entries of a zip archive, each with its own checks."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            entries = opened.infolist()
            if len(entries) > MAX_ENTRIES:
                found.notes.append(
                    f"{archive} has {len(entries)} entries; the first {MAX_ENTRIES} were read."
                )
            for entry in sorted(entries[:MAX_ENTRIES], key=lambda entry: entry.filename):
                _add_entry(found, opened, entry)
    except _DAMAGED as error:
        raise SubmissionError(f"{archive}: the archive is damaged ({error})") from None


# What zipfile raises over a table of contents that makes no sense.
_DAMAGED: Final = (
    zipfile.BadZipFile, EOFError, ValueError, OverflowError, NotImplementedError, struct.error,
)  # fmt: skip
_BROKEN: Final = (zipfile.BadZipFile, EOFError, OSError, zlib.error)


def _add_entry(found: FileSet, opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if entry.is_dir() or not path.parts or is_junk(name):
        return
    kind = entry.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(kind):
        found.notes.append(f"{name}: links and names outside the archive are not read.")
    elif entry.file_size > MAX_FILE_BYTES or (
        entry.file_size > 1 << 20 and entry.file_size > _MAX_RATIO * max(1, entry.compress_size)
    ):
        found.notes.append(f"{name} unpacks to {entry.file_size >> 20} MiB; it was not read.")
    else:
        try:
            with opened.open(entry) as stream:
                # The header may lie about the size, so never read past the limit.
                found.add(name, stream.read(MAX_FILE_BYTES + 1))
        except (*_BROKEN, RuntimeError, NotImplementedError) as error:
            # An encrypted entry is a RuntimeError, an unknown compression NotImplementedError.
            found.notes.append(f"{name} cannot be unpacked: {error}.")
