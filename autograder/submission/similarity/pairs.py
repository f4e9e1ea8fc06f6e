"""Compares the hand-ins of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

import numpy as np

from autograder.submission.model import Source
from autograder.submission.similarity.align import Document, shared_parts
from autograder.submission.similarity.answers import AnswerMatch, answer_matches
from autograder.submission.similarity.chance import ALARM
from autograder.submission.similarity.code import CodeMatch, code_matches
from autograder.submission.similarity.prints import Hashes, Prints, given_hashes, prints_of
from autograder.submission.similarity.tokens import Vocabulary, code_tokens, prose_tokens
from autograder.submission.similarity.work import Content, Pair, Part, Said, Span, Work

MAX_TEXT: Final = 1 << 18
MAX_SHOWN: Final = 200
_NOTHING: Final = Content()


def similar(
    works: Sequence[Work], given: Content = _NOTHING, alarm: float = ALARM
) -> tuple[Pair, ...]:
    """The pairs of a class that agree beyond chance, the surest first.

    `given` is what every student had: the starter, the given code, the exercise's own files and words.
    `alarm` is the number of false pairs that a class without copies may show on average. Each work is
    read once, and again for each pair it is in. The order of the works changes nothing. What is shared is
    found for the first `MAX_SHOWN` pairs only.
    """
    works = sorted(works, key=lambda work: work.id)
    known = _given(given)
    contents = [_Digest.of(work.read(), known) for work in works]

    def related(left: int, right: int) -> bool:
        return not works[left].people.isdisjoint(works[right].people)

    texts = code_matches([content.prints for content in contents], related, alarm / 2)
    answers = answer_matches([content.said for content in contents], related, alarm / 2)
    return _Pairs(works, known).of(texts, answers)


class _Digest:
    """What is kept of a hand-in while the class is compared."""

    def __init__(self, prints: Prints, content: Content) -> None:
        self.prints = prints
        self.said = content.said

    @classmethod
    def of(cls, content: Content, given: Hashes) -> _Digest:
        hashes, places, length = [], [], 0
        for document in documents(content):
            found = prints_of(document.tokens, given)
            hashes.append(found.hashes)
            places.append(found.places + length)
            length += len(document.tokens)
        empty = prints_of((), given)
        joined = Prints(
            np.concatenate([empty.hashes, *hashes]), np.concatenate([empty.places, *places])
        )
        return cls(joined, content)


def documents(content: Content) -> list[Document]:
    """The texts of a hand-in with their tokens; of a heap of files, the small ones."""
    kept = _within(content.code, MAX_TEXT)
    vocabulary = Vocabulary.of(source.text for source in kept)
    code = [Document("code", s, code_tokens(s.text, vocabulary)) for s in kept]
    prose = _within(content.prose, MAX_TEXT)
    return [*code, *(Document("prose", s, prose_tokens(s.text)) for s in prose)]


def _within(sources: Sequence[Source], limit: int) -> list[Source]:
    """As many sources as the limit allows, the shortest first, in the order they have."""
    left = limit
    kept = set()
    for place in sorted(range(len(sources)), key=lambda place: len(sources[place].text)):
        left -= len(sources[place].text)
        if left >= 0:
            kept.add(place)
    return [source for place, source in enumerate(sources) if place in kept]


def _given(content: Content) -> Hashes:
    """The hashes of what is given; each file has a vocabulary of its own, as a copy of it has."""
    files = [Content(code=(source,)) for source in content.code]
    whole = [content, *files]
    return given_hashes(d.tokens for one in whole for d in documents(one))


class _Pairs:
    """Joins what was found in texts and in answers, and shows it."""

    def __init__(self, works: Sequence[Work], given: Hashes) -> None:
        self.works = works
        self.given = given

    def of(self, texts: Sequence[CodeMatch], answers: Sequence[AnswerMatch]) -> tuple[Pair, ...]:
        by_text = {(match.left, match.right): match for match in texts}
        by_answers = {(match.left, match.right): match for match in answers}
        pairs = {
            numbers: self._pair(numbers, by_text.get(numbers), by_answers.get(numbers))
            for numbers in sorted({*by_text, *by_answers})
        }
        order = sorted(pairs, key=lambda numbers: (pairs[numbers].chance, -pairs[numbers].likeness))
        for numbers in order[:MAX_SHOWN]:
            shared = self._shared(numbers, by_text.get(numbers), by_answers.get(numbers))
            pairs[numbers] = replace(pairs[numbers], shared=shared)
        return tuple(pairs[numbers] for numbers in order)

    def _pair(
        self, numbers: tuple[int, int], text: CodeMatch | None, answers: AnswerMatch | None
    ) -> Pair:
        bases: tuple[tuple[CodeMatch | AnswerMatch | None, Literal["text", "answers"]], ...] = (
            (text, "text"),
            (answers, "answers"),
        )
        # There are two ways to be noticed, so either counts twice.
        chance, likeness, basis = min(
            (2 * match.chance, match.likeness, basis) for match, basis in bases if match
        )
        left, right = (self.works[number].id for number in numbers)
        return Pair(left, right, chance, likeness, basis)

    def _shared(
        self, numbers: tuple[int, int], text: CodeMatch | None, answers: AnswerMatch | None
    ) -> tuple[Part, ...]:
        left, right = (self.works[number].read() for number in numbers)
        parts: list[Part] = []
        if text is not None:
            parts += shared_parts(documents(left), documents(right), self.given, text.rare)
        if answers is not None:
            parts += _answer_parts((left, right), answers)
        return tuple(parts)


def _answer_parts(contents: tuple[Content, Content], match: AnswerMatch) -> list[Part]:
    left, right = ({said.question: said for said in content.said} for content in contents)
    return [
        Part("answer", _said(left[question]), _said(right[question]), 1, held_by)
        for question, held_by in match.shared
    ]


def _said(said: Said) -> Span:
    return Span(said.question, said.line, said.line + said.text.count("\n"), said.text)
