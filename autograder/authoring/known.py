"""Known submissions: hand-ins kept beside an exercise with the credit each question must get.

submissions/cnn-padding-0/          what was handed in
submissions/cnn-padding-0.yaml      what it must get:

about: The convolutions have no padding.
others: full                        every question that is not listed: full, none or any
questions:
  cnn: {credit: 0, outcome: wrong, says: padding 0}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome, OutcomeKind
from autograder.errors import SpecError
from autograder.exercise.document import load_document
from autograder.exercise.model import Credit, Exercise, SpecModel

FOLDER: Final = "submissions"

Words = Annotated[
    tuple[str, ...],
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) else value,
        json_schema_input_type=str | list[str],
    ),
]


class ExpectedOutcome(SpecModel):
    """What one question must get; `says` are words that the student must be told."""

    credit: Credit | None
    outcome: OutcomeKind | None = None
    says: Words = ()


class Expectation(SpecModel):
    """What a known submission must get."""

    about: str
    others: Literal["full", "none", "any"] = "none"
    questions: dict[str, ExpectedOutcome] = Field(default_factory=dict)


class Known(SpecModel):
    """A known submission: its name, its folder, what it must get."""

    name: str
    folder: Path
    expected: Expectation


def known_submissions(exercise: Exercise) -> list[Known]:
    """The known submissions of an exercise, by name.

    Raises:
        SpecError: an expectation is malformed, or has no hand-in beside it.
    """
    return [_load(path, exercise) for path in sorted((exercise.folder / FOLDER).glob("*.yaml"))]


def _load(path: Path, exercise: Exercise) -> Known:
    document = load_document(path.read_text(encoding="utf-8"), str(path))
    try:
        expected = Expectation.model_validate(document.value)
    except ValidationError as error:
        problems = [document.problem(_path(e["loc"]), e["msg"]) for e in error.errors()]
        raise SpecError(problems) from None
    folder = path.with_suffix("")
    if not folder.is_dir():
        raise SpecError(
            [document.problem((), f"there is no folder {folder.name} beside this file")]
        )
    ids = {question.id for question in exercise.questions}
    unknown = [
        document.problem(("questions", name), "there is no question of this id")
        for name in expected.questions
        if name not in ids
    ]
    if unknown:
        raise SpecError(unknown)
    return Known(name=folder.name, folder=folder, expected=expected)


def _path(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return tuple(part for part in location if not (isinstance(part, str) and "[" in part))


def mismatches(known: Known, grade: Grade) -> Iterator[str]:
    """How a grade differs from what the submission must get, a line each."""
    for outcome in grade.outcomes:
        expected = known.expected.questions.get(outcome.question)
        if expected is None:
            yield from _mismatch_of_other(known.expected.others, outcome)
            continue
        if not _same_credit(expected.credit, outcome.credit):
            found = f"credit {outcome.credit}, expected {expected.credit} ({outcome.line})"
            yield f"{outcome.question}: {found}"
        if expected.outcome is not None and outcome.outcome != expected.outcome:
            yield f"{outcome.question}: outcome {outcome.outcome}, expected {expected.outcome}"
        said = "\n".join((outcome.line, *outcome.details, *outcome.notes))
        for words in expected.says:
            if words.lower() not in said.lower():
                yield f"{outcome.question}: does not say {words!r}, but: {said}"


def _mismatch_of_other(others: str, outcome: Outcome) -> Iterator[str]:
    wanted = {"full": 1.0, "none": 0.0}.get(others)
    if wanted is not None and not _same_credit(wanted, outcome.credit):
        said = f"{outcome.outcome}: {outcome.line}"
        yield f"{outcome.question}: credit {outcome.credit}, expected {wanted} ({said})"


def _same_credit(expected: float | None, found: float | None) -> bool:
    if expected is None or found is None:
        return expected is found
    return abs(expected - found) < 1e-6
