"""Reads a folder, a zip archive or single files into memory, within limits.

What systems leave behind (`__MACOSX`, `.DS_Store`, `.ipynb_checkpoints`, editors' backups) is passed
over. Nothing is written to disk; links, absolute names and `..` in an archive are refused.
"""

from __future__ import annotations

import contextlib
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
_IS_UTF8: Final = 0x800
# What zipfile raises over an archive that is damaged or makes no sense: an encrypted entry is a
# RuntimeError, a name that is not the UTF-8 it says to be a ValueError.
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
    OverflowError,
)  # fmt: skip

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
            for file in walk(path):
                add_path(found, file, file.relative_to(path).as_posix())
        elif path.is_file():
            add_path(found, path, path.name)
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


def walk(folder: Path) -> Iterator[Path]:
    """The files below a folder in a fixed order, following no links."""
    for base, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _JUNK_FOLDERS)
        for name in sorted(names):
            yield Path(base) / name


def add_path(found: FileSet, path: Path, name: str) -> None:
    """Take in a file on disk under a name; a zip archive gives what it holds."""
    name = _as_text(name)
    if is_junk(name):
        return
    try:
        details = path.lstat()
        if not stat.S_ISREG(details.st_mode):
            found.notes.append(f"{name} is a link or a device; it was not read.")
        elif details.st_size > MAX_FILE_BYTES:
            found.add(name, b"\0" * (MAX_FILE_BYTES + 1))
        else:
            add_data(found, path.read_bytes(), name)
    except OSError as error:
        found.notes.append(f"{name} cannot be read: {error.strerror}.")


def add_data(found: FileSet, data: bytes, name: str) -> None:
    """Take in a file's content under its name; a zip archive gives what it holds.

    Raises:
        SubmissionError: the archive is damaged.
    """
    suffix = PurePosixPath(name.lower()).suffix
    if suffix == ".zip" and zipfile.is_zipfile(io.BytesIO(data)):
        _add_archive(found, data, name)
    elif suffix in _ARCHIVES:
        found.notes.append(f"{name} is no zip archive, or is damaged; it was not read.")
    else:
        found.add(name, data)


def _add_archive(found: FileSet, data: bytes, archive: str) -> None:
    """The entries of a zip archive, each with its own checks."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            entries = opened.infolist()
            if len(entries) > MAX_ENTRIES:
                found.notes.append(
                    f"{archive} has {len(entries)} entries; the first {MAX_ENTRIES} were read."
                )
            for entry in sorted(entries[:MAX_ENTRIES], key=entry_name):
                name = entry_name(entry)
                if (content := entry_data(found, opened, entry, name)) is not None:
                    found.add(name, content)
    except BROKEN as error:
        raise SubmissionError(f"{archive}: the archive is damaged ({error})") from None


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name of an archive's entry, with `/` between its parts, whatever system wrote it.

    Systems that do not mark a name as UTF-8 often wrote UTF-8 all the same; what is none is the old
    code page 437, as the format says.
    """
    name = entry.filename
    if not entry.flag_bits & _IS_UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def is_refused(name: str, entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a link, or its name leads out of the archive."""
    path = PurePosixPath(name)
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or path.is_absolute() or ".." in path.parts


def entry_data(
    found: FileSet, opened: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str
) -> bytes | None:
    """The content of an archive's entry, known as `name`; None with a note where it is not read."""
    if entry.is_dir() or not PurePosixPath(name).parts or is_junk(name):
        return None
    if is_refused(name, entry):
        found.notes.append(f"{name}: links and names outside the archive are not read.")
    elif entry.file_size > MAX_FILE_BYTES or (
        entry.file_size > 1 << 20 and entry.file_size > _MAX_RATIO * max(1, entry.compress_size)
    ):
        found.notes.append(f"{name} unpacks to {entry.file_size >> 20} MiB; it was not read.")
    else:
        try:
            with opened.open(entry) as stream:
                # The header may lie about the size, so never read past the limit.
                return stream.read(MAX_FILE_BYTES + 1)
        except BROKEN as error:
            found.notes.append(f"{name} cannot be unpacked: {error}.")
    return None
