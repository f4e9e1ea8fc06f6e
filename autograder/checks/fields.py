"""`fields`: several small answers that are judged together, so that only consistent sets are right.

sgdm: 1            or on one line:  SGDM: 1, Adam: 2
adam: 2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import Field

from autograder.checks import wording
from autograder.checks.options import Option, find_option
from autograder.checks.outcome import Outcome, of_credit, unanswered, verdict_line
from autograder.checks.parts import Tolerance, number_matches, plain_text, read_number
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.exercise.document import Path
from autograder.exercise.model import Credit, ModelAnswer, Question, SpecModel, Text
from autograder.submission.model import TextAnswer
from autograder.symbolic.evaluate import NoValue
from autograder.symbolic.reader import parse_formula, read_expression
from autograder.symbolic.table import SymbolTable

_SEPARATOR = re.compile(r"[\n;]")


class FieldSpec(SpecModel):
    """One part of the answer."""

    kind: Literal["number", "expression", "choice"] = "number"
    label: str = Field("", description="How the part is named to students.")
    aliases: tuple[str, ...] = Field((), description="Other names that students may use.")
    options: dict[str, Option] = Field(default_factory=dict, description="For a choice.")
    tolerance: float = Field(0.0, ge=0)


Values = Annotated[dict[str, Text], MinLen(1)]


class AcceptedSet(SpecModel):
    """Values for all fields that are right together."""

    values: Values
    credit: Credit = 1.0
    note: str = ""


class MistakenSet(SpecModel):
    """Values for some or all fields that are wrong in a known way; the credit is for these fields."""

    values: Values
    credit: Credit = 0.0
    feedback: str


class FieldsQuestion(Question):
    """Several answers with rules across them."""

    kind: Literal["fields"]
    fields: dict[str, FieldSpec] = Field(min_length=1)
    accept: tuple[AcceptedSet, ...] = Field(min_length=1)
    mistakes: tuple[MistakenSet, ...] = ()
    partial: bool = Field(True, description="Whether single right fields earn their share.")

    def formulas(self) -> Iterator[tuple[Path, str]]:
        """Every value of a number or expression field."""
        for name in ("accept", "mistakes"):
            for place, group in enumerate(getattr(self, name)):
                for field, value in group.values.items():
                    spec = self.fields.get(field)
                    if spec is not None and spec.kind != "choice":
                        yield (name, place, "values", field), value

    def check(self) -> Iterator[tuple[Path, str]]:
        """Sets must speak of the fields, and choices of their options."""
        for name in ("accept", "mistakes"):
            for place, group in enumerate(getattr(self, name)):
                for field, value in group.values.items():
                    spec = self.fields.get(field)
                    path: Path = (name, place, "values", field)
                    if spec is None:
                        yield (
                            path,
                            f"there is no field {field!r}; they are {', '.join(self.fields)}",
                        )
                    elif spec.kind == "choice" and value not in spec.options:
                        yield path, f"no option {value!r}; they are {', '.join(spec.options)}"
        for place, group in enumerate(self.accept):
            for field in set(self.fields) - set(group.values):
                yield ("accept", place, "values"), f"the field {field!r} is missing"

    def model_answers(self) -> Iterator[ModelAnswer]:
        """The accepted sets, then the mistakes, their other fields filled in rightly."""
        formulas = frozenset(name for name, spec in self.fields.items() if spec.kind != "choice")
        for accepted in self.accept:
            yield ModelAnswer(accepted.values, accepted.credit, accepted.note, "fields", formulas)
        for known in self.mistakes:
            rest = len(self.fields) - len(known.values) if self.partial else 0
            credit = (known.credit * len(known.values) + rest) / len(self.fields)
            values = {**self.accept[0].values, **known.values}
            yield ModelAnswer(values, credit, known.feedback, "fields", formulas)


KIND = FieldsQuestion


def check(question: FieldsQuestion, answer: Answer, tools: Tools) -> Outcome:
    """Read every field, then look for a set that all of them fit."""
    if answer.written is None or answer.written.is_blank:
        return unanswered(question.id)
    given = read_fields(answer.written, question.fields)
    if not given:
        return _nothing_read(question, answer.written, tools)
    matcher = _Matcher(question, given, tools)
    if matcher.problems:
        return _unreadable(question, matcher, tools)
    shown = "; ".join(f"{_label(question, key)}: {value}" for key, value in given.items())
    outcome = _judged(question, matcher)
    return Outcome(
        question.id,
        of_credit(outcome[0]),
        outcome[0],
        outcome[1],
        evidence=outcome[2],
        notes=tuple(filter(None, (outcome[3],))),
        hint="" if outcome[0] == 1.0 else question.hint,
        read_plain=shown,
        data={"fields": dict(given)},
    )


def _judged(question: FieldsQuestion, matcher: _Matcher) -> tuple[float, str, str, str]:
    """Credit, line, evidence and note."""
    for accepted in question.accept:
        if matcher.fits(accepted.values):
            line = verdict_line(accepted.credit)
            return accepted.credit, line, f"all fields fit {accepted.values}", accepted.note
    best = max(question.accept, key=lambda accepted: len(matcher.matching(accepted.values)))
    right = matcher.matching(best.values)
    for mistake in question.mistakes:
        if matcher.fits(mistake.values):
            return _mistaken(
                question, matcher, mistake, [f for f in right if f not in mistake.values]
            )
    credit = len(right) / len(question.fields) * best.credit if question.partial else 0.0
    line = _what_is_wrong(question, matcher, right)
    return credit, line, f"right: {', '.join(right) or 'none'}", ""


def _mistaken(
    question: FieldsQuestion, matcher: _Matcher, mistake: MistakenSet, right: list[str]
) -> tuple[float, str, str, str]:
    """A known mistake's credit is for the fields that it names; the others stand for themselves."""
    named, every = len(mistake.values), len(question.fields)
    share = len(right) if question.partial else 0
    credit = (mistake.credit * named + share) / every
    rest = _what_is_wrong(question, matcher, [*right, *mistake.values])
    line = f"{mistake.feedback} {rest}".strip()
    return credit, line, f"the fields fit {mistake.values}", ""


