"""Every exception that crosses a package's border.

    AutograderError
    ├── UsageError         wrong arguments, or an exercise that cannot be found   (exit code 4)
    │   └── SpecError      exercise.yaml is wrong; carries every problem found    (exit code 4)
    ├── SubmissionError    what was handed in cannot be read at all
    ├── FormulaError       a text is not a formula; carries the position
    └── InternalError      our own failure; never costs the student               (exit code 3)

Each message is one line: what is wrong, where, and how to put it right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class AutograderError(Exception):
    """The root of all errors that this project raises on purpose."""


class UsageError(AutograderError):
    """The command was called wrongly, or names an exercise that is not there."""


class SubmissionError(AutograderError):
    """Nothing can be read from what was handed in."""


class InternalError(AutograderError):
    """The grader itself failed; the student is not at fault."""


class FormulaError(AutograderError):
    """A text is not a formula of the declared symbols.

    `start` and `end` are offsets into `source`, the text as it was read.
    """

    def __init__(self, message: str, source: str, start: int, end: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.start = min(start, len(source))
        self.end = max(self.start, end if end is not None else self.start + 1)

    @property
    def line(self) -> int:
        """Line of the error in the source, from 1."""
        return self.source.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """Column of the error in its line, from 1."""
        return self.start - (self.source.rfind("\n", 0, self.start) + 1) + 1

    def pointer(self) -> str:
        """The offending line with a caret under the place."""
        lines = self.source.split("\n")
        text = lines[self.line - 1]
        width = max(1, min(self.end, self.start + len(text) - self.column + 1) - self.start)
        return f"{text}\n{' ' * (self.column - 1)}{'^' * width}"


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file: where (1-based), which field, what, and how to mend it."""

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return (
            f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"
        )


class SpecError(UsageError):
    """An exercise.yaml is wrong; `problems` holds everything that was found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
