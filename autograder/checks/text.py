"""`text`: words, a sketch, an argument. A person reads it; the machine never marks it wrong.

The rubric and what its keywords seem to find go to staff with the answer, as a first guess to start from.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from pydantic import Field

from autograder.checks.outcome import Outcome, unanswered
from autograder.checks.tools import Answer, Tools
from autograder.exercise.model import Question, SpecModel

_WORD = re.compile(r"[^\W_]+")
_SHOWN: Final = 300
KEPT: Final = 20_000  # characters of an answer that staff see


class Criterion(SpecModel):
    """One thing a good answer says."""

    says: str = Field(min_length=1, description="What a good answer says, for staff.")
    weight: float = Field(1.0, gt=0, description="Its share among the criteria.")
    keywords: tuple[str, ...] = Field(
        (),
        description="Words or phrases, one of which such an answer would hold; 'dilat*' for a stem.",
    )


class TextQuestion(Question):
    """An answer in words, for a person to read."""

    kind: Literal["text"]
    rubric: tuple[Criterion, ...] = Field(
        min_length=1, description="Shown to staff; to students only where a person shows it."
    )
    model_answer: str = Field("", description="Shown to staff only.")
    words: int = Field(0, ge=0, description="How many words are asked for at most; 0 for any.")
    on_paper: bool = Field(
        False, description="Whether it may be a drawing or on paper: a blank goes to a person too."
    )


KIND = TextQuestion


def check(question: TextQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Hand the answer to a person, with the rubric; only a blank is decided here."""
    if answer.written is None or answer.written.is_blank:
        if question.on_paper:
            line = "No text was found; a person will look for your answer among what you handed in."
            return Outcome(question.id, "person", None, line, "no text", data=_staff(question, ""))
        return unanswered(question.id)
    text = answer.written.text.strip()
    count = len(_WORD.findall(text))
    notes: tuple[str, ...] = ()
    if question.words and count > question.words:
        notes = (f"Your answer has {count} words; at most {question.words} are asked for.",)
    words = "1 word" if count == 1 else f"{count} words"
    return Outcome(
        question.id,
        "person",
        None,
        f"A person will read your answer ({words}).",
        evidence="for a person by design",
        details=(f"You wrote: {text[:_SHOWN]}{' ...' if len(text) > _SHOWN else ''}",),
        notes=notes,
        data=_staff(question, text),
    )


def _staff(question: TextQuestion, text: str) -> dict[str, Any]:
    """What staff need: the answer, the rubric with what was found, a first guess of the credit."""
    words = " ".join(_WORD.findall(text.lower()))
    rubric = []
    met = 0.0
    for criterion in question.rubric:
        found = [keyword for keyword in criterion.keywords if _holds(words, keyword)]
        met += criterion.weight if found else 0.0
        rubric.append({"says": criterion.says, "weight": criterion.weight, "found": found})
    staff: dict[str, Any] = {"answer": text[:KEPT], "rubric": rubric}
    if any(criterion.keywords for criterion in question.rubric):
        total = sum(criterion.weight for criterion in question.rubric)
        staff["first_guess"] = round(met / total, 3)
    if question.model_answer:
        staff["model_answer"] = question.model_answer
    return staff


def _holds(words: str, keyword: str) -> bool:
    """Whether a text, as lower-case words, holds a phrase; a star ends a stem."""
    parts = [re.escape(part) for part in _WORD.findall(keyword.lower())]
    if not parts:
        return False
    stem = r"\w*" if keyword.rstrip().endswith("*") else ""
    return re.search(rf"\b{' '.join(parts)}{stem}\b", words) is not None
