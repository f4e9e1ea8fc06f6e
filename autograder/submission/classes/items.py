"""Files and folders of a class, on disk or inside a zip archive, seen in one way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from autograder.errors import SubmissionError
from autograder.submission.files import FileSet, add_folder, add_path, is_junk


class Item(Protocol):
    """A file or a folder; nothing of its content is read before it is asked for."""

    @property
    def name(self) -> str:
        """The last part of its path."""
        ...

    @property
    def is_folder(self) -> bool:
        """Whether it holds other items."""
        ...

    @property
    def size(self) -> int:
        """Bytes of a file, as far as its entry tells; 0 for a folder."""
        ...

    def children(self) -> tuple[Item, ...]:
        """What a folder holds, in the order of names, without what systems leave behind."""
        ...

    def open(self) -> IO[bytes]:
        """A file's content as a stream."""
        ...

    def add_to(self, found: FileSet, name: str) -> None:
        """Take a file in under a name, or a folder's files under names that start with it."""
        ...


@dataclass(frozen=True)
class DiskItem:
    """A file or a folder on disk."""

    path: Path

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.name

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder; a link to one is none."""
        return self.path.is_dir() and not self.path.is_symlink()

    @property
    def size(self) -> int:
        """Bytes of a file, 0 for a folder."""
        return 0 if self.is_folder else self.path.lstat().st_size

    def children(self) -> tuple[Item, ...]:
        """What a folder holds."""
        if not self.is_folder:
            return ()
        return tuple(DiskItem(path) for path in sorted(self.path.iterdir()) if is_listed(path.name))

    def open(self) -> IO[bytes]:
        """A file's content as a stream."""
        return self.path.open("rb")

    def add_to(self, found: FileSet, name: str) -> None:
        """Take in its files."""
        if self.is_folder:
            add_folder(found, self.path, name)
        else:
            add_path(found, self.path, name)


def is_listed(name: str) -> bool:
    """Whether a name can be that of a hand-in, not something that a system left behind."""
    return not name.startswith(".") and not is_junk(name) and not is_junk(f"{name}/x")


def joined(folder: str, name: str) -> str:
    """A path below a folder, which may be empty."""
    return f"{folder}/{name}" if folder else name


def gather(parts: Iterable[tuple[str, Item]]) -> FileSet:
    """The files of a hand-in that consists of several items, each under its name."""
    found = FileSet()
    for name, item in parts:
        item.add_to(found, name)
    return found


def checked(found: FileSet) -> FileSet:
    """The files of a hand-in, if there is something to grade, or nothing at all.

    Raises:
        SubmissionError: there is something, but nothing that a machine can read: that is not empty.
    """
    if found.problem:
        raise SubmissionError(found.problem)
    return found
