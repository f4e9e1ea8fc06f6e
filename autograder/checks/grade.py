"""The grade of one submission: its outcomes and what is needed to re-make them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograder.checks.outcome import Outcome
from autograder.exercise.model import Exercise


@dataclass(frozen=True)
class Grade:
    """The outcomes of one submission, in the exercise's order, and what is needed to re-make them."""

    exercise: Exercise
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()
    made_with: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """Points earned; what a person must look at counts nothing yet."""
        return sum(self.points_of(o) or 0.0 for o in self.outcomes)

    @property
    def possible(self) -> float:
        """Points of all questions that were graded."""
        return sum(self.exercise.question(outcome.question).points for outcome in self.outcomes)

    @property
    def waiting(self) -> float:
        """Points that a person has to decide about."""
        return sum(
            self.exercise.question(o.question).points for o in self.outcomes if o.needs_person
        )

    @property
    def failed_by_us(self) -> bool:
        """Whether some question could not be graded through our own fault."""
        return any(outcome.is_ours for outcome in self.outcomes)

    def points_of(self, outcome: Outcome) -> float | None:
        """The points of one question, None when a person must look."""
        if outcome.credit is None:
            return None
        return round(outcome.credit * self.exercise.question(outcome.question).points, 4)
