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

import yaml
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


def known_files(exercise: Exercise) -> dict[str, bytes]:
    """The files that prove an exercise and grade nothing: its starter and its known submissions.

    Their names are those that a bundle would give them.
    """
    found = sorted(path for path in (exercise.folder / FOLDER).rglob("*") if path.is_file())
    if exercise.code.starter and (exercise.folder / exercise.code.starter).is_file():
        found.append(exercise.folder / exercise.code.starter)
    return {
        f"exercises/{exercise.id}/{path.relative_to(exercise.folder).as_posix()}": path.read_bytes()
        for path in found
    }


def known_submissions(exercise: Exercise) -> list[Known]:
    """The known submissions of an exercise, by name.

    Raises:
        SpecError: an expectation is malformed, or has no hand-in beside it.
    """
    return [
        load_known(path, exercise) for path in sorted((exercise.folder / FOLDER).glob("*.yaml"))
    ]


def load_known(path: Path, exercise: Exercise) -> Known:
    """One known submission, from the file that says what it must get.

    Raises:
        SpecError: the file is malformed, or has no hand-in beside it.
    """
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
        said = _said(outcome)
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


def updated(known: Known, grade: Grade) -> str | None:
    """The file that expects what the submission gets now; None when it does so already.

    Questions whose outcome is as expected keep their entries; the others get new ones, with those of
    the words that are still said. Comments are lost.
    """
    outcomes = {outcome.question: outcome for outcome in grade.outcomes}
    changed = {message.partition(":")[0] for message in mismatches(known, grade)}
    if not changed:
        return None
    expected = known.expected
    lines = [f"about: {_flow(expected.about)}", f"others: {expected.others}", "questions:"]
    for question in dict.fromkeys((*expected.questions, *outcomes)):
        old = expected.questions.get(question)
        if question in changed:
            old = _expected_now(outcomes[question], old)
        if old is not None:
            entry = old.model_dump(exclude_defaults=True) | {"credit": old.credit}
            lines.append(f"  {question}: {_flow(entry)}")
    return "\n".join(lines) + "\n"


def _expected_now(outcome: Outcome, old: ExpectedOutcome | None) -> ExpectedOutcome:
    said = _said(outcome).lower()
    words = tuple(words for words in old.says if words.lower() in said) if old else ()
    credit = None if outcome.credit is None else round(outcome.credit, 6)
    return ExpectedOutcome(credit=credit, outcome=outcome.outcome, says=words)


def _said(outcome: Outcome) -> str:
    """Everything the student is told."""
    return "\n".join((outcome.line, *outcome.details, *outcome.notes))


def _flow(value: object) -> str:
    """A value as YAML on one line."""
    plain = (
        {k: list(v) if isinstance(v, tuple) else v for k, v in value.items()}
        if isinstance(value, dict)
        else value
    )
    text = yaml.safe_dump(
        plain, default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False
    )
    return text.removesuffix("\n...\n").strip()
