"""One word or two for every outcome, wherever a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "correct": "right",
    "partial": "partly right",
    "wrong": "wrong",
    "unanswered": "not answered",
    "unreadable": "not readable",
    "undecided": "undecided",
    "person": "for a person",
    "error": "code error",
    "refused": "wrong",
    "time": "too slow",
    "memory": "too much memory",
    "output": "too much output",
    "processes": "code error",
    "killed": "code ended",
    "protocol": "code ended",
    "internal": "grader failed",
    "skipped": "not reached",
}
