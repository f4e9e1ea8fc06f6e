"""A class inside a zip archive: its entries as a tree of items, read without unpacking to disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final

from autograder.errors import UsageError
from autograder.submission.archives import BROKEN, entry_data, entry_name, is_refused
from autograder.submission.classes.items import Item, is_listed, joined
from autograder.submission.files import FileSet, add_data, in_order, is_junk

_SHOWN: Final = 10
_DEEPEST: Final = 40


@dataclass
class _Node:
    """A folder of the archive: the folders and the files in it by name."""

    folders: dict[str, _Node] = field(default_factory=dict)
    files: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    def folder(self, parts: tuple[str, ...]) -> _Node:
        """The folder at a path below this one, made where there is none."""
        node = self
        for part in parts:
            node = node.folders.setdefault(part, _Node())
        return node


@dataclass(frozen=True)
class ZipFolder:
    """A folder inside an archive."""

    name: str
    archive: zipfile.ZipFile
    node: _Node = field(repr=False)
    is_folder: bool = True
    size: int = 0

    def children(self) -> tuple[Item, ...]:
        """What the folder holds."""
        found: list[Item] = [
            ZipFolder(name, self.archive, node) for name, node in self.node.folders.items()
        ]
        found += [ZipEntry(name, self.archive, entry) for name, entry in self.node.files.items()]
        return tuple(sorted((i for i in found if is_listed(i.name)), key=lambda item: item.name))

    def open(self) -> IO[bytes]:
        """A folder has no content of its own."""
        raise IsADirectoryError(self.name)

    def add_to(self, found: FileSet, name: str) -> None:
        """Take in its files, in the order in which they would be read from disk."""
        for path, entry in in_order(_files(self.node, name), lambda file: file[0]):
            ZipEntry(path, self.archive, entry).add_to(found, path)


def _files(node: _Node, name: str) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The files below a folder with their names."""
    for file, entry in node.files.items():
        yield joined(name, file), entry
    for folder, inner in node.folders.items():
        yield from _files(inner, joined(name, folder))


@dataclass(frozen=True)
class ZipEntry:
    """A file inside an archive."""

    name: str
    archive: zipfile.ZipFile
    entry: zipfile.ZipInfo
    is_folder: bool = False

    @property
    def size(self) -> int:
        """Bytes, as the archive's index says."""
        return self.entry.file_size

    def children(self) -> tuple[Item, ...]:
        """A file holds nothing."""
        return ()

    def open(self) -> IO[bytes]:
        """The content as a stream."""
        return self.archive.open(self.entry)

    def add_to(self, found: FileSet, name: str) -> None:
        """Take it in."""
        data = None
        if not is_junk(name):
            data = entry_data(self.archive, self.entry, name, found.note_unread)
        if data is not None:
            add_data(found, data, name)


def open_archive(source: Path | IO[bytes], name: str) -> tuple[ZipFolder, tuple[str, ...]]:
    """What an archive holds, and notes on entries that are refused.

    Raises:
        UsageError: it is no zip archive, or its index is damaged.
    """
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN as error:
        raise UsageError(
            f"{name} is no zip archive, or is damaged ({error}); download it again"
        ) from None
    root, refused, twice = _Node(), list[str](), list[str]()
    for entry in archive.infolist():
        path = entry_name(entry)
        parts = tuple(part for part in PurePosixPath(path).parts if part != "/")
        if is_refused(path, entry) or len(parts) > _DEEPEST:
            refused.append(path)
        elif path.endswith("/"):
            root.folder(parts)
        elif parts:
            folder = root.folder(parts[:-1])
            if folder.files.setdefault(parts[-1], entry) is not entry:
                twice.append(path)
    notes = (
        *_told(refused, "links, and names that lead outside or too deep, are not read."),
        *_told(twice, "it is in the archive twice; the first was read."),
    )
    return ZipFolder(name, archive, root), notes


def _told(paths: list[str], why: str) -> list[str]:
    more = len(paths) - _SHOWN
    rest = [f"There are {more} more entries like these."] if more > 0 else []
    return [f"{path}: {why}" for path in paths[:_SHOWN]] + rest
