"""Where an answer stands: the seven colours of a report, out of the outcomes and their credit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from autograder.checks.outcome import Outcome

STANDINGS: Final[Mapping[str, str]] = {
    "right": "right",
    "partial": "partly right",
    "wrong": "wrong",
    "crashed": "code failed",
    "blank": "not answered",
    "person": "for a person",
    "failed": "grader failed",
}
LOSING: Final = ("partial", "wrong", "crashed")

_DECIDED: Final = {
    "unanswered": "blank",
    "wrong": "wrong",
    "partial": "wrong",
    "refused": "wrong",
    "unreadable": "wrong",
}


def standing(outcome: Outcome) -> str:
    """The key of `STANDINGS` for an outcome: by whose turn it is, then by credit, then by cause."""
    if outcome.is_ours:
        return "failed"
    if outcome.credit is None:
        return "person"
    if outcome.credit >= 1.0:
        return "right"
    if outcome.credit > 0.0:
        return "partial"
    return _DECIDED.get(outcome.outcome, "crashed")
