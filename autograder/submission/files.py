"""Reads a folder, a zip archive or single files into memory, within limits.

What systems leave behind (`__MACOSX`, `.DS_Store`, `.ipynb_checkpoints`, editors' backups) is passed
over. Nothing is written to disk; links, absolute names and `..` in an archive are refused. What may be
graded is read before data and pictures, so that these never take its place within the limits.
"""

from __future__ import annotations

import io
import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Final, TypeVar

from autograder.errors import SubmissionError
from autograder.submission.archives import BROKEN, entry_data, entry_name, open_bounded

MAX_FILES: Final = 500
MAX_ENTRIES: Final = 5_000
MAX_FILE_BYTES: Final = 32 << 20
MAX_TOTAL_BYTES: Final = 128 << 20
_DEEPEST_ARCHIVE: Final = 2

_JUNK_FOLDERS: Final = frozenset(
    "__MACOSX .ipynb_checkpoints __pycache__ .git .idea .vscode .venv venv .pytest_cache "
    "site-packages node_modules".split()
)
_ARCHIVES: Final = frozenset((".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".xz"))
_JUNK_FILES: Final = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))
_GRADED: Final = frozenset(".ipynb .py .md .markdown .txt .tex .yaml .yml".split())

_T = TypeVar("_T")


class FileSet:
    """The files of a hand-in by their relative names, and notes on what was not read.

    `damaged` are the notes on archives that cannot be opened.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.notes: list[str] = []
        self.damaged: list[str] = []
        self._total = 0

    def add(self, name: str, data: bytes) -> None:
        """Take a file in, unless a limit is passed."""
        name = unicodedata.normalize("NFC", name)
        if name in self.files:
            self.notes.append(f"{name} is there twice; the first was read.")
        elif len(data) > MAX_FILE_BYTES:
            self.note_large(name)
        elif not self.has_room(len(data)):
            self.note_full(name)
        else:
            self.files[name] = data
            self._total += len(data)

    def has_room(self, size: int) -> bool:
        """Whether a file of so many bytes is within the limits."""
        return len(self.files) < MAX_FILES and self._total + size <= MAX_TOTAL_BYTES

    def note_large(self, name: str) -> None:
        """Note that a file is too large."""
        self.notes.append(f"{name} is larger than {MAX_FILE_BYTES >> 20} MiB; it was not read.")

    def note_full(self, name: str) -> None:
        """Note that there is no room for a file."""
        self.notes.append(f"{name} was not read: the hand-in holds too many or too large files.")

    def note_damaged(self, line: str) -> None:
        """Note that an archive cannot be opened."""
        self.notes.append(line)
        self.damaged.append(line)


def read_files(paths: Sequence[Path]) -> FileSet:
    """Read everything handed in.

    Raises:
        SubmissionError: a path does not exist, or there is only an archive that cannot be opened.
    """
    found = FileSet()
    for path in paths:
        if path.is_dir():
            add_folder(found, path, "")
        elif path.is_file():
            add_path(found, path, path.name)
        else:
            raise SubmissionError(f"{path}: there is no such file or folder")
    if found.damaged and not found.files:
        raise SubmissionError(found.damaged[0].rstrip("."))
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
    return not parts or (
        any(part in _JUNK_FOLDERS for part in parts[:-1])
        or parts[-1] in _JUNK_FILES
        or parts[-1].startswith("._")
        or parts[-1].endswith("~")
    )


def _is_passed_over(name: str) -> bool:
    """Whether an archive's entry is a folder, or nothing of the student's."""
    return name.endswith("/") or is_junk(name)


def may_be_graded(name: str) -> bool:
    """Whether a file of this name may hold answers or code."""
    return PurePosixPath(name.lower()).suffix in _GRADED


def in_order(items: Iterable[_T], name_of: Callable[[_T], str]) -> list[_T]:
    """What may be graded, then archives, then everything else; the less deep and lower names first."""

    def key(item: _T) -> tuple[int, int, str]:
        path = PurePosixPath(name_of(item))
        rank = 0 if may_be_graded(path.name) else 1 if path.suffix.lower() in _ARCHIVES else 2
        return rank, len(path.parts), str(path)

    return sorted(items, key=key)


def add_folder(found: FileSet, folder: Path, name: str) -> None:
    """Take in the files below a folder on disk, following no links."""
    paths: list[str] = []
    for base, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if name not in _JUNK_FOLDERS]
        inside = Path(base).relative_to(folder)
        paths += [(inside / file).as_posix() for file in names]
    for path in in_order(paths, lambda path: path):
        add_path(found, folder / path, f"{name}/{path}" if name else path)


def add_path(found: FileSet, path: Path, name: str) -> None:
    """Take in a file on disk under a name; a zip archive gives what it holds."""
    name = _as_text(name)
    if is_junk(name):
        return
    try:
        details = path.lstat()
        if not stat.S_ISREG(details.st_mode):
            found.notes.append(f"{name} is a link or a device; it was not read.")
        elif path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
            with path.open("rb") as stream:
                _add_archive(found, stream, name, 0)
        elif details.st_size > MAX_FILE_BYTES:
            found.note_large(name)
        elif not found.has_room(details.st_size):
            found.note_full(name)
        else:
            add_data(found, path.read_bytes(), name)
    except OSError as error:
        found.notes.append(f"{name} cannot be read: {error.strerror}.")


def add_data(found: FileSet, data: bytes, name: str, depth: int = 0) -> None:
    """Take in a file's content under its name; a zip archive gives what it holds, one in it too.

    `depth` counts the archives around it.
    """
    suffix = PurePosixPath(name.lower()).suffix
    is_zip = suffix == ".zip" and zipfile.is_zipfile(io.BytesIO(data))
    if is_zip and depth < _DEEPEST_ARCHIVE:
        _add_archive(found, io.BytesIO(data), name, depth)
    elif is_zip:
        found.notes.append(f"{name} is an archive too deep in others; it was not read.")
    elif suffix in _ARCHIVES:
        found.notes.append(f"{name} is no zip archive, or is damaged; it was not read.")
    else:
        found.add(name, data)


def _add_archive(found: FileSet, stream: IO[bytes], archive: str, depth: int) -> None:
    """The entries of a zip archive, each with its own checks."""
    try:
        with open_bounded(stream) as opened:
            entries = [e for e in opened.infolist() if not _is_passed_over(entry_name(e))]
            if not entries:
                found.note_damaged(f"{archive} holds no files.")
            if len(entries) > MAX_ENTRIES:
                found.notes.append(
                    f"{archive} has {len(entries)} entries; the first {MAX_ENTRIES} were read."
                )
            for entry in in_order(entries, entry_name)[:MAX_ENTRIES]:
                name = entry_name(entry)
                data = entry_data(opened, entry, name, found.notes)
                if data is not None:
                    add_data(found, data, name, depth + 1)
    except BROKEN as error:
        found.note_damaged(f"{archive}: the archive is damaged ({error}).")
