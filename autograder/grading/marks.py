"""A dash before an answer: a minus in a formula, a bullet in Markdown.

`- c*t` is read as a minus first. Where only the answer without it would earn more, nobody can tell
which was meant, so a person decides; where the answer can be read only without it, it was a bullet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from autograder.checks.outcome import Outcome
from autograder.checks.tools import Answer

_DASH: Final = re.compile(r"[-–—]\s+(?=\S)")
_LINE: Final = (
    "Your answer begins with a dash, which is a minus in a formula and a bullet in Markdown. Read as a "
    "bullet it would be worth more; a person will look at it."
)


def without_dash(answer: Answer) -> Answer | None:
    """The answer without the dash that may be a bullet; None where there is none."""
    written = answer.written
    if written is None or not written.is_markdown or written.fields is not None:
        return None
    match = _DASH.match(written.text)
    if match is None or "\n" in written.text.strip():
        return None
    return replace(answer, written=replace(written, text=written.text[match.end() :]))


def checked(answer: Answer, check: Callable[[Answer], Outcome]) -> Outcome:
    """The outcome of an answer, whatever its dash means."""
    outcome = check(answer)
    if outcome.credit == 1.0 or (bare := without_dash(answer)) is None:
        return outcome
    other = check(bare)
    if outcome.outcome == "unreadable" and other.outcome != "unreadable":
        return other
    if outcome.credit is None or other.credit is None or other.credit <= outcome.credit:
        return outcome
    evidence = f"as a minus: {outcome.evidence}; as a bullet: {other.evidence}"
    return replace(
        outcome, outcome="undecided", credit=None, line=_LINE, evidence=evidence, details=()
    )
