"""The wrong answers of a class, the most frequent first, and what a new word on one would change."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from autograder.exercise.bundle import pack, unpack
from autograder.exercise.model import Exercise
from autograder.reports.book import Entry
from autograder.service.amend import Known, takes_mistakes
from autograder.service.classbook import persons
from autograder.service.exercises import Exercises
from autograder.service.gradings import class_graded
from autograder.service.hand_in import Typed
from autograder.service.handed_in import written_answer
from autograder.service.live import Asked, Checkers
from autograder.submission.model import TextAnswer

_MOST_ANSWERS: Final = 12
_MOST_TRIED: Final = 1_000


@dataclass(frozen=True)
class Wrong:
    """One wrong answer: how it was read, what it earns now and is told, and how many gave it."""

    answer: str
    credit: float
    line: str
    count: int


def wrong_answers(exercise: Exercise, entries: tuple[Entry, ...]) -> dict[str, list[Wrong]]:
    """By question, for questions that know mistakes: the answers that lost credit."""
    found: dict[str, dict[tuple[str, float, str], int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        for outcome in entry.grade.outcomes if entry.grade else ():
            lost = outcome.credit is not None and outcome.credit < 1.0
            if lost and outcome.read_plain and takes_mistakes(exercise.question(outcome.question)):
                key = (outcome.read_plain, outcome.credit or 0.0, outcome.line)
                found[outcome.question][key] += 1
    return {
        question.id: [Wrong(*key, count) for key, count in _most(found[question.id])]
        for question in exercise.questions
        if question.id in found
    }


def _most(counts: Mapping[tuple[str, float, str], int]) -> list[tuple[tuple[str, float, str], int]]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ordered[:_MOST_ANSWERS]


@dataclass(frozen=True)
class Effect:
    """What a submission's answer would earn under the new version, as a share of the points."""

    submission: str
    student: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """The share gained, if both are decided."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


def effects(
    exercises: Exercises,
    checkers: Checkers,
    session: Session,
    exercise: Exercise,
    files: Mapping[str, bytes],
    known: Known,
) -> list[Effect]:
    """Try the new version on everybody's answer to the question; who would not notice is left out.

    Raises:
        InternalError: the checkers are busy, or an answer takes too long.
    """
    changed = []
    found = [one for one in class_graded(exercises, session, exercise.id) if one.is_over]
    people = persons(session, (one.submission.person for one in found))
    with tempfile.TemporaryDirectory(prefix="autograder-amended-") as place:
        folder = unpack(pack(dict(files)), Path(place))
        for one in found[:_MOST_TRIED]:
            written = written_answer(session, exercise, one.submission.id, known.question)
            if written is None or one.grade is None or known.question in one.words:
                continue
            given = {o.question: o.credit for o in one.grade.outcomes}
            before = given.get(known.question)
            now = checkers.check(Asked(folder, known.question, _typed(written))).outcome.credit
            if now != before:
                name = people[one.submission.person].called
                changed.append(Effect(one.submission.id, name, before, now))
    return changed


def _typed(written: TextAnswer) -> Typed:
    return written.text if written.fields is None else dict(written.fields)
