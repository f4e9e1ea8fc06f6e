"""What validation finds, and how it is shown: lines for a person, JSON for a machine."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

from rich.text import Text

from autograder.exercise.model import Exercise
from autograder.reports.console import console_for
from autograder.reports.count import counted


@dataclass(frozen=True)
class Finding:
    """What one check of an exercise gave; no problems means that it holds.

    `mutants` were tried and `caught` lost credit; each of the `survivors` says why it did not, and
    each of the `equal`, which are not counted, why it is right.
    """

    subject: str
    problems: tuple[str, ...] = ()
    about: str = ""
    mutants: int = 0
    caught: int = 0
    survivors: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()


class Findings:
    """Counts what is reported; the kinds of report print it."""

    def __init__(self) -> None:
        self.failed = self.mutants = self.caught = 0

    def begin(self, exercise: Exercise) -> None:
        """An exercise's spec is in order; its findings follow."""

    def add(self, finding: Finding) -> None:
        """One finding of the exercise."""
        self.failed += bool(finding.problems)
        self.mutants += finding.mutants
        self.caught += finding.caught

    def finish(self) -> int:
        """The end of all exercises; returns how many findings had problems."""
        return self.failed


class TerminalFindings(Findings):
    """A line a finding, with its problems and survivors below it."""

    def __init__(self) -> None:
        super().__init__()
        self.console = console_for()

    def begin(self, exercise: Exercise) -> None:
        """The exercise's name and size."""
        questions = counted(len(exercise.questions), "question")
        counts = f"{questions}, {counted(exercise.points, 'point')}"
        self._line(f"{exercise.id}: the spec is in order ({counts})", "bold")

    def add(self, finding: Finding) -> None:
        """A finding, as it comes."""
        super().add(finding)
        mark, style = ("FAILED", "red") if finding.problems else ("ok", "green")
        caught = (
            f": {finding.caught} of {finding.mutants} mutants caught" if finding.mutants else ""
        )
        self._line(f"  {mark:6}  {finding.subject}{caught}", style)
        for problem in finding.problems:
            self._line(f"            {problem}")
        for survivor in finding.survivors:
            self._line(f"            not caught: {survivor}", "yellow")
        for mutant in finding.equal:
            self._line(f"            {mutant}", "dim")

    def finish(self) -> int:
        """The exercise's score, and whether anything failed."""
        if self.mutants:
            share = self.caught / self.mutants
            self._line(f"{self.caught} of {self.mutants} mutants caught ({share:.1%})")
        self._line(f"{self.failed} failed" if self.failed else "all in order", "bold")
        return super().finish()

    def _line(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style=style))


class JsonFindings(Findings):
    """One JSON object a line: a finding with its exercise."""

    exercise = ""

    def begin(self, exercise: Exercise) -> None:
        """Remember whose findings follow."""
        self.exercise = exercise.id

    def add(self, finding: Finding) -> None:
        """Print the finding."""
        super().add(finding)
        print(json.dumps({"exercise": self.exercise, **dataclasses.asdict(finding)}))
