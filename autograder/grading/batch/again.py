"""One grade of a run, made once more: with the run's options, and compared with what the run has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.checks.grade import Grade
from autograder.errors import UsageError
from autograder.exercise.model import Exercise
from autograder.grading.batch.baseline import Baseline, read_run
from autograder.grading.batch.run import made_with
from autograder.grading.batch.store import Store
from autograder.grading.grade import Options
from autograder.reports.book import Book, Entry
from autograder.reports.changes import Change


@dataclass(frozen=True)
class Compared:
    """The submission of the run that has the same files, and what came out otherwise now."""

    id: str
    changes: tuple[Change, ...]


class Again:
    """A run whose grades are made again; it is only read. `options` are those of the run."""

    def __init__(self, folder: Path, exercise: Exercise) -> None:
        """Open the run.

        Raises:
            UsageError: there is none, it is damaged, of another exercise or version, or this machine
                has not its device.
        """
        try:
            self.options = Options(**read_run(Store(folder), exercise)["options"])
        except TypeError:
            raise UsageError(f"{folder} holds a run of another version of this program") from None
        self.exercise = exercise
        self.run = Baseline(folder, exercise, made_with(exercise, self.options))

    @property
    def otherwise(self) -> tuple[str, ...]:
        """What differs between the program and the exercise of the run and those of now."""
        return self.run.causes.told

    def compared(self, grade: Grade) -> Compared | None:
        """What the run has for the same files; None where it has none of them."""
        digest = grade.made_with["submission_digest"]
        for earlier in self.run.earlier.values():
            if earlier.digest == digest:
                book = Book(self.exercise, (Entry(earlier.id, "graded", grade),))
                return Compared(earlier.id, self.run.changes(book).in_both)
        return None
