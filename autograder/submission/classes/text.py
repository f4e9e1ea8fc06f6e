"""Text that others wrote, as one short line."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 300


def one_line(text: str) -> str:
    """The text on one line, without control characters, cut when it is long."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(plain.split())[:_LONGEST]
