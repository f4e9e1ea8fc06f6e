"""A question as a form asks it, and the answers that come back from one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.checks.catalogue import kind_of
from autograder.checks.choice import ChoiceQuestion
from autograder.checks.fields import FieldsQuestion
from autograder.exercise.model import Exercise, Question
from autograder.service.hand_in import Typed
from autograder.service.web.keys import formula_inputs, keys_of
from autograder.service.web.showing import Shown
from autograder.service.web.tried import State, Tries


@dataclass(frozen=True)
class Input:
    """One input of a form. `options` has a value and a label for each choice; without, it is text.

    A `formula` can be written with the math keyboard.
    """

    name: str
    label: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    formula: bool = False


@dataclass(frozen=True)
class Asked:
    """A question with its number, its inputs, and what a student has learned about it so far.

    `keys` are its symbols in LaTeX, for the math keyboard.
    """

    question: Question
    number: str
    tries: Tries
    inputs: tuple[Input, ...] = ()
    answer: Typed = ""
    keys: tuple[str, ...] = ()

    @property
    def is_code(self) -> bool:
        """Whether files answer it."""
        return not self.inputs

    @property
    def is_long(self) -> bool:
        """Whether its answer has several lines."""
        return self.question.kind in ("text", "derivation", "tensor")

    @property
    def can_check(self) -> bool:
        """Whether its answer can be checked before handing in at all."""
        return can_check(self.question) and self.tries.policy.checks > 0

    @property
    def state(self) -> State:
        """Where its answer stands."""
        if self.is_code:
            return State("files", "answered by files")
        return self.tries.state(self.answer, can_check=self.can_check)

    @property
    def told(self) -> Shown | None:
        """What the check of the answer as it stands has said."""
        outcome = self.tries.told(self.answer)
        return Shown(self.question, self.number, outcome, None) if outcome else None


@dataclass(frozen=True)
class Part:
    """A section of an exercise with its questions."""

    title: str
    text: str
    questions: list[Asked] = field(default_factory=list)


def parts_of(
    exercise: Exercise, drafts: Mapping[str, str], tries: Mapping[str, Tries]
) -> list[Part]:
    """The sections with their questions. `drafts` are by input, `tries` by question."""
    sections = {section.id: Part(section.title, section.text) for section in exercise.sections}
    parts: dict[str, Part] = {}
    for question in exercise.questions:
        part = parts.setdefault(question.section, sections.get(question.section, Part("", "")))
        part.questions.append(asked(exercise, question, drafts, tries))
    return list(parts.values())


def asked(
    exercise: Exercise,
    question: Question,
    drafts: Mapping[str, str],
    tries: Mapping[str, Tries],
) -> Asked:
    """One question as the form asks it."""
    number = exercise.numbers()[question.id]
    own = tries.get(question.id, Tries(exercise.policy))
    if kind_of(question).needs_code:
        return Asked(question, number, own)
    inputs = tuple(_inputs(question, drafts))
    keys = keys_of(exercise, question) if any(one.formula for one in inputs) else ()
    return Asked(question, number, own, inputs, typed_answer(question, drafts), keys)


def can_check(question: Question) -> bool:
    """Whether a machine may say before the hand-in what an answer is worth."""
    judged = not kind_of(question).needs_code and question.kind != "text"
    return judged and question.visibility == "visible"


def input_names(question: Question) -> list[str]:
    """The names of a question's inputs."""
    if isinstance(question, FieldsQuestion):
        return [f"{question.id}.{name}" for name in question.fields]
    return [question.id]


def typed_answers(exercise: Exercise, given: Mapping[str, str]) -> dict[str, Typed]:
    """The written answers out of a form's values by input."""
    answers: dict[str, Typed] = {}
    for question in exercise.questions:
        if kind_of(question).needs_code:
            continue
        answer = typed_answer(question, given)
        if answer:
            answers[question.id] = answer
    return answers


def typed_answer(question: Question, given: Mapping[str, str]) -> Typed:
    """One written answer; empty where nothing was typed."""
    if isinstance(question, FieldsQuestion):
        fields = {name: given.get(f"{question.id}.{name}", "") for name in question.fields}
        return fields if any(text.strip() for text in fields.values()) else ""
    return given.get(question.id, "")


def _inputs(question: Question, drafts: Mapping[str, str]) -> Iterable[Input]:
    formulas = formula_inputs(question)
    if isinstance(question, FieldsQuestion):
        parts = [
            (f"{question.id}.{n}", f.label or n, f.options) for n, f in question.fields.items()
        ]
    else:
        options = question.options if isinstance(question, ChoiceQuestion) else {}
        parts = [(question.id, question.title, options)]
    for name, label, options in parts:
        yield Input(name, label, drafts.get(name, ""), _options(options), name in formulas)


def _options(options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((key, option.label or key) for key, option in options.items())
