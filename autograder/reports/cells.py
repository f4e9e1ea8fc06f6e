"""Tables that a spreadsheet opens: no cell of text becomes a formula in it.

A spreadsheet takes a cell that starts with `=`, `+`, `-` or `@` for a formula, which may send data away
or start programs. One that splits at other separators than ours starts cells in the middle of our text,
so the signs are disarmed there too. https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from autograder.reports.escape import printable

MAX_CELL: Final = 1_000
BOM: Final = "\N{BYTE ORDER MARK}"
# Also the wide and small forms, and the minus sign, which some spreadsheets read like the plain ones.
SIGNS: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
BREAKS: Final = ";,|\t\r\n\"'"
INVISIBLE: Final = "\\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_START = re.compile(f"(^|[{BREAKS}])([{INVISIBLE}]*)(?=[{SIGNS}])")
_HARMLESS = re.compile(r"-|-?[0-9]+(\.[0-9]+)?")

Cell = str | float | None


class Kept(str):
    """A text that goes into a table as it is."""

    __slots__ = ()


def safe_text(text: str) -> str:
    """A text on one short line with an apostrophe before what would start a formula."""
    return disarmed(" ".join(printable(text, MAX_CELL).split()))


def disarmed(text: str) -> str:
    """A text with an apostrophe before what would start a formula.

    A number is none, nor is a hyphen alone, which stands for "nothing" in many tables.
    """
    return text if _HARMLESS.fullmatch(text) else _START.sub(r"\1\2'", text)


def table(rows: Iterable[Sequence[Cell]], *, mark: bool = True, delimiter: str = ",") -> str:
    """Rows as CSV: numbers as they are, texts short and disarmed, nothing for None.

    `mark` sets the byte order mark by which Excel knows UTF-8.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n", delimiter=delimiter)
    writer.writerows([_shown(cell) for cell in row] for row in rows)
    return f"{BOM if mark else ''}{stream.getvalue()}"


def number(value: float) -> str:
    """A number in the fewest digits, at most four after the point."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Kept):
        return cell
    return safe_text(cell) if isinstance(cell, str) else number(cell)
