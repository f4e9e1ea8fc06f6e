"""Declarations of symbols as one writes them on a command line: `K, S: positive integer; t: in (0, 1)`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from autograder.errors import UsageError

_DECLARATION = re.compile(r"(?P<name>[^:=]*?)\s*[:=]\s*(?P<phrase>.*)", re.DOTALL)


def read_phrases(texts: Sequence[str]) -> dict[str, str]:
    """Each name with its phrase; a text may also be a JSON object.

    Raises:
        UsageError: a text declares nothing, or a name twice.
    """
    phrases: dict[str, str] = {}
    for text in texts:
        pairs = _json_object(text) if text.lstrip().startswith("{") else _declarations(text)
        for name, phrase in pairs:
            if phrases.setdefault(name, phrase) != phrase:
                raise UsageError(f"--symbols: {name!r} is declared twice")
    return phrases


def split_list(text: str, separators: str) -> list[str]:
    """The parts of a list, cut at separators and line ends that stand in no bracket."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character in separators + "\n" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def _declarations(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    waiting: list[str] = []
    for part in split_list(text, ",;"):
        declared = _DECLARATION.fullmatch(part)
        if declared is None:
            waiting.append(part)
            continue
        names = [*waiting, declared["name"]]
        pairs += [(name, declared["phrase"]) for name in names]
        waiting = []
    if waiting:
        example = "write 'K: positive integer'"
        raise UsageError(f"--symbols: {waiting[-1]!r} has no domain; {example}")
    return pairs


def _json_object(text: str) -> list[tuple[str, str]]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError("--symbols: this is not a JSON object") from None
    if not all(isinstance(phrase, str) for phrase in data.values()):
        raise UsageError("--symbols: each name maps to a phrase such as 'positive integer'")
    return list(data.items())
