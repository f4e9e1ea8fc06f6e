"""One comparison as text: both formulas as they were read, the verdict, and what it rests on."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.text import Text

from autograder.reports.escape import printable
from autograder.symbolic.compare import Counterexample
from autograder.symbolic.pair import Answer, shown

_STYLES: Final = {"equal": "green", "different": "red", "undecided": "yellow", "invalid": "magenta"}
_LONGEST: Final = 500


def print_answer(answer: Answer, console: Console) -> None:
    """Print the whole comparison."""
    _row(console, "verdict", answer.verdict, _STYLES[answer.verdict])
    if answer.expected is not None:
        _row(console, "expected", shown(answer.expected))
    if answer.student is not None:
        _row(console, "student", shown(answer.student))
    _row(console, "evidence", answer.evidence)
    if answer.proof is not None:
        _row(console, "proof", answer.proof)
    if answer.counterexample is not None:
        _print_example(answer.counterexample, console)
    if answer.error is not None:
        for line in answer.error.pointer().split("\n"):
            _row(console, "", line)
    if answer.hint:
        _row(console, "hint", answer.hint, "cyan")
    for note in dict.fromkeys(n for r in (answer.expected, answer.student) if r for n in r.notes):
        _row(console, "note", note, "yellow")
    _row(console, "time", f"{answer.milliseconds:.1f} ms", "dim")


def _print_example(example: Counterexample, console: Console) -> None:
    _row(console, "at", example.where() or "every point")
    _row(console, "", f"the expected formula gives {example.expected}")
    _row(console, "", f"the student's gives {example.student}")


def _row(console: Console, label: str, text: str, style: str = "") -> None:
    line = Text(f"{label:9}", style="bold")
    line.append(printable(text, _LONGEST), style=f"not bold {style}".rstrip())
    console.print(line, soft_wrap=True)
