"""The answers that a student had checked before handing in, and what that tells about an answer now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.checks.outcome import Outcome
from autograder.checks.record import read_outcome
from autograder.exercise.model import Policy
from autograder.reports.words import WORDS
from autograder.service.hand_in import Typed
from autograder.service.tables import Attempt, Person


@dataclass(frozen=True)
class Try:
    """An answer that was checked; `outcome` is None where this program no longer reads it."""

    answer: Typed
    outcome: Outcome | None
    created: float

    @property
    def text(self) -> str:
        """The answer as one line."""
        if isinstance(self.answer, str):
            return self.answer
        return "; ".join(f"{name}: {text}" for name, text in self.answer.items() if text.strip())


@dataclass(frozen=True)
class State:
    """Where an answer stands, as a name for styles and in words."""

    name: str
    words: str


@dataclass(frozen=True)
class Tries:
    """The checks of one question, the oldest first, and what the exercise allows."""

    policy: Policy
    all: tuple[Try, ...] = ()

    @property
    def left(self) -> int:
        """How many checks there are yet."""
        return max(0, self.policy.checks - len(self.all))

    def until(self, moment: float) -> Tries:
        """The checks up to a moment, such as that of a hand-in."""
        return replace(self, all=tuple(one for one in self.all if one.created <= moment))

    def of(self, answer: Typed) -> Try | None:
        """The newest check of exactly this answer."""
        return next((one for one in reversed(self.all) if one.answer == answer), None)

    def told(self, answer: Typed) -> Outcome | None:
        """What the check of this answer said, its hint only after as many wrong ones as asked for."""
        found = self.of(answer)
        if found is None or found.outcome is None:
            return None
        wrong = sum(one.outcome is None or one.outcome.credit != 1.0 for one in self.all)
        hint = found.outcome.hint if wrong >= self.policy.hints_after else ""
        return replace(found.outcome, hint=hint)

    def state(self, answer: Typed, *, can_check: bool) -> State:
        """Where an answer stands."""
        if not answer or (isinstance(answer, str) and not answer.strip()):
            return State("empty", "not answered")
        found = self.told(answer)
        if found is not None:
            return State(found.outcome, WORDS[found.outcome])
        if self.all:
            return State("changed", "changed since its check")
        return State("kept", "not checked" if can_check else "answered")


def tries_of(session: Session, person: Person, exercise: str, policy: Policy) -> dict[str, Tries]:
    """A person's checks of an exercise by question."""
    own = Attempt.person == person.id, Attempt.exercise == exercise
    found: dict[str, tuple[Try, ...]] = {}
    for attempt in session.scalars(select(Attempt).where(*own).order_by(Attempt.id)):
        one = Try(json.loads(attempt.text), _outcome(attempt), attempt.created)
        found[attempt.question] = (*found.get(attempt.question, ()), one)
    return {question: Tries(policy, tries) for question, tries in found.items()}


def _outcome(attempt: Attempt) -> Outcome | None:
    try:
        record: Mapping[str, object] = json.loads(attempt.record)
        return read_outcome(record)
    except ValueError:
        return None
