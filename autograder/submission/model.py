"""What a student handed in, as far as it could be read, and what was odd about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_NO_BULLETS: Final = (".yaml", ".yml", ".tex")


@dataclass(frozen=True)
class Place:
    """Where something stands: a file, a cell of a notebook (from 1, 0 for none), a line."""

    file: str
    line: int = 1
    cell: int = 0

    def __str__(self) -> str:
        if self.cell:
            return f"{self.file}, cell {self.cell}, line {self.line}"
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class TextAnswer:
    """A written answer; `fields` holds its parts where it was given as a mapping."""

    text: str
    place: Place
    fields: Mapping[str, str] | None = None

    @property
    def is_markdown(self) -> bool:
        """Whether it stands in Markdown, where a dash may be a bullet."""
        return self.place.cell > 0 or not self.place.file.lower().endswith(_NO_BULLETS)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        if self.fields is not None:
            return not any(value.strip() for value in self.fields.values())
        return not self.text.strip()


@dataclass(frozen=True)
class Source:
    """A piece of the student's code: a notebook cell or a module. `label` names it to people."""

    label: str
    text: str
    is_cell: bool = False


@dataclass(frozen=True)
class Submission:
    """One hand-in.

    `answers` maps question ids to written answers; `sources` are all the code, in order; `notes` are
    lines for the student about what was read and what was not; `digest` identifies the bytes.
    `problem` says why there is nothing to grade although something was handed in, and `unread` are the
    notes on what may hold further answers and could not be read.
    """

    answers: Mapping[str, TextAnswer] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = ""
    problem: str = ""
    unread: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to grade."""
        return not self.sources and all(answer.is_blank for answer in self.answers.values())
