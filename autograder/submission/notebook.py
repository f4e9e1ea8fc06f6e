"""The cells of a notebook, out of whatever state students hand it in.

A notebook that is cut off or holds a merge conflict gives the cells that can still be read. Reading
JSON by hand rather than with a notebook library is what makes that possible.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from autograder.sandbox.conflicts import first_conflict, resolutions
from autograder.submission.text import decode

MAX_CELLS: Final = 2_000

_KINDS: Final[dict[str, Literal["code", "markdown", "raw"]]] = {
    "code": "code",
    "markdown": "markdown",
    "heading": "markdown",
}
_CELLS = re.compile(r'"cells"\s*:\s*\[')
_CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)
_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class Cell:
    """A cell by its place in the notebook, from 1."""

    number: int
    kind: Literal["code", "markdown", "raw"]
    text: str


@dataclass(frozen=True)
class Notebook:
    """The cells that could be read, and a line on what was odd; `is_whole` if none is missing."""

    cells: tuple[Cell, ...]
    note: str | None = None
    is_whole: bool = True


def read_notebook(data: bytes, name: str) -> Notebook:
    """Read a notebook; what is damaged costs only itself."""
    text, encoding = decode(data)
    note = f"{name} is not UTF-8; it was read as {encoding}." if encoding else None
    try:
        cells = _cells_of(json.loads(text))
    except (ValueError, RecursionError) as error:
        return _merged(text, name) or _recover(text, name, error)
    if cells is None:
        note = f"{name} holds no cells; is it a Jupyter notebook?"
        return Notebook((), note, is_whole=False)
    if len(cells) > MAX_CELLS:
        note = f"{name} has {len(cells)} cells; the first {MAX_CELLS} were read."
        return Notebook(_numbered(cells), note, is_whole=False)
    return Notebook(_numbered(cells), note)


def _cells_of(content: Any) -> list[Any] | None:
    """The list of cells in any version of the format."""
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("cells"), list):
        return list(content["cells"])
    sheets = content.get("worksheets")
    if isinstance(sheets, list):
        return [cell for sheet in sheets if isinstance(sheet, dict) for cell in _listed(sheet)]
    return None


def _listed(sheet: dict[str, Any]) -> list[Any]:
    cells = sheet.get("cells")
    return cells if isinstance(cells, list) else []


def _numbered(cells: list[Any]) -> tuple[Cell, ...]:
    numbered = []
    for number, cell in enumerate(cells[:MAX_CELLS], 1):
        if not isinstance(cell, dict):
            continue
        source = cell.get("source", cell.get("input", ""))
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        kind = _KINDS.get(str(cell.get("cell_type")), "raw")
        numbered.append(Cell(number, kind, text.replace("\r\n", "\n")))
    return tuple(numbered)


def _merged(text: str, name: str) -> Notebook | None:
    """The notebook with its merge conflicts resolved to one side, where that gives JSON."""
    line = first_conflict(text)
    if line is None:
        return None
    for candidate in resolutions(text):
        try:
            cells = _cells_of(json.loads(candidate))
        except (ValueError, RecursionError):
            continue
        if cells is not None:
            note = f"{name}:{line}: merge-conflict markers; one side of the conflict was graded. "
            note += "Resolve it and hand in again if you mean the other."
            return Notebook(_numbered(cells), note)
    return None


def _recover(text: str, name: str, error: Exception) -> Notebook:
    """The cells before the damage, and a line that says what the damage is."""
    start = _CELLS.search(text)
    cells: list[Any] = []
    if start is not None:
        decoder, place = json.JSONDecoder(), start.end()
        while place < len(text):
            try:
                cell, place = decoder.raw_decode(text, _skip(text, place))
            except (ValueError, RecursionError):
                break
            cells.append(cell)
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        reason = f"{name}:{line}: merge-conflict markers; resolve the conflict and hand in again."
    elif not text.lstrip().startswith("{"):
        reason = f"{name} is not a notebook: it does not hold JSON."
    else:
        line = getattr(error, "lineno", 1)
        reason = f"{name}:{line}: the notebook is damaged or cut off."
    if cells:
        reason += f" The first {len(cells)} cells were read."
    return Notebook(_numbered(cells), reason, is_whole=False)


def _skip(text: str, place: int) -> int:
    match = _BETWEEN.match(text, place)
    return match.end() if match else place
