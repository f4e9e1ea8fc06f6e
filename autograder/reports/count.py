"""Numbers of things, in words."""

from __future__ import annotations


def counted(number: float, noun: str) -> str:
    """`1 point`, `2.5 points`"""
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
