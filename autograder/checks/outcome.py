"""What became of one question: its credit, why, and who is at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

OutcomeKind = Literal[
    "correct",
    "partial",
    "wrong",
    "unanswered",
    "unreadable",  # the answer cannot be read as its kind
    "undecided",  # the grader cannot tell
    "person",  # the question is for a person by design
    # The student's code failed:
    "error",
    "refused",
    "time",
    "memory",
    "output",
    "processes",
    "killed",
    "protocol",
    # Not the student's doing:
    "internal",
    "skipped",  # the time for the whole submission was over
]

OUTCOMES: Final[tuple[str, ...]] = OutcomeKind.__args__  # type: ignore[attr-defined]
OURS: Final = frozenset(("internal", "skipped"))


@dataclass(frozen=True)
class Outcome:
    """The result of one question.

    `credit` is a fraction of the question's points, None when a person must look. `line` is the one
    line a student reads first; `details` are further lines; `evidence` says how it was decided and
    `data` holds the same for machines. `read_as` is the answer as it was read, in LaTeX.
    """

    question: str
    outcome: OutcomeKind
    credit: float | None
    line: str
    evidence: str = ""
    details: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str = ""
    read_as: str = ""
    read_plain: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_ours(self) -> bool:
        """Whether the grader, not the student, failed."""
        return self.outcome in OURS

    @property
    def needs_person(self) -> bool:
        """Whether no machine gave it a score."""
        return self.credit is None


def of_credit(credit: float) -> OutcomeKind:
    """The outcome of a decided question."""
    if credit >= 1.0:
        return "correct"
    return "partial" if credit > 0.0 else "wrong"


def verdict_line(credit: float) -> str:
    """The first line about an answer the author foresaw, by the credit the instructor gives it."""
    if credit >= 1.0:
        return "Right."
    return "Nearly right." if credit > 0.0 else "This does not count as right here."


NO_ANSWER: Final = "There is no answer to this question."


def unanswered(question: str, line: str = NO_ANSWER) -> Outcome:
    """Nothing was handed in."""
    return Outcome(question, "unanswered", 0.0, line, evidence="no answer was found")


def unopened(question: str, problem: str) -> Outcome:
    """Nothing of the submission could be read, and nobody knows what is in it."""
    return Outcome(question, "unreadable", None, not_opened(problem), evidence=problem)


def not_opened(problem: str) -> str:
    """What the student of such a submission is told."""
    return f"Your submission could not be opened ({problem}). A person will look at it."


def unread(question: str, problem: str) -> Outcome:
    """There is no answer in what could be read of the submission; it may be in the rest."""
    line = f"There is no answer in what could be read ({problem}). A person will look at the rest."
    return Outcome(question, "unreadable", None, line, evidence=problem)


def internal(question: str, problem: str) -> Outcome:
    """We failed; the student is told so and a person looks."""
    line = "The grader failed on this question. This is not your fault; staff will look at it."
    return Outcome(question, "internal", None, line, evidence=problem[:2_000])
