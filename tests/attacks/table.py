"""Tells whether a table would compute something in a spreadsheet, at whatever sign it splits the lines."""

from __future__ import annotations

import csv
import io
import re

_SEPARATORS = ",;\t|"
_STARTS = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212]")
_PLAIN = re.compile(r"-|[-+]?[0-9.]+")
# What a spreadsheet may pass over before it looks at a cell; an apostrophe is not among it.
_PASSED_OVER = re.compile('^[\\s"\u200b-\u200f\u2060\ufeff\u00ad]+')


def active_cells(table: str) -> list[str]:
    """The cells that a spreadsheet takes for formulas."""
    found = []
    for separator in _SEPARATORS:
        lines = io.StringIO(table, newline="")
        try:
            cells = [cell for row in csv.reader(lines, delimiter=separator) for cell in row]
        except csv.Error:  # with this separator it is no table at all, but a cell for each piece
            cells = re.split(f"[{separator}\r\n]", table)
        found += [cell for cell in cells if _is_active(cell)]
    return found


def _is_active(cell: str) -> bool:
    bare = _PASSED_OVER.sub("", cell)
    return bool(_STARTS.match(bare)) and not _PLAIN.fullmatch(bare.rstrip())
