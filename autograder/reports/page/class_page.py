"""The report of a class: for its staff, everything in one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.checks.outcome import Outcome
from autograder.reports.book import Book, Entry
from autograder.reports.page.clusters import Cluster, Same, clusters
from autograder.reports.page.curves import Curves, curves, runs
from autograder.reports.page.frame import render
from autograder.reports.page.histogram import Histogram, Piece, histogram, stacked
from autograder.reports.page.intervals import Whiskers, whisker, whiskers
from autograder.reports.page.making import made_with, time_taken
from autograder.reports.page.meaning import Meaning
from autograder.reports.page.measure import Item, Spread, items, spread
from autograder.reports.page.standing import LOSING


class Pair(Protocol):
    """Two submissions that agree beyond chance."""

    @property
    def left(self) -> str:
        """The id of one."""

    @property
    def right(self) -> str:
        """The id of the other."""

    @property
    def basis(self) -> str:
        """What they agree in: `text` or `answers`."""

    @property
    def likeness(self) -> float:
        """How much of what is particular to either both have, as a share of 1."""

    @property
    def chance(self) -> float:
        """How many such pairs a class without copies has."""


@dataclass(frozen=True)
class _Totals:
    """The totals of the submissions in which there is an answer."""

    final: tuple[float, ...]
    still_open: tuple[float, ...]
    possible: float
    spread: Spread | None
    spread_so_far: Spread | None
    chart: Histogram


@dataclass(frozen=True)
class _Training:
    """How the models of one question trained."""

    curves: Curves | None
    whiskers: Whiskers | None


@dataclass(frozen=True)
class _Part:
    """Everything about one question."""

    item: Item
    bar: tuple[Piece, ...]
    lost: tuple[Cluster, ...]
    waiting: tuple[Cluster, ...]
    failed: tuple[Cluster, ...]
    training: _Training | None


def class_page(
    book: Book,
    seconds: Mapping[str, float],
    similar: Sequence[Pair] | None = None,
    same: Same | None = None,
) -> str:
    """The page: head, totals, questions with their wrong answers, what needs a person, submissions.

    `seconds` says how long each submission took, by its id; only the section with the id `time` shows
    it, and everything else depends on the book alone. `similar` are the pairs that agree beyond chance,
    None where nobody looked for them. `same` decides whether two answers mean the
    same; without it they are compared as formulas over the question's symbols.
    """
    same = same or Meaning(book.exercise).same
    return render(
        "class.html",
        exercise=book.exercise,
        entries=book.entries,
        states=_states(book),
        totals=_totals(book),
        questions=[_part(book, item, same) for item in items(book)],
        shows_names=any(entry.students for entry in book.entries),
        shows_late=any(e.late_seconds or e.is_marked_late for e in book.entries),
        similar=similar,
        changes=book.changes,
        titles={question.id: question.title for question in book.exercise.questions},
        made_with=made_with(book),
        time=time_taken(book, seconds),
    )


def _states(book: Book) -> dict[str, list[Entry]]:
    """The submissions by state, and those in which something waits for a person or was our failure."""
    states: dict[str, list[Entry]] = {
        state: [entry for entry in book.entries if entry.state == state]
        for state in ("graded", "empty", "unreadable", "failed")
    }
    graded = [(entry, entry.grade) for entry in book.entries if entry.grade is not None]
    states["waiting"] = [
        e for e, g in graded if any(o.needs_person and not o.is_ours for o in g.outcomes)
    ]
    states["ours"] = [e for e, g in graded if g.failed_by_us]
    return states


def _totals(book: Book) -> _Totals:
    works = [(e, e.grade) for e in book.entries if e.grade is not None and e.state == "graded"]
    final = tuple(grade.points for entry, grade in works if entry.is_final)
    still_open = tuple(grade.points for entry, grade in works if not entry.is_final)
    possible = max((grade.possible for _, grade in works), default=book.exercise.points)
    chart = histogram(final, still_open, possible)
    return _Totals(final, still_open, possible, spread(final), spread((*final, *still_open)), chart)


def _part(book: Book, item: Item, same: Same) -> _Part:
    def found(*standings: str) -> tuple[Cluster, ...]:
        return tuple(clusters(book, item.question, standings, same))

    return _Part(
        item,
        stacked(item.counts),
        found(*LOSING),
        found("person"),
        found("failed"),
        _training(book, item),
    )


def _training(book: Book, item: Item) -> _Training | None:
    """The curves and accuracies; one threshold is drawn only where it is the same for all."""
    trained: list[tuple[str, Outcome]] = [
        (entry.id, outcome)
        for entry in book.entries
        if entry.grade is not None
        for outcome in entry.grade.outcomes
        if outcome.question == item.question.id and outcome.data.get("curves")
    ]
    asked = {outcome.data.get("threshold") for _, outcome in trained}
    threshold = asked.pop() if len(asked) == 1 else None
    drawn = curves([run for name, o in trained for run in runs(name, o.data)], threshold)
    rows = [whisker(name, o) for name, o in trained]
    found = whiskers([row for row in rows if row is not None], threshold)
    return _Training(drawn, found) if drawn or found else None
