"""The answers of a class to one question, in piles of those that are the same, for a person to grade.

Two answers are the same when all that was read of them is: then a person's word on one is a word on
both. What cannot be compared as a whole, such as code, is a pile of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.checks.catalogue import kind_of
from autograder.checks.outcome import Outcome, internal
from autograder.exercise.model import Question
from autograder.service.glances import Glances, sameness
from autograder.service.gradings import Graded, graded, graded_all
from autograder.service.tables import Correction, Submission

# Which piles are looked at, with words for it.
SHOWN: Final = {
    "waiting": "that wait for a person",
    "spoken": "graded by a person",
    "all": "of everybody",
}
_MOST_EARLIER: Final = 20


@dataclass(frozen=True)
class Pile:
    """The same answer of several students, and a person's word on all of them."""

    key: str
    members: tuple[Graded, ...]
    word: Correction | None


def piles(
    glances: Glances, session: Session, exercise: str, question: Question, show: str
) -> list[Pile]:
    """The piles, the largest first; `show` is a key of `SHOWN`."""
    found: dict[str, list[Graded]] = {}
    for one in glances.look(session, exercise):
        if _is_shown(one, question.id, show):
            found.setdefault(pile_key(question, one), []).append(one)
    gathered = [
        Pile(key, tuple(some), some[0].words.get(question.id)) for key, some in found.items()
    ]
    return sorted(gathered, key=lambda pile: -len(pile.members))


def opened_answer(glances: Glances, session: Session, question: Question, pile: Pile) -> Outcome:
    """All that the machine said about the answer of a pile."""
    return _machine(graded(glances.exercises, session, pile.members[0].submission), question)


def said_before(
    glances: Glances, session: Session, question: Question, pile: Pile
) -> Correction | None:
    """A person's newest word on the same answer, given when one of these students handed in earlier."""
    same = sameness(_machine(pile.members[0], question))
    if not same:
        return None
    people = {one.submission.person for one in pile.members}
    of_them = (
        Submission.person.in_(people),
        Submission.exercise == pile.members[0].submission.exercise,
        Submission.id.not_in([one.submission.id for one in pile.members]),
    )
    earlier = select(Submission).where(*of_them).order_by(Submission.created.desc())
    words = (
        one.words[question.id]
        for one in graded_all(glances.exercises, session, earlier.limit(_MOST_EARLIER))
        if question.id in one.words and sameness(_machine(one, question)) == same
    )
    return max(words, key=lambda word: word.id, default=None)


def _is_shown(one: Graded, question: str, show: str) -> bool:
    if not one.is_over or one.grade is None:
        return False
    if show == "spoken":
        return question in one.words
    outcome = next((o for o in one.grade.outcomes if o.question == question), None)
    if outcome is None:
        return False
    return outcome.needs_person if show == "waiting" else outcome.outcome != "unanswered"


def _machine(one: Graded, question: Question) -> Outcome:
    """What the machine said, whatever a person did."""
    outcomes: Iterable[Outcome] = one.machine.outcomes if one.machine else ()
    found = (outcome for outcome in outcomes if outcome.question == question.id)
    return next(found, internal(question.id, one.problem))


def pile_key(question: Question, one: Graded) -> str:
    """What the answers of a pile have in common: the machine's outcome, the answer, a person's word."""
    machine = _machine(one, question)
    same = "" if kind_of(question).needs_code else sameness(machine)
    word = one.words.get(question.id)
    said: Sequence[object] = (word.credit, word.feedback, word.rubric) if word else ()
    parts = (machine.outcome, same or one.submission.id, *said)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
