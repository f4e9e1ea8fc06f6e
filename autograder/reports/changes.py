"""What changed from one run of a class to another: who gained, who lost, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from autograder.reports.cells import Cell, table
from autograder.reports.count import counted, listed
from autograder.reports.escape import printable
from autograder.reports.words import WORDS

_MOST_LINES: Final = 20
_HEAD: Final = (
    "submission", "question", "outcome before", "outcome", "points before", "points", "change", "cause",
)  # fmt: skip
_ENDS: Final = ("submission new", "submission gone")


@dataclass(frozen=True)
class Verdict:
    """What became of a question in one run; `points` is None when no machine gave any."""

    outcome: str
    points: float | None


@dataclass(frozen=True)
class Change:
    """A question of a submission that came out otherwise; None where one of the runs has it not."""

    submission: str
    question: str
    before: Verdict | None
    after: Verdict | None
    cause: str

    @property
    def difference(self) -> float | None:
        """The points gained, if both runs gave any."""
        old, new = _points(self.before), _points(self.after)
        return None if old is None or new is None else round(new - old, 4)

    @property
    def is_score(self) -> bool:
        """Whether the points differ, and not the outcome alone."""
        return _points(self.before) != _points(self.after)


@dataclass(frozen=True)
class Sum:
    """One question: how many gained, lost, or came out otherwise without points to compare.

    The mean is over all submissions of both runs, those without a change too.
    """

    up: int
    down: int
    other: int
    mean_change: float

    @property
    def count(self) -> int:
        """How many came out otherwise."""
        return self.up + self.down + self.other


@dataclass(frozen=True)
class Kind:
    """What became of a question in the same way and for the same reason, and of whose."""

    question: str
    before: Verdict | None
    after: Verdict | None
    cause: str
    submissions: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """Everything that changed between two runs, in the order of submissions and questions.

    `questions` are all that either run has, `compared` counts the submissions of both, and `answers`
    says of how many answers of this run how many were checked again.
    """

    rows: tuple[Change, ...]
    questions: tuple[str, ...]
    compared: int
    checked: int
    answers: int
    renamed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def scores(self) -> tuple[Change, ...]:
        """The rows in which points differ."""
        return tuple(row for row in self.rows if row.is_score)

    def sum_of(self, question: str) -> Sum:
        """The counts of a question."""
        rows = [row for row in self.in_both if row.question == question]
        gains = [row.difference or 0.0 for row in rows]
        up, down = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
        mean = sum(gains) / self.compared if self.compared else 0.0
        return Sum(up, down, len(rows) - up - down, round(mean, 4))

    def kinds(self) -> tuple[Kind, ...]:
        """Each kind of change once, the most frequent first."""
        found: dict[tuple[str, Verdict | None, Verdict | None, str], list[str]] = {}
        for row in self.in_both:
            kind = row.question, row.before, row.after, row.cause
            found.setdefault(kind, []).append(row.submission)
        kinds = (Kind(*kind, tuple(names)) for kind, names in found.items())
        return tuple(sorted(kinds, key=lambda kind: -len(kind.submissions)))

    def ends(self) -> dict[str, tuple[str, ...]]:
        """The submissions that only one of the runs has, by the cause."""
        found: dict[str, dict[str, None]] = {}
        for row in self.rows:
            if row.cause in _ENDS:
                found.setdefault(row.cause, {})[row.submission] = None
        return {cause: tuple(found[cause]) for cause in _ENDS if cause in found}

    @property
    def in_both(self) -> tuple[Change, ...]:
        """The rows of submissions that both runs have."""
        return tuple(row for row in self.rows if row.cause not in _ENDS)


def _points(verdict: Verdict | None) -> float | None:
    return None if verdict is None else verdict.points


def changes_csv(changes: Changes) -> str:
    """The table as CSV for a spreadsheet."""
    rows: list[Sequence[Cell]] = [_HEAD]
    for row in changes.rows:
        verdicts = [_words(row.before), _words(row.after), _points(row.before), _points(row.after)]
        rows.append((row.submission, row.question, *verdicts, row.difference, row.cause))
    return table(rows)


def changes_json(changes: Changes) -> str:
    """The same as JSON, with a summary for each question."""
    content: dict[str, Any] = {
        "format": 1,
        "compared": changes.compared,
        "answers": changes.answers,
        "checked": changes.checked,
        "scores_changed": len(changes.scores),
        "renamed": [{"before": old, "after": new} for old, new in changes.renamed],
        "notes": list(changes.notes),
        "questions": {name: asdict(changes.sum_of(name)) for name in changes.questions},
        "changes": [{**asdict(row), "difference": row.difference} for row in changes.rows],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def print_changes(changes: Changes, console: Console) -> None:
    """Print a line for each question that changed, then one for each submission's change."""

    def say(line: str, style: str = "") -> None:
        console.print(Text(line, style=style), soft_wrap=True)

    say(f"Against the baseline: {counted(changes.compared, 'submission')} in both", "bold")
    say(f"  {changes.checked} of {counted(changes.answers, 'answer')} checked again")
    for old, new in changes.renamed[:_MOST_LINES]:
        say(f"  {printable(new, 60)} was called {printable(old, 60)}")
    for note in changes.notes[:_MOST_LINES]:
        say(f"  {printable(note, 300)}", "yellow")
    if not changes.rows:
        say("  No outcome and no score changed.", "green")
        return
    _print_questions(changes, say)
    for cause, names in changes.ends().items():
        say(f"  {cause}: {listed(names)}")
    _print_kinds(changes, say)


_Say = Callable[..., None]


def _print_questions(changes: Changes, say: _Say) -> None:
    sums = [(name, changes.sum_of(name)) for name in changes.questions]
    width = max(len(name) for name, _ in sums)
    for name, found in sums:
        if found.count:
            counts = f"{found.up:>4} up {found.down:>4} down {found.other:>4} otherwise"
            say(f"  {name:{width}} {counts}, mean {found.mean_change:+.2f} points")


def _print_kinds(changes: Changes, say: _Say) -> None:
    """Each kind of change with the submissions it happened to."""
    kinds = changes.kinds()
    for kind in kinds[:_MOST_LINES]:
        what = f"{kind.question}: {_shown(kind.before)} → {_shown(kind.after)}"
        say(f"  {what} ({printable(kind.cause, 200)}): {listed(kind.submissions)}")
    if len(kinds) > _MOST_LINES:
        say(f"  and {len(kinds) - _MOST_LINES} kinds more: changes.csv has them all")


def print_again(
    folder: str, name: str, changes: Sequence[Change], otherwise: Sequence[str], console: Console
) -> None:
    """Say whether a grade that was made again is that of a submission in a run."""
    if otherwise:
        line = f"Made otherwise than {folder}: {'; '.join(otherwise)}"
        console.print(Text(printable(line, 500), style="yellow"), soft_wrap=True)
    whose = f"{folder} has for {printable(name, 60)}"
    if not changes:
        console.print(Text(f"The same outcomes and points as {whose}.", style="green"))
        return
    console.print(Text(f"Not what {whose}:", style="bold"), soft_wrap=True)
    for row in changes:
        line = f"  {row.question}: {_shown(row.before)} → {_shown(row.after)}"
        console.print(Text(line), soft_wrap=True)


def _shown(verdict: Verdict | None) -> str:
    if verdict is None:
        return "nothing"
    points = "no points" if verdict.points is None else f"{verdict.points:g}"
    return f"{points}, {_words(verdict)}"


def _words(verdict: Verdict | None) -> str:
    return "" if verdict is None else WORDS.get(verdict.outcome, verdict.outcome)
