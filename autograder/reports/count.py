"""Numbers of things, in words."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.reports.escape import printable


def counted(number: float, noun: str) -> str:
    """`1 point`, `2.5 points`"""
    return f"{number:g} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str], most: int = 8) -> str:
    """The first of the names, each once, and how many more there are."""
    distinct = list(dict.fromkeys(printable(name, 60) for name in names))
    rest = f" and {len(distinct) - most} more" if len(distinct) > most else ""
    return ", ".join(distinct[:most]) + rest
