"""Fills a starter in with the author's own answers and grades it, as a student would hand it in."""

from __future__ import annotations

import dataclasses
import itertools
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

from autograder.authoring.answers_file import Format, answers_file
from autograder.exercise.model import Exercise, ModelAnswer, Question
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from autograder.symbolic.reader import parse_formula
from autograder.symbolic.show import latex


def lost_in_starters(exercise: Exercise, session: Session, options: Options) -> Iterator[str]:
    """Each right answer that loses credit in a starter of some format, a line each."""
    right = [
        (question, answer)
        for question in exercise.questions
        for answer in itertools.islice(question.model_answers(), 1)
    ]
    if not right:
        return
    chosen = dataclasses.replace(options, select=" or ".join(q.id for q, _ in right))
    for form in get_args(Format):
        answers = {q.id: _written(exercise, q, answer, form) for q, answer in right}
        with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
            path = Path(folder) / f"answers.{form}"
            path.write_text(answers_file(exercise, form, answers), encoding="utf-8")
            graded = grade(exercise, [path], chosen, session=session)
        for outcome in graded.outcomes:
            if outcome.question in answers and outcome.credit != 1.0:
                yield f"{outcome.question}: the right answer in answers.{form}: {outcome.line}"


def _written(
    exercise: Exercise, question: Question, answer: ModelAnswer, form: Format
) -> str | Mapping[str, str]:
    """The answer as a student writes it in this format."""
    parts = dict(answer.parts)
    if form == "tex":
        table = exercise.table(question)
        for name in answer.formulas:
            parts[name] = latex(parse_formula(parts[name], table))
    if answer.form == "fields":
        return parts
    return dataclasses.replace(answer, parts=parts).text()
