"""The wrong answers of a class, the most frequent first, and what a new word on one would change."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from autograder.checks.catalogue import kind_of
from autograder.exercise.bundle import pack, unpack
from autograder.exercise.model import Exercise
from autograder.service.amend import Known
from autograder.service.classbook import persons
from autograder.service.exercises import Exercises
from autograder.service.gradings import Graded, class_graded
from autograder.service.hand_in import Typed
from autograder.service.handed_in import written_answer
from autograder.service.live import Asked, Checkers
from autograder.service.piles import pile_key
from autograder.submission.model import TextAnswer

_MOST_ANSWERS: Final = 12
_MOST_TRIED: Final = 1_000


@dataclass(frozen=True)
class Wrong:
    """One wrong answer: how it was read, what it earns now and is told, and how many gave it.

    `pile` is the key of the pile in which a person grades all of them by hand.
    """

    answer: str
    credit: float
    line: str
    count: int
    pile: str


def wrong_answers(exercise: Exercise, found: Sequence[Graded]) -> dict[str, list[Wrong]]:
    """By question, for questions that are answered in writing: the answers that lost credit."""
    questions = {one.id: one for one in exercise.questions if not kind_of(one).needs_code}
    counts: dict[str, Counter[tuple[str, float, str]]] = defaultdict(Counter)
    piles: dict[str, dict[tuple[str, float, str], str]] = defaultdict(dict)
    for one in found:
        for outcome in one.grade.outcomes if one.grade and one.is_over else ():
            question = questions.get(outcome.question)
            lost = outcome.credit is not None and outcome.credit < 1.0
            if question is not None and lost and outcome.read_plain:
                answer = (outcome.read_plain, outcome.credit or 0.0, outcome.line)
                counts[question.id][answer] += 1
                piles[question.id][answer] = pile_key(question, one)
    return {
        name: [Wrong(*answer, count, piles[name][answer]) for answer, count in _most(counts[name])]
        for name in questions
        if name in counts
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
    credit: dict[str, float | None] = {}  # many give the same answer
    with tempfile.TemporaryDirectory(prefix="autograder-amended-") as place:
        folder = unpack(pack(dict(files)), Path(place))
        for one in found[:_MOST_TRIED]:
            written = written_answer(session, exercise, one.submission.id, known.question)
            if written is None or one.grade is None or known.question in one.words:
                continue
            given = {o.question: o.credit for o in one.grade.outcomes}
            before = given.get(known.question)
            answer = _typed(written)
            key = json.dumps(answer, sort_keys=True)
            if key not in credit:
                credit[key] = checkers.check(Asked(folder, known.question, answer)).outcome.credit
            if credit[key] != before:
                name = people[one.submission.person].called
                changed.append(Effect(one.submission.id, name, before, credit[key]))
    return changed


def _typed(written: TextAnswer) -> Typed:
    return written.text if written.fields is None else dict(written.fields)
