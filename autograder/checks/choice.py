"""`choice`: one of several options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from autograder.checks import wording
from autograder.checks.options import Option, find_option
from autograder.checks.outcome import Outcome, of_credit, unanswered
from autograder.checks.tools import Answer, Tools
from autograder.exercise.document import Path
from autograder.exercise.model import ModelAnswer, Question


class ChoiceQuestion(Question):
    """A choice among named options; a student may write the key, the label or an alias."""

    kind: Literal["choice"]
    options: dict[str, Option] = Field(min_length=2)
    answer: str = Field(description="The key of the right option.")

    def check(self) -> Iterator[tuple[Path, str]]:
        """The answer must be an option."""
        if self.answer not in self.options:
            yield ("answer",), f"no option has this key; they are {', '.join(self.options)}"

    def model_answers(self) -> Iterator[ModelAnswer]:
        """Every option, the right one first."""
        for key in sorted(self.options, key=lambda key: key != self.answer):
            yield ModelAnswer(
                {"answer": key}, float(key == self.answer), self.options[key].feedback
            )


KIND = ChoiceQuestion


def check(question: ChoiceQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Find the option that was named."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    text = answer.written.text
    chosen = find_option(text, question.options)
    if chosen is None:
        return wording.not_read(
            question,
            tools.exercise.policy,
            f"Your answer names none of the options {', '.join(question.options)}.",
            evidence="no option was recognised",
            details=(f"You wrote: {text.strip()[:200]}",),
        )
    option = question.options[chosen]
    credit = 1.0 if chosen == question.answer else 0.0
    line = option.feedback or ("Right." if credit else "This is not the right option.")
    return Outcome(
        question.id,
        of_credit(credit),
        credit,
        line,
        evidence=f"read as option {chosen}",
        hint="" if credit else question.hint,
        read_plain=option.label,
        data={"option": chosen},
    )
