"""The end of a class's run in a few lines: how many were graded, who needs a person, and why."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from autograder.reports.book import Book, Entry
from autograder.reports.changes import print_changes
from autograder.reports.count import counted, listed
from autograder.reports.escape import printable

_MOST_REASONS: Final = 12
_MOST_NOTES: Final = 20


def print_summary(book: Book, console: Console) -> None:
    """Print it."""
    states = ("graded", "empty", "unreadable", "failed")
    by_state = {name: [e for e in book.entries if e.state == name] for name in states}
    waiting = [e for e in by_state["graded"] if not e.is_final]
    head = f"{book.exercise.title}: {counted(len(book.entries), 'submission')}"
    console.print(Text(head, style="bold"), soft_wrap=True)
    _row(console, len(by_state["graded"]), "graded", _waits(waiting))
    _row(console, len(by_state["empty"]), "empty", _ids(by_state["empty"]))
    _row(console, len(by_state["unreadable"]), "unreadable", "")
    _reasons(console, ((e.problem, e) for e in by_state["unreadable"]))
    _row(console, len(by_state["failed"]), "failed by us", "")
    _reasons(console, ((e.problem, e) for e in by_state["failed"]))
    _our_failures(book, console)
    _scores(book, console)
    _pairs(book, console)
    if book.changes is not None:
        print_changes(book.changes, console)


def print_notes(notes: Sequence[str], console: Console) -> None:
    """What was odd about a class or a form, a line each, and how many more there are."""
    for note in notes[:_MOST_NOTES]:
        console.print(Text(f"Note: {printable(note, 500)}", style="yellow"), soft_wrap=True)
    if len(notes) > _MOST_NOTES:
        console.print(f"and {len(notes) - _MOST_NOTES} more notes", style="yellow")


def _waits(waiting: Sequence[Entry]) -> str:
    if not waiting:
        return ""
    return f"{len(waiting)} of them with answers for a person: {_ids(waiting)}"


def _our_failures(book: Book, console: Console) -> None:
    """Single questions that we failed on."""
    failed = [
        (f"{outcome.question}: {outcome.evidence}", entry)
        for entry in book.entries
        if entry.grade is not None
        for outcome in entry.grade.outcomes
        if outcome.is_ours
    ]
    if failed:
        console.print(f"{len(failed):>6} answers failed by us", soft_wrap=True)
        _reasons(console, failed)


def _reasons(console: Console, found: Iterable[tuple[str, Entry]]) -> None:
    """Each reason once, with those it holds for."""
    groups: dict[str, list[Entry]] = {}
    for reason, entry in found:
        groups.setdefault(printable(reason, 200), []).append(entry)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    for reason, entries in ordered[:_MOST_REASONS]:
        console.print(Text(f"       {reason} ({_ids(entries)})", style="yellow"), soft_wrap=True)
    if len(ordered) > _MOST_REASONS:
        console.print(f"       and {len(ordered) - _MOST_REASONS} other reasons")


def _scores(book: Book, console: Console) -> None:
    """Mean and median of those that answer something and whose every point is given."""
    works = [e.grade for e in book.entries if e.grade and e.is_final and e.state == "graded"]
    points = [grade.points for grade in works]
    if not points:
        return
    possible = next(e.grade.possible for e in book.entries if e.grade is not None)
    mean, median = statistics.fmean(points), statistics.median(points)
    console.print(
        f"Mean {round(mean, 2):g}, median {round(median, 2):g} of {possible:g} points "
        f"({counted(len(points), 'submission')} with every point given)",
        soft_wrap=True,
    )


def _pairs(book: Book, console: Console) -> None:
    """How many agree, where that was looked for."""
    if book.pairs is None:
        return
    if not book.pairs:
        console.print("No two submissions agree beyond chance", soft_wrap=True)
        return
    agree = "agrees" if len(book.pairs) == 1 else "agree"
    found = f"{counted(len(book.pairs), 'pair')} of submissions {agree} beyond chance"
    console.print(f"{found}: similar.html shows in what", soft_wrap=True)


def _row(console: Console, count: int, word: str, more: str) -> None:
    if count:
        line = f"{count:>6} {word}{f', {more}' if more else ''}"
        console.print(Text(line), soft_wrap=True)


def _ids(entries: Sequence[Entry]) -> str:
    return listed(entry.id for entry in entries)
