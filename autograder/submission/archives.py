"""Zip archives that students made: their names, their entries, and what is refused in them."""

from __future__ import annotations

import contextlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Any, Final, cast

MAX_ENTRY_BYTES: Final = 32 << 20
MAX_ARCHIVE_BYTES: Final = 128 << 20
MAX_INDEX_BYTES: Final = 4 << 20
_MAX_RATIO: Final = 200
_IS_UTF8: Final = 0x800
# What zipfile raises over an archive that is damaged or makes no sense: an encrypted entry is a
# RuntimeError, a name that is not the UTF-8 it says to be a ValueError.
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
    OverflowError,
)  # fmt: skip


class _Bounded:
    """A stream that gives no more at once than an index may hold, as long as it is `bounded`."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.bounded = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def read(self, size: int = -1) -> bytes:
        if not self.bounded:
            return self._stream.read(size)
        data = self._stream.read(
            MAX_INDEX_BYTES + 1 if size < 0 else min(size, MAX_INDEX_BYTES + 1)
        )
        if len(data) > MAX_INDEX_BYTES:
            raise zipfile.BadZipFile("it has too many entries")
        return data


def open_bounded(stream: IO[bytes]) -> zipfile.ZipFile:
    """An archive, unless its index is so large that reading it would cost too much memory.

    Raises:
        One of BROKEN: it is no archive, or its index is damaged or too large.
    """
    bounded = _Bounded(stream)
    opened = zipfile.ZipFile(cast(IO[bytes], bounded))
    bounded.bounded = False
    return opened


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
    opened: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    name: str,
    note: Callable[[str, str], None],
) -> bytes | None:
    """The content of an archive's file, known as `name`; None where it is not read.

    `note` is then told the name, and why in a line.
    """
    most = MAX_ARCHIVE_BYTES if name.lower().endswith(".zip") else MAX_ENTRY_BYTES
    if is_refused(name, entry):
        note(name, f"{name}: links and names outside the archive are not read.")
    elif entry.file_size > most or (
        entry.file_size > 1 << 20 and entry.file_size > _MAX_RATIO * max(1, entry.compress_size)
    ):
        note(name, f"{name} unpacks to {entry.file_size >> 20} MiB; it was not read.")
    else:
        try:
            with opened.open(entry) as stream:
                # The header may lie about the size, so never read past the limit.
                return stream.read(most + 1)
        except BROKEN as error:
            note(name, f"{name} cannot be unpacked: {error}.")
    return None
