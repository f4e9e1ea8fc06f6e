"""A CSV file that a system exported, to be given back with the grades in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.errors import UsageError
from autograder.reports.cells import BOM, Cell, Kept, disarmed, table
from autograder.submission.text import decode

MAX_BYTES: Final = 32 << 20
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True)
class Sheet:
    """The head and the rows of a file, each row as wide as the head, and how it was written."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str = ","
    has_mark: bool = False

    def column(self, *names: str) -> int | None:
        """The index of the first column that bears one of the names, whatever their case."""
        wanted = [name.casefold() for name in names]
        heads = (head.strip().casefold() for head in self.head)
        return next((index for index, head in enumerate(heads) if head in wanted), None)

    def required(self, what: str, *names: str) -> int:
        """The same for a column that must be there.

        Raises:
            UsageError: there is none.
        """
        found = self.column(*names)
        if found is None:
            heads = ", ".join(repr(head) for head in self.head[:12])
            raise UsageError(f"{self.name} is no {what}: no column {names[0]!r} among {heads}")
        return found

    def written(self, columns: Sequence[int], rows: Sequence[Sequence[Cell]]) -> str:
        """These columns with other rows, as the file itself was written; its texts stay, but disarmed."""
        head = tuple(self.head[index] for index in columns)
        kept = [[_kept(cell) for cell in row] for row in (head, *rows)]
        return table(kept, mark=self.has_mark, delimiter=self.delimiter)


def _kept(cell: Cell) -> Cell:
    return Kept(disarmed(cell)) if isinstance(cell, str) else cell


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file with a head.

    Raises:
        UsageError: it cannot be read, is too large, or has no head.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path} is larger than {MAX_BYTES >> 20} MiB; is it the right file?")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return sheet_of(data, str(path))


def sheet_of(data: bytes, name: str) -> Sheet:
    """The table of a CSV file's bytes; `name` is what notes call it.

    Raises:
        UsageError: it is none.
    """
    text = decode(data)[0]
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row
        ]
    except csv.Error as error:
        raise UsageError(f"{name} is no CSV file ({error})") from None
    if not rows or len(rows[0]) < 2:
        raise UsageError(f"{name} is no CSV file with a head: export it again, as CSV")
    width = len(rows[0])
    even = (tuple((row + [""] * width)[:width]) for row in rows[1:])
    return Sheet(name, tuple(rows[0]), tuple(even), delimiter, data.startswith(BOM.encode()))
