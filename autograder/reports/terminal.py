"""The grade as text: a table of the questions, then the reason for every lost point.

On a terminal it is coloured and as wide as the window; elsewhere it is plain text of 100 columns.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from autograder.checks.grade import Grade
from autograder.checks.outcome import NO_ANSWER, Outcome
from autograder.reports.escape import printable
from autograder.reports.words import WORDS

_STYLES: Final = {
    "correct": "green",
    "partial": "yellow",
    "wrong": "red",
    "unanswered": "dim",
    "unreadable": "yellow",
    "undecided": "yellow",
    "person": "cyan",
    "error": "red",
    "refused": "red",
    "time": "red",
    "memory": "red",
    "output": "red",
    "processes": "red",
    "killed": "red",
    "protocol": "red",
    "internal": "magenta",
    "skipped": "magenta",
}


# What these say is the same for many questions.
_TOLD_TOGETHER: Final = ("unanswered", "unreadable", "internal", "skipped")


def print_grade(grade: Grade, console: Console) -> None:
    """Print the whole grade."""
    console.print(Text(f"{grade.exercise.title} ({grade.exercise.id})", style="bold"))
    for note in grade.notes:
        _indented(console, f"Note: {note}", indent=2, style="yellow")
    _print_table(grade, console)
    for same in _alike(grade):
        if same[0].outcome == "unanswered" and same[0].line == NO_ANSWER:
            console.print()
            _indented(console, f"Not answered: {', '.join(o.question for o in same)}", indent=0)
        else:
            _print_reason(grade, same, console)
    console.print(_total(grade))


def _alike(grade: Grade) -> list[list[Outcome]]:
    """The outcomes to explain; those of which the same is to be said stand together, blanks last."""
    groups: dict[tuple[object, ...], list[Outcome]] = {}
    for outcome in grade.outcomes:
        if outcome.credit != 1.0 or outcome.notes:
            alone = outcome.outcome not in _TOLD_TOGETHER
            said = (
                outcome.question if alone else "",
                outcome.outcome,
                outcome.line,
                outcome.evidence,
            )
            groups.setdefault((*said, outcome.notes, outcome.details, outcome.hint), []).append(
                outcome
            )
    return sorted(groups.values(), key=lambda same: same[0].line == NO_ANSWER)


def _print_table(grade: Grade, console: Console) -> None:
    """A line for each question: number, id, points, and the outcome in words."""
    numbers = grade.exercise.numbers()
    rows = [
        (numbers[outcome.question], outcome.question, _points(grade, outcome), outcome.outcome)
        for outcome in grade.outcomes
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for number, name, points, outcome in rows:
        line = Text(f"  {number:<{widths[0]}}  ", style="dim")
        line.append(f"{name:<{widths[1]}}  {points:>{widths[2]}}  ", style="not dim")
        line.append(WORDS[outcome], style=f"not dim {_STYLES[outcome]}")
        console.print(line, soft_wrap=True)


def _points(grade: Grade, outcome: Outcome) -> str:
    points = grade.points_of(outcome)
    possible = grade.exercise.question(outcome.question).points
    return f"{'?' if points is None else f'{points:g}'} / {possible:g}"


def _print_reason(grade: Grade, same: Sequence[Outcome], console: Console) -> None:
    """Why a question, or several alike, have less than their points, or what to note about them."""
    outcome = same[0]
    word, style = WORDS[outcome.outcome], _STYLES[outcome.outcome]
    console.print()
    if len(same) == 1:
        head = Text(outcome.question, style="bold")
        head.append(f"  {word}, {_points(grade, outcome)}", style=style)
        console.print(head)
    else:
        names = ", ".join(o.question for o in same)
        _indented(console, f"{names}  {word}", indent=0, style="bold")
    lines = [] if outcome.credit == 1.0 else [outcome.line]
    if outcome.read_plain and outcome.credit != 1.0:
        lines.append(f"Read as: {outcome.read_plain}")
    lines += outcome.notes
    if outcome.is_ours:
        lines.append(f"Cause: {outcome.evidence}")
    for line in lines:
        _indented(console, line)
    for detail in outcome.details:
        _indented(console, detail, indent=6, style="dim")
    if outcome.hint:
        _indented(console, f"Hint: {outcome.hint}", style="cyan")


def _indented(console: Console, text: str, *, indent: int = 4, style: str = "") -> None:
    """Lines of text, wrapped to the width and indented, without trailing blanks."""
    width = max(20, console.width - indent)
    for line in printable(text, 1_000).split("\n"):
        for part in textwrap.wrap(line, width, break_on_hyphens=False) or [""]:
            console.print(Text(" " * indent + part, style=style), soft_wrap=True)


def _total(grade: Grade) -> Text:
    text = Text(f"\nTotal: {grade.points:g} of {grade.possible:g} points", style="bold")
    if grade.waiting:
        text.append(f", {grade.waiting:g} points wait for a person", style="yellow")
    text.append(f"  ({grade.seconds:.1f} s)", style="dim")
    if not grade.made_with.get("confined", True):
        text.append(
            "\nGraded WITHOUT confinement: trust this only as far as the code.", style="red"
        )
    return text
