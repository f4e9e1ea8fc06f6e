"""Grades cases of the corpus and says in which way a grade is not what the case expects."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from tests.corpus.case import Case


@contextlib.contextmanager
def hand_in(case: Case) -> Iterator[Path]:
    """The case's notebook in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ex09.ipynb"
        path.write_text(case.notebook(), encoding="utf-8")
        yield path


def grade_case(
    case: Case, exercise: Exercise, session: Session, parts: Sequence[str] = ()
) -> Grade:
    """The grade of the parts that a case can touch, or of those given."""
    with hand_in(case) as path:
        wanted = parts or case.parts
        select = " or ".join(wanted)
        if not any(part.startswith("accuracy") for part in wanted):
            select = f"({select}) and not accuracy"  # `cnn` would select `accuracy-cnn` too
        return grade(exercise, [path], Options(select=select), session=session)


def mismatches(case: Case, graded: Grade) -> Iterator[str]:
    """How a grade is not what the case expects, a line each."""
    for outcome in graded.outcomes:
        said = _said(outcome)
        words = case.wrong.get(outcome.question)
        if words is None:
            if outcome.credit != (None if outcome.question in case.person else 1.0):
                yield f"{outcome.question} lost credit ({outcome.credit}): {said}"
            words = case.says.get(outcome.question, "")
        elif outcome.credit is None or outcome.credit >= 1.0:
            yield f"{outcome.question} got {outcome.credit}: {said}"
        if words.lower() not in said.lower():
            yield f"{outcome.question} does not say {words!r}: {said}"


def _said(outcome: Outcome) -> str:
    return "\n".join((outcome.line, *outcome.details, *outcome.notes, *outcome.hint.split("\n")))
