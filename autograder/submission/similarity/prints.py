"""Fingerprints of token sequences by winnowing (Schleimer, Wilkerson, Aiken: SIGMOD 2003).

Of every `WINDOW` neighbouring runs of `LENGTH` tokens the one with the least hash is kept, so that any
`LENGTH + WINDOW - 1` tokens that two texts share give a fingerprint that they share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from autograder.submission.similarity.tokens import Token

LENGTH: Final = 12
WINDOW: Final = 6

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)
_NONE: Final = np.zeros(0, np.uint64)


@dataclass(frozen=True)
class Prints:
    """Fingerprints and the places of their first tokens."""

    hashes: Hashes
    places: Places


def every_hash(tokens: Sequence[Token]) -> tuple[Hashes, Places]:
    """The hashes of all runs of `LENGTH` tokens within one piece, and where each starts."""
    hashes, places = [_NONE], [np.zeros(0, np.int64)]
    for start, end in _pieces(tokens):
        if end - start >= LENGTH:
            found = _rolled([token.symbol for token in tokens[start:end]])
            hashes.append(found)
            places.append(np.arange(start, start + len(found), dtype=np.int64))
    return np.concatenate(hashes), np.concatenate(places)


def prints_of(tokens: Sequence[Token], given: Hashes = _NONE) -> Prints:
    """The fingerprints of a text without what is `given` to every student, as `given_hashes` gives it."""
    hashes, places = every_hash(tokens)
    if len(given):
        # `given` is sorted, and far longer than a text: to look it up is quicker than to merge the two.
        own = given[np.minimum(np.searchsorted(given, hashes), len(given) - 1)] != hashes
        hashes, places = hashes[own], places[own]
    chosen: set[int] = set()
    # Runs of neighbours: between them something given was taken out, or a piece ended.
    breaks = np.flatnonzero(np.diff(places) != 1) + 1
    for start, end in zip([0, *breaks.tolist()], [*breaks.tolist(), len(places)], strict=True):
        if end > start:
            chosen.update((start + _winnowed(hashes[start:end])).tolist())
    kept = np.array(sorted(chosen), np.int64)
    return Prints(hashes[kept], places[kept])


def given_hashes(texts: Iterable[Sequence[Token]]) -> Hashes:
    """Every hash of what all students are given."""
    return np.unique(np.concatenate([_NONE, *(every_hash(tokens)[0] for tokens in texts)]))


def _pieces(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    starts = [0, *(place for place, token in enumerate(tokens) if token.starts and place)]
    return list(zip(starts, [*starts[1:], len(tokens)], strict=True))


def _rolled(symbols: Sequence[str]) -> Hashes:
    """The hash of every run of `LENGTH` symbols, the same on every machine and in every process."""
    codes = np.array([_code(symbol) for symbol in symbols], np.uint64)
    count = len(codes) - LENGTH + 1
    total = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for place in range(LENGTH):
            total = total * _BASE + codes[place : place + count]
        total ^= total >> np.uint64(31)
        total *= _MIX
    total ^= total >> np.uint64(29)
    return total


@lru_cache(maxsize=100_000)
def _code(symbol: str) -> int:
    digest = hashlib.blake2b(symbol.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _winnowed(hashes: Hashes) -> Places:
    """The places of the least hash of each window, the last of equal ones."""
    width = min(WINDOW, len(hashes))
    windows = np.lib.stride_tricks.sliding_window_view(hashes, width)
    last = width - 1 - np.argmin(windows[:, ::-1], axis=1)
    return np.unique(np.arange(len(windows)) + last)