def _what_is_wrong(question: FieldsQuestion, matcher: _Matcher, right: list[str]) -> str:
    wrong = [f for f in question.fields if f not in right and f in matcher.given]
    missing = [f for f in question.fields if f not in right and f not in matcher.given]
    said = (("Not right", wrong), ("Not answered", missing))
    return " ".join(
        f"{words}: {', '.join(_label(question, f) for f in fields)}."
        for words, fields in said
        if fields
    )


class _Matcher:
    """The fields as the student gave them, against values of the author's."""

    def __init__(self, question: FieldsQuestion, given: Mapping[str, str], tools: Tools) -> None:
        self.question = question
        self.given = given
        self.table: SymbolTable = tools.table(question)
        self.comparer = tools.comparer(question)
        self.problems: dict[str, str] = {}
        for field in given:
            self._fits_one(field, question.accept[0].values[field])

    def fits(self, values: Mapping[str, str]) -> bool:
        """Whether every field of a set has its value."""
        return all(field in self.given and self._fits_one(field, v) for field, v in values.items())

    def matching(self, values: Mapping[str, str]) -> list[str]:
        """The fields of a set that have their value."""
        return [f for f, v in values.items() if f in self.given and self._fits_one(f, v)]

    def _fits_one(self, field: str, expected: str) -> bool:
        spec, text = self.question.fields[field], self.given[field]
        if spec.kind == "choice":
            option = find_option(text, spec.options)
            if option is None:
                names = ", ".join(o.label for o in spec.options.values())
                self.problems[field] = f"{text.strip()[:100]!r} is none of: {names}"
            return option == expected
        try:
            if spec.kind == "number":
                return number_matches(expected, read_number(text), Tolerance(spec.tolerance))
            node = read_expression(text, self.table).node
            verdict = self.comparer.compare(parse_formula(expected, self.table), node)
            if verdict.verdict == "undecided":
                self.problems[field] = f"cannot be decided: {verdict.evidence}"
            return verdict.equal
        except FormulaError as error:
            self.problems[field] = error.message
        except NoValue as reason:
            self.problems[field] = str(reason)
        return False


def _label(question: FieldsQuestion, field: str) -> str:
    return question.fields[field].label or field


def _unreadable(question: FieldsQuestion, matcher: _Matcher, tools: Tools) -> Outcome:
    said = "; ".join(f"{_label(question, f)}: {why}" for f, why in matcher.problems.items())
    line = f"A part of your answer could not be read: {said}."
    data = {"fields": dict(matcher.given)}
    return wording.not_read(question, tools.exercise.policy, line, evidence=said, data=data)


def _nothing_read(question: FieldsQuestion, written: TextAnswer, tools: Tools) -> Outcome:
    names = ", ".join(f"'{_label(question, field)}: ...'" for field in question.fields)
    return wording.not_read(
        question,
        tools.exercise.policy,
        f"Your answer could not be read; write it as {names}.",
        evidence="no field was recognised",
        details=(f"You wrote: {written.text.strip()[:200]}",),
    )


def read_fields(written: TextAnswer, fields: Mapping[str, FieldSpec]) -> dict[str, str]:
    """Each field's text: from a mapping, or out of lines and clauses such as `SGDM: 1, Adam = 2`."""
    if written.fields is not None:
        pairs = list(written.fields.items())
    else:
        pairs = list(_clauses(plain_text(written.text), fields))
    found: dict[str, str] = {}
    for name, value in pairs:
        field = _field_named(name, fields)
        if field is not None and value.strip():
            found.setdefault(field, plain_text(value).strip())
    return found


def _clauses(text: str, fields: Mapping[str, FieldSpec]) -> Iterator[tuple[str, str]]:
    """`name: value` pieces; a comma separates only where a field's name follows it."""
    names = sorted(_names(fields), key=len, reverse=True)
    pattern = "|".join(re.escape(name).replace(r"\\ ", r"\s+") for name in names)
    start = re.compile(
        rf"(?:^|[\n;,]|\band\b)[\s*\-•_`$]*({pattern})[*_`$]*\s*(?::|=|is\b|→)", re.IGNORECASE
    )
    matches = list(start.finditer(text))
    for place, match in enumerate(matches):
        end = matches[place + 1].start() if place + 1 < len(matches) else len(text)
        value = text[match.end() : end]
        yield match[1], _SEPARATOR.split(value.strip(), maxsplit=1)[0].strip(" ,.*_`")


def _names(fields: Mapping[str, FieldSpec]) -> Iterator[str]:
    for key, spec in fields.items():
        yield from filter(None, (key, spec.label, *spec.aliases))


def _field_named(name: str, fields: Mapping[str, FieldSpec]) -> str | None:
    wanted = re.sub(r"[\s_-]+", " ", name.strip().lower())
    for key, spec in fields.items():
        for known in filter(None, (key, spec.label, *spec.aliases)):
            if re.sub(r"[\s_-]+", " ", known.lower()) == wanted:
                return key
    return None
