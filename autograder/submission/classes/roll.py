"""What a class handed in: the hand-ins, where they come from, and what was odd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autograder.submission.roster import HandIn

Kind = Literal["folder", "gradescope", "moodle", "canvas"]


@dataclass(frozen=True)
class ClassRoll:
    """A class: its hand-ins in the order of their ids, and notes for staff.

    `kind` says how it was read: as a plain folder, or as the download of a system.
    """

    kind: Kind
    hand_ins: tuple[HandIn, ...]
    notes: tuple[str, ...] = ()


def make_roll(kind: Kind, hand_ins: list[HandIn], notes: list[str]) -> ClassRoll:
    """A roll in the order of ids."""
    return ClassRoll(kind, tuple(sorted(hand_ins, key=lambda h: h.id)), tuple(notes))
