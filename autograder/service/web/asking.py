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


@dataclass(frozen=True)
class Input:
    """One input of a form. `options` has a value and a label for each choice; without, it is text."""

    name: str
    label: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question with its number, its inputs, and what a student has learned about it so far."""

    question: Question
    number: str
    inputs: tuple[Input, ...] = ()
    is_code: bool = False
    is_long: bool = False
    can_check: bool = False
    checks_left: int = 0


@dataclass(frozen=True)
class Part:
    """A section of an exercise with its questions."""

    title: str
    text: str
    questions: list[Asked] = field(default_factory=list)


def parts_of(exercise: Exercise, drafts: Mapping[str, str], used: Mapping[str, int]) -> list[Part]:
    """The sections with their questions. `drafts` are by input, `used` counts checks by question."""
    numbers = exercise.numbers()
    sections = {section.id: Part(section.title, section.text) for section in exercise.sections}
    parts: dict[str, Part] = {}
    for question in exercise.questions:
        part = parts.setdefault(question.section, sections.get(question.section, Part("", "")))
        is_code = kind_of(question).needs_code
        left = max(0, exercise.policy.checks - used.get(question.id, 0))
        can_check = not is_code and question.kind != "text" and question.visibility == "visible"
        part.questions.append(
            Asked(
                question,
                numbers[question.id],
                () if is_code else tuple(_inputs(question, drafts)),
                is_code,
                question.kind in ("text", "derivation", "tensor"),
                can_check,
                left,
            )
        )
    return list(parts.values())


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
    if isinstance(question, ChoiceQuestion):
        options = _options(question.options)
        yield Input(question.id, question.title, drafts.get(question.id, ""), options)
    elif isinstance(question, FieldsQuestion):
        for name, spec in question.fields.items():
            key = f"{question.id}.{name}"
            label = spec.label or name
            yield Input(key, label, drafts.get(key, ""), _options(spec.options))
    else:
        yield Input(question.id, question.title, drafts.get(question.id, ""))


def _options(options: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((key, option.label or key) for key, option in options.items())
