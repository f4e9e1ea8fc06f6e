"""Finds the fields of an answer in what a student wrote: a mapping, lines, clauses or a table.

sgdm: 1            SGDM: 1, Adam: 2            |      | plain | shifted |
adam: 2                                        |------|-------|---------|
                                               | MLP  | 93.5  | 57.4    |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from autograder.checks.parts import plain_text
from autograder.submission.model import TextAnswer

_SEPARATOR = re.compile(r"[\n;]")
_RULE = re.compile(r"[\s:|-]+")
_MARKS: Final = " *_`"


class Named(Protocol):
    """A field, as far as its names go."""

    @property
    def label(self) -> str:
        """What students are told that it is called."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """What else they may call it."""


def read_fields(written: TextAnswer, fields: Mapping[str, Named]) -> dict[str, str]:
    """Each field's text; the first one counts where a field is given twice."""
    if written.fields is not None:
        pairs = list(written.fields.items())
    else:
        text = plain_text(written.text)
        pairs = [*_clauses(text, fields), *_cells(text)]
    found: dict[str, str] = {}
    for name, value in pairs:
        field = _field_named(name, fields)
        if field is not None and value.strip():
            found.setdefault(field, plain_text(value).strip())
    return found


def _clauses(text: str, fields: Mapping[str, Named]) -> Iterator[tuple[str, str]]:
    """`name: value` pieces; a comma separates only where a field's name follows it."""
    names = sorted(_names(fields), key=len, reverse=True)
    pattern = "|".join(r"[\s_-]+".join(map(re.escape, name.split())) for name in names)
    start = re.compile(
        rf"(?:^|[\n;,]|\band\b)[\s*\-•_`$]*({pattern})[*_`$]*\s*(?::|=|is\b|→)", re.IGNORECASE
    )
    matches = list(start.finditer(text))
    for place, match in enumerate(matches):
        end = matches[place + 1].start() if place + 1 < len(matches) else len(text)
        value = text[match.end() : end]
        yield match[1], _SEPARATOR.split(value.strip(), maxsplit=1)[0].strip(" ,.*_`")


def _cells(text: str) -> Iterator[tuple[str, str]]:
    """The cells of a Markdown table, each named by its row and column in either order."""
    lines = (line.strip() for line in text.splitlines() if "|" in line)
    rows = [
        [cell.strip(_MARKS) for cell in line.removeprefix("|").removesuffix("|").split("|")]
        for line in lines
        if not _RULE.fullmatch(line)
    ]
    for head, *cells in rows:
        if len(cells) == 1:
            yield head, cells[0]
    for head, *cells in rows[1:]:
        for column, cell in zip(rows[0][1:], cells, strict=False):
            yield f"{head} {column}", cell
            yield f"{column} {head}", cell


def _names(fields: Mapping[str, Named]) -> Iterator[str]:
    for key, spec in fields.items():
        yield from filter(None, (key, spec.label, *spec.aliases))


def _field_named(name: str, fields: Mapping[str, Named]) -> str | None:
    wanted = _squeezed(name)
    for key, spec in fields.items():
        if wanted in map(_squeezed, filter(None, (key, spec.label, *spec.aliases))):
            return key
    return None


def _squeezed(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.strip().lower())
