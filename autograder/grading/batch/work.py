"""One task of a class, done: what every engine calls where it has the exercise and a session."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from autograder.checks.record import grade_record
from autograder.errors import SubmissionError
from autograder.exercise.model import Exercise
from autograder.grading.batch.engine import Done, Task
from autograder.grading.grade import Options, grade_files
from autograder.grading.memo import Memo
from autograder.grading.session import Session
from autograder.submission.collect import digest
from autograder.submission.files import FileSet


def opened(task: Task) -> tuple[FileSet, str] | Done:
    """The files of a task and their fingerprint; what came of it where they cannot be read."""
    try:
        files = task.read()
        return files, digest(files)
    except SubmissionError as error:
        return Done(task.id, None, problem=str(error), unreadable=True)
    except Exception as error:  # one broken hand-in stops no other
        return Done(task.id, None, problem=f"reading failed: {type(error).__name__}: {error}")


def record_of(
    exercise: Exercise,
    files: FileSet,
    options: Options,
    session: Session,
    *,
    questions: Sequence[str] | None = None,
    memo: Memo | None = None,
) -> dict[str, Any]:
    """The record of a submission's grade, as JSON gives it back; the same in every process.

    Raises:
        Exception: the grader failed on the submission as a whole.
    """
    graded = grade_files(exercise, files, options, session, questions=questions, memo=memo)
    record: dict[str, Any] = json.loads(json.dumps(grade_record(graded)))
    return record


def failure(error: Exception) -> str:
    """Why the grader failed on a submission as a whole, in a line for staff."""
    return f"{type(error).__name__}: {error}"[:2_000]
