"""A grade as plain data, and back: what workers send, what a run keeps and a later run reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from autograder.checks.grade import Grade
from autograder.checks.outcome import OUTCOMES, Outcome
from autograder.exercise.model import Exercise

_TUPLES: Final = ("details", "notes")


def outcome_record(outcome: Outcome) -> dict[str, Any]:
    """An outcome as data that JSON can hold."""
    return asdict(outcome)


def read_outcome(record: Mapping[str, Any]) -> Outcome:
    """The outcome of a record.

    Raises:
        ValueError: the record is of another version or damaged.
    """
    known = {field.name for field in fields(Outcome)}
    if set(record) - known or record.get("outcome") not in OUTCOMES:
        raise ValueError(f"not the record of an outcome: {str(record)[:80]}")
    values: dict[str, Any] = {
        key: tuple(value) if key in _TUPLES else value for key, value in record.items()
    }
    try:
        return Outcome(**values)
    except TypeError as error:
        raise ValueError(f"not the record of an outcome: {error}") from None


def grade_record(grade: Grade) -> dict[str, Any]:
    """A grade as data that JSON can hold, without the exercise."""
    return {
        "outcomes": [outcome_record(outcome) for outcome in grade.outcomes],
        "notes": list(grade.notes),
        "made_with": dict(grade.made_with),
        "seconds": grade.seconds,
    }


def read_grade(record: Mapping[str, Any], exercise: Exercise) -> Grade:
    """The grade of a record.

    Raises:
        ValueError: the record is of another version or damaged.
    """
    try:
        outcomes = tuple(read_outcome(outcome) for outcome in record["outcomes"])
        notes, made_with = tuple(record["notes"]), dict(record["made_with"])
        return Grade(exercise, outcomes, notes, made_with, float(record["seconds"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the record of a grade: {error!r}") from None
