"""Answers that are alike, put together: the same formula however it is written, the same cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.checks.outcome import Outcome
from autograder.exercise.model import Question
from autograder.reports.book import Book, Entry
from autograder.reports.page.standing import standing

# Whether two answers to a question, as they were read, mean the same.
Same = Callable[[Question, str, str], bool]

_MOST_COMPARISONS: Final = 200  # of two formulas, for one question


@dataclass(frozen=True)
class Cluster:
    """Answers that are alike: whose they are, and one of them as the example.

    `example` is the outcome of the most frequent way to write it; `spellings` counts the ways.
    """

    example: Outcome
    entries: tuple[Entry, ...]
    spellings: int = 1

    @property
    def count(self) -> int:
        """How many submissions gave it."""
        return len(self.entries)


def clusters(book: Book, question: Question, standings: Sequence[str], same: Same) -> list[Cluster]:
    """The answers to a question with one of these standings, the most frequent first.

    Models that were trained and marked are left out: each has another accuracy, and a drawing shows
    them all.
    """
    answers = [
        (entry, outcome)
        for entry in book.entries
        if entry.grade is not None
        for outcome in entry.grade.outcomes
        if outcome.question == question.id
        and standing(outcome) in standings
        and not (outcome.credit is not None and outcome.data.get("curves"))
    ]
    merged = _merged(_alike(answers), lambda a, b: same(question, a, b))
    found = [_cluster(group) for group in merged]
    return sorted(found, key=lambda cluster: (-cluster.count, cluster.entries[0].id))


_Answers = list[tuple[Entry, Outcome]]


def _alike(answers: Iterable[tuple[Entry, Outcome]]) -> list[_Answers]:
    """Those that are literally the same, the most frequent first."""
    groups: dict[tuple[object, ...], _Answers] = {}
    for entry, outcome in answers:
        said = outcome.read_plain or outcome.data.get("answer") or outcome.line
        groups.setdefault((outcome.outcome, outcome.credit, said), []).append((entry, outcome))
    return sorted(groups.values(), key=lambda group: (-len(group), group[0][0].id))


def _merged(groups: Sequence[_Answers], same: Callable[[str, str], bool]) -> list[list[_Answers]]:
    """Groups whose answers mean the same, and earned the same."""
    found: list[list[_Answers]] = []
    left = _MOST_COMPARISONS
    for group in groups:
        outcome = group[0][1]
        for kin in found:
            if not _may_be_same(kin[0][0][1], outcome) or left <= 0:
                continue
            left -= 1
            if same(kin[0][0][1].read_plain, outcome.read_plain):
                kin.append(group)
                break
        else:
            found.append([group])
    return found


def _may_be_same(one: Outcome, other: Outcome) -> bool:
    """Whether nothing that is known already tells the two apart."""
    if not one.read_plain or not other.read_plain:
        return False
    if (one.outcome, one.credit) != (other.outcome, other.credit):
        return False
    first, second = (o.data.get("counterexample") or {} for o in (one, other))
    # Different values at the same point: different formulas.
    return first.get("point") != second.get("point") or first == second


def _cluster(kin: Sequence[_Answers]) -> Cluster:
    members = sorted((pair for group in kin for pair in group), key=lambda pair: pair[0].id)
    return Cluster(kin[0][0][1], tuple(entry for entry, _ in members), len(kin))
