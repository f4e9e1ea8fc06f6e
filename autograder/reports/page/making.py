"""How a run was made, and how long it took."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from autograder.reports.book import Book
from autograder.reports.page.measure import Spread, spread

_SLOWEST: Final = 10
_DIGEST = re.compile("[0-9a-f]{40,}")


def made_with(book: Book) -> list[tuple[str, str]]:
    """What the run was made with, as names and texts; what lies deeper is in run.json."""
    made = book.made_with
    if not made:
        first = next((entry.grade for entry in book.entries if entry.grade is not None), None)
        made = {} if first is None else first.made_with
    flat: dict[str, Any] = {}
    for name, value in made.items():
        inner = value.items() if isinstance(value, Mapping) else [("", value)]
        flat.update({f"{name} {key}".strip().replace("_", " "): part for key, part in inner})
    return [
        (name, said)
        for name, value in flat.items()
        if name != "submission digest" and (said := _said(value))
    ]


def _said(value: Any) -> str:
    """A value as a reader wants it: yes or no, lists with commas, the start of a digest."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(_said, value)))
    text = str(value)
    return text[:12] if _DIGEST.fullmatch(text) else text


@dataclass(frozen=True)
class Time:
    """How long the submissions took, the slowest first."""

    slowest: tuple[tuple[str, float], ...]
    spread: Spread
    total: float


def time_taken(book: Book, seconds: Mapping[str, float]) -> Time | None:
    """How long the submissions of the class took, None where it is not known of any."""
    known = [(entry.id, seconds[entry.id]) for entry in book.entries if entry.id in seconds]
    found = spread([taken for _, taken in known])
    if found is None:
        return None
    slowest = sorted(known, key=lambda pair: (-pair[1], pair[0]))[:_SLOWEST]
    return Time(tuple(slowest), found, sum(taken for _, taken in known))
