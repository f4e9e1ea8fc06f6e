"""What a student handed in, as a person reads it: written answers, and files with their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from autograder.exercise.model import Exercise
from autograder.reports.escape import printable
from autograder.service.hand_in import files_of
from autograder.submission.collect import collect_files
from autograder.submission.model import TextAnswer
from autograder.submission.notebook import read_notebook
from autograder.submission.text import decode

_MOST_BYTES: Final = 2 << 20  # of what is shown of a submission
_MOST_LINES: Final = 3_000
_LONGEST_LINE: Final = 1_000
_MOST_FILES: Final = 60
_SHOWN: Final = (
    ".py", ".md", ".txt", ".tex", ".yaml", ".yml", ".json", ".csv", ".toml", ".cfg", ".ini", ".rst",
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """Lines of a file: all of them, or a cell of a notebook."""

    label: str
    lines: tuple[str, ...]
    is_code: bool = True


@dataclass(frozen=True)
class Shown:
    """A file in pieces that can be read; `note` says what is not shown."""

    name: str
    size: int
    pieces: tuple[Piece, ...]
    note: str = ""


def written_answer(
    session: Session, exercise: Exercise, submission: str, question: str
) -> TextAnswer | None:
    """The answer that a submission holds to a question; None where it holds none."""
    files = files_of(session, submission)
    ids = [one.id for one in exercise.questions]
    return collect_files(files, ids, notebook=exercise.code.notebook).answers.get(question)


def shown_files(session: Session, submission: str) -> tuple[list[Shown], Sequence[str]]:
    """The files of a submission, those in archives too, and notes on what could not be read."""
    files = files_of(session, submission)
    shown = []
    left = _MOST_BYTES
    for name, data in list(files.files.items())[:_MOST_FILES]:
        shown.append(_shown(name, data, left))
        left -= len(data) if shown[-1].pieces else 0
    more = len(files.files) - len(shown)
    return shown, (*files.notes, *((f"{more} more files are not shown.",) if more else ()))


def _shown(name: str, data: bytes, room: int) -> Shown:
    if len(data) > room:
        return Shown(name, len(data), (), "too large to be shown; download it")
    ending = name.lower()
    if ending.endswith(".ipynb"):
        notebook = read_notebook(data, name)
        pieces = tuple(
            Piece(f"cell {cell.number}", _lines(cell.text), cell.kind == "code")
            for cell in notebook.cells
            if cell.text.strip()
        )
        return Shown(name, len(data), pieces, notebook.note or "")
    if not ending.endswith(_SHOWN) or b"\0" in data[:4_096]:
        return Shown(name, len(data), (), "no text; download it")
    text, encoding = decode(data)
    note = f"read as {encoding}" if encoding else ""
    return Shown(name, len(data), (Piece("", _lines(text)),), note)


def _lines(text: str) -> tuple[str, ...]:
    lines = text.splitlines()
    kept = tuple(printable(line, _LONGEST_LINE) for line in lines[:_MOST_LINES])
    more = len(lines) - len(kept)
    return (*kept, f"[{more} more lines]") if more > 0 else kept
