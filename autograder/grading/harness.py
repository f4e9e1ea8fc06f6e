"""Grades in Gradescope's layout: whatever happens, there is a results.json and exit status 0.

ROOT/source                     this project, with packaged.json that names the exercises
ROOT/submission                 what the student handed in
ROOT/submission_metadata.json   the assignment's title, which chooses among several exercises
ROOT/results/results.json       written after every question, so that what is done is never lost
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from pathlib import Path
from typing import Any, Final

from autograder.checks.catalogue import load
from autograder.checks.grade import Grade
from autograder.errors import AutograderError, InternalError
from autograder.exercise.find import find_exercise, project_root
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.reports.console import console_for
from autograder.reports.gradescope import failure_results, results, write_json
from autograder.reports.terminal import print_grade

PACKAGED: Final = "packaged.json"
_SORRY: Final = (
    "The autograder could not grade your submission. This is not your fault; your submission is "
    "stored, and staff will look at it."
)


def run_harness(root: Path) -> int:
    """Grade ROOT/submission; returns the exit status, which is always 0."""
    output = root / "results" / "results.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        graded = _grade(root, output)
        write_json(output, results(graded))
        print_grade(graded, console_for())
    except AutograderError as error:
        _sorry(output, str(error))
    except Exception:
        _sorry(output, traceback.format_exc())
    return 0


def _grade(root: Path, output: Path) -> Grade:
    folder = root / "submission"
    exercise = _exercise(root)

    def keep(partial: Grade) -> None:
        write_json(output, results(partial))

    return grade(exercise, [folder], Options(), keep)


def _sorry(output: Path, details: str) -> None:
    """A valid result without a grade; the details go to staff, on standard output too."""
    write_json(output, failure_results(_SORRY, details))
    print(details, file=sys.stderr)


def _exercise(root: Path) -> Exercise:
    """The packaged exercise, or the one among several that the assignment's title names.

    Raises:
        InternalError: the package names none, or the title fits none or several.
    """
    ids = packaged_exercises(project_root())
    if len(ids) == 1:
        return load(find_exercise(ids[0]))
    exercises = [load(find_exercise(identifier)) for identifier in ids]
    title = _assignment_title(root / "submission_metadata.json")
    fitting = [e for e in exercises if _plain(e.id) in title or _plain(e.title) in title]
    if len(fitting) != 1:
        names = ", ".join(ids) or "none"
        raise InternalError(
            f"the assignment's title {title!r} should contain the id of one packaged exercise ({names})"
        )
    return fitting[0]


def packaged_exercises(source: Path) -> list[str]:
    """The ids in packaged.json.

    Raises:
        InternalError: there is no such file.
    """
    try:
        content = json.loads((source / PACKAGED).read_text(encoding="utf-8"))
        return [str(identifier) for identifier in content["exercises"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = (
            f"{PACKAGED} is missing or malformed ({error}); make the zip with `autograder package`"
        )
        raise InternalError(message) from None


def _assignment_title(path: Path) -> str:
    try:
        metadata: Any = json.loads(path.read_text(encoding="utf-8"))
        return _plain(str(metadata["assignment"]["title"]))
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
