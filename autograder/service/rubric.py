"""A text's rubric as a person ticks it: what each item is worth, and what was ticked, to be kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from autograder.checks.text import TextQuestion
from autograder.exercise.model import Question
from autograder.service.tables import Correction


@dataclass(frozen=True)
class Item:
    """An item of a rubric: what a good answer says, its share of the points, whether this one does."""

    says: str
    share: float
    ticked: bool = False


@dataclass(frozen=True)
class Ticked:
    """A rubric with its ticks; `is_shown` lets the student see the items."""

    items: tuple[Item, ...] = ()
    is_shown: bool = False

    @property
    def credit(self) -> float:
        """The share of the points that the ticked items are worth together."""
        return min(1.0, round(sum(item.share for item in self.items if item.ticked), 6))


def rubric_of(question: Question, ticked: Collection[int] = ()) -> tuple[Item, ...]:
    """The items of a question, those at the places in `ticked` with a tick; none for other kinds."""
    if not isinstance(question, TextQuestion):
        return ()
    total = sum(criterion.weight for criterion in question.rubric)
    return tuple(
        Item(criterion.says, criterion.weight / total, place in ticked)
        for place, criterion in enumerate(question.rubric)
    )


def written(ticked: Ticked) -> str:
    """The text that a correction keeps; empty where there is no rubric."""
    return json.dumps(asdict(ticked)) if ticked.items else ""


def ticked_in(correction: Correction | None) -> Ticked:
    """What a correction has kept."""
    if correction is None or not correction.rubric:
        return Ticked()
    content = json.loads(correction.rubric)
    return Ticked(tuple(Item(**item) for item in content["items"]), content["is_shown"])


def seen_by_student(correction: Correction | None) -> Sequence[Item]:
    """The items that the student may see with a person's word."""
    ticked = ticked_in(correction)
    return ticked.items if ticked.is_shown else ()
