"""What a class's marks say: how they are spread, how hard a question is, how well it separates."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.exercise.model import Question
from autograder.reports.book import Book, Entry
from autograder.reports.page.standing import STANDINGS, standing

_FEWEST: Final = 3  # of which a correlation says anything at all


@dataclass(frozen=True)
class Spread:
    """The middle and the quartiles of some totals."""

    count: int
    mean: float
    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread | None:
    """The spread of the values, None where there are none; quartiles by linear interpolation."""
    if not values:
        return None
    several = values if len(values) > 1 else [*values, *values]
    low, median, high = statistics.quantiles(several, n=4, method="inclusive")
    return Spread(len(values), statistics.fmean(values), median, low, high)


@dataclass(frozen=True)
class Item:
    """One question over the class.

    `counts` holds the answers by standing. `credit` is the mean credit over the `decided` submissions
    that answer anything and wait for nobody here; None where those that do not wait are blank.
    `discrimination` is the correlation of the credit with the share of the other questions' points,
    over `compared` submissions; None where it is not defined.
    """

    question: Question
    number: str
    counts: Mapping[str, int]
    credit: float | None
    decided: int
    discrimination: float | None
    compared: int

    @property
    def total(self) -> int:
        """All answers and blanks."""
        return sum(self.counts.values())


def items(book: Book) -> list[Item]:
    """The questions that were graded, in the exercise's order."""
    sheets = [_Sheet(entry) for entry in book.entries if entry.grade is not None]
    numbers = book.exercise.numbers()
    return [
        _item(question, numbers[question.id], answered)
        for question in book.exercise.questions
        if (answered := [sheet for sheet in sheets if question.id in sheet.outcomes])
    ]


class _Sheet:
    """The outcomes of one submission by question, and what a machine decided of it."""

    def __init__(self, entry: Entry) -> None:
        assert entry.grade is not None
        self.works = entry.state == "graded"
        self.outcomes = {outcome.question: outcome for outcome in entry.grade.outcomes}
        self.points = {q: entry.grade.points_of(o) for q, o in self.outcomes.items()}
        decided = [q for q, points in self.points.items() if points is not None]
        self.earned = sum(self.points[q] or 0.0 for q in decided)
        self.possible = sum(entry.grade.exercise.question(q).points for q in decided)

    def rest(self, question: Question) -> float | None:
        """The share of the points of all other questions that a machine decided."""
        possible = self.possible - question.points
        if possible <= 0:
            return None
        return round((self.earned - (self.points[question.id] or 0.0)) / possible, 9)


def _item(question: Question, number: str, sheets: Sequence[_Sheet]) -> Item:
    found = Counter(standing(sheet.outcomes[question.id]) for sheet in sheets)
    decided = [
        (credit, sheet.rest(question))
        for sheet in sheets
        if sheet.works and (credit := sheet.outcomes[question.id].credit) is not None
    ]
    if found["person"] and not set(found) - {"person", "failed", "blank"}:
        decided = []  # the blanks alone say nothing of the answers
    pairs = [(credit, rest) for credit, rest in decided if rest is not None]
    return Item(
        question,
        number,
        {name: found[name] for name in STANDINGS},
        statistics.fmean(credit for credit, _ in decided) if decided else None,
        len(decided),
        correlation(pairs),
        len(pairs),
    )


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's correlation; None for too few pairs, or where one side does not vary."""
    if len(pairs) < _FEWEST:
        return None
    try:
        return statistics.correlation(*map(list, zip(*pairs, strict=True)))
    except statistics.StatisticsError:
        return None
