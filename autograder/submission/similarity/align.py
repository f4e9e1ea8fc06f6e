"""Finds the lines that two hand-ins share, once they are known to agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from autograder.submission.model import Source
from autograder.submission.similarity.prints import LENGTH, Hashes, every_hash
from autograder.submission.similarity.tokens import Token
from autograder.submission.similarity.work import Part, Span

MAX_PARTS: Final = 50
_GAP: Final = 6  # tokens between two runs that are shown as one
_MAX_TEXT: Final = 6_000


@dataclass(frozen=True)
class Document:
    """A text with its tokens."""

    kind: Literal["code", "prose"]
    source: Source
    tokens: Sequence[Token]


@dataclass(frozen=True)
class _Run:
    """Tokens of one document that stand in another, too: `first` to before `end` on either side."""

    documents: tuple[int, int]
    left: tuple[int, int]
    right: tuple[int, int]

    def joins(self, other: _Run) -> bool:
        """Whether the other run goes on where this one ends, or nearly."""
        gaps = (other.left[0] - self.left[1], other.right[0] - self.right[1])
        return self.documents == other.documents and all(-LENGTH < gap <= _GAP for gap in gaps)


def shared_parts(
    left: Sequence[Document], right: Sequence[Document], given: Hashes, rare: frozenset[int]
) -> tuple[Part, ...]:
    """What both have and nobody was given, the longest first; each holds something `rare`."""
    common = frozenset(given.tolist())
    there: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, document in enumerate(right):
        for code, place in zip(
            *(part.tolist() for part in every_hash(document.tokens)), strict=True
        ):
            there[code].append((number, place))
    runs = [
        run
        for number, document in enumerate(left)
        for run in _joined(_runs(number, document, there, common, rare))
    ]
    parts = [_part(left[run.documents[0]], right[run.documents[1]], run) for run in runs]
    return tuple(sorted(parts, key=lambda part: -part.size)[:MAX_PARTS])


def _runs(
    number: int,
    document: Document,
    there: dict[int, list[tuple[int, int]]],
    given: frozenset[int],
    rare: frozenset[int],
) -> Iterator[_Run]:
    """The maximal runs of tokens of a document that stand in the other hand-in, too."""
    start: tuple[int, int, int] | None = None  # place here; document and place there
    length, is_rare = 0, False
    hashes, places = every_hash(document.tokens)
    for code, place in [*zip(hashes.tolist(), places.tolist(), strict=True), (-1, -1)]:
        found = [] if code in given else there.get(code, [])
        following = start and (start[1], start[2] + length)
        if start and following in found and place == start[0] + length:
            length, is_rare = length + 1, is_rare or code in rare
            continue
        if start and is_rare:
            ends = length + LENGTH - 1
            yield _Run((number, start[1]), (start[0], start[0] + ends), (start[2], start[2] + ends))
        start = (place, *found[0]) if found else None
        length, is_rare = 1, code in rare


def _joined(runs: Iterator[_Run]) -> list[_Run]:
    joined: list[_Run] = []
    for run in runs:
        if joined and joined[-1].joins(run):
            last = joined.pop()
            left, right = (last.left[0], run.left[1]), (last.right[0], run.right[1])
            run = _Run(run.documents, left, right)
        joined.append(run)
    return joined


def _part(left: Document, right: Document, run: _Run) -> Part:
    size = run.left[1] - run.left[0]
    return Part(left.kind, _span(left, *run.left), _span(right, *run.right), size)


def _span(document: Document, start: int, end: int) -> Span:
    first, last = document.tokens[start].line, document.tokens[end - 1].line
    lines = document.source.text.split("\n")[first - 1 : last]
    return Span(document.source.label, first, last, "\n".join(lines)[:_MAX_TEXT])
