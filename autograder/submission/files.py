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
_COMPRESSED: Final = frozenset((".gz", ".xz"))
_SHOWN: Final = 5
_JUNK_FILES: Final = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))
_GRADED: Final = frozenset(".ipynb .py .md .markdown .txt .tex .yaml .yml".split())

_T = TypeVar("_T")


class FileSet:
    """The files of a hand-in by their relative names, and notes on what was not read.

    `unread` are those of the notes that are about what may hold answers.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.notes: list[str] = []
        self.unread: list[str] = []
        self._total = 0

    @property
    def problem(self) -> str:
        """Why there is nothing to grade although something was handed in; otherwise nothing."""
        if self.notes and not self.files:
            return " ".join(self.notes[:_SHOWN]).rstrip(".")
        if not self.files or any(may_be_graded(name) for name in self.files):
            return ""
        names = sorted(self.files)
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return f"there are no answers and no code, only {', '.join(names[:_SHOWN])}{more}"

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
        self.note_unread(
            name, f"{name} is larger than {MAX_FILE_BYTES >> 20} MiB; it was not read."
        )

    def note_full(self, name: str) -> None:
        """Note that there is no room for a file."""
        self.note_unread(
            name, f"{name} was not read: the hand-in holds too many or too large files."
        )

    def note_unread(self, name: str, line: str) -> None:
        """Note in a line that a file was not read."""
        self.notes.append(line)
        if may_hold_answers(name):
            self.unread.append(line)


def read_files(paths: Sequence[Path]) -> FileSet:
    """Read everything handed in.

    Raises:
        SubmissionError: a path does not exist.
    """
    found = FileSet()
    for path in paths:
        if path.is_dir():
            add_folder(found, path, "")
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


def may_hold_answers(name: str) -> bool:
    """Whether a file of this name may be graded, or may be an archive of such files."""
    path = PurePosixPath(name.lower())
    if path.suffix in _COMPRESSED:  # data sets come so; a tar does not, nor does a notebook
        return may_hold_answers(path.stem)
    return path.suffix in _GRADED | _ARCHIVES


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
            found.note_unread(name, f"{name} is a link or a device; it was not read.")
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
        found.note_unread(name, f"{name} cannot be read: {error.strerror}.")


def add_data(found: FileSet, data: bytes, name: str, depth: int = 0) -> None:
    """Take in a file's content under its name; a zip archive gives what it holds, one in it too.

    `depth` counts the archives around it.
    """
    suffix = PurePosixPath(name.lower()).suffix
    is_zip = suffix == ".zip" and zipfile.is_zipfile(io.BytesIO(data))
    if is_zip and depth < _DEEPEST_ARCHIVE:
        _add_archive(found, io.BytesIO(data), name, depth)
    elif is_zip:
        found.note_unread(name, f"{name} is an archive too deep in others; it was not read.")
    elif suffix in _ARCHIVES:
        found.note_unread(name, f"{name} is no zip archive, or is damaged; it was not read.")
    else:
        found.add(name, data)


def _add_archive(found: FileSet, stream: IO[bytes], archive: str, depth: int) -> None:
    """The entries of a zip archive, each with its own checks."""
    try:
        with open_bounded(stream) as opened:
            entries = [e for e in opened.infolist() if not _is_passed_over(entry_name(e))]
            if not entries:
                found.notes.append(f"{archive} holds no files.")
            ordered = in_order(entries, entry_name)
            for entry in ordered[MAX_ENTRIES : MAX_ENTRIES + 1]:
                line = f"{archive} has {len(entries)} entries; the first {MAX_ENTRIES} were read."
                found.note_unread(entry_name(entry), line)
            for entry in ordered[:MAX_ENTRIES]:
                name = entry_name(entry)
                data = entry_data(opened, entry, name, found.note_unread)
                if data is not None:
                    add_data(found, data, name, depth + 1)
    except BROKEN as error:
        found.note_unread(archive, f"{archive}: the archive is damaged ({error}).")
