"""A graded class, as reports see it: every submission with its students, its state and its grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise
from autograder.reports.changes import Changes
from autograder.submission.roster import Student
from autograder.submission.similarity.work import Pair

State = Literal[
    "graded",
    "empty",  # nothing in it answers anything
    "unreadable",  # it cannot be opened; a person must look
    "failed",  # we failed on it as a whole
]


@dataclass(frozen=True)
class Entry:
    """One submission of a class.

    `grade` is None where there is none: the submission is unreadable, or we failed on it; `problem`
    then says why, for staff.
    """

    id: str
    state: State
    grade: Grade | None
    students: tuple[Student, ...] = ()
    submitted: str = ""
    late_seconds: float | None = None
    problem: str = ""
    is_marked_late: bool = False

    @property
    def is_final(self) -> bool:
        """Whether a machine gave every point: nothing waits for a person, nothing failed."""
        return self.grade is not None and not any(o.needs_person for o in self.grade.outcomes)


@dataclass(frozen=True)
class Book:
    """A class in the order of the submissions' ids, and how the run was made.

    `pairs` are the submissions that agree beyond chance, None where nobody looked for them;
    `changes` is what came out otherwise than in an earlier run, where there is one to compare with.
    """

    exercise: Exercise
    entries: tuple[Entry, ...]
    made_with: Mapping[str, Any] = field(default_factory=dict)
    pairs: tuple[Pair, ...] | None = None
    changes: Changes | None = None
