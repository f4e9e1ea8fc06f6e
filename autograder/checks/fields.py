"""`fields`: several small answers that are judged together, so that only consistent sets are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from annotated_types import MinLen
from pydantic import Field

from autograder.checks import wording
from autograder.checks.field_text import read_fields
from autograder.checks.options import Option, find_option
from autograder.checks.outcome import Outcome, of_credit, unanswered, verdict_line
from autograder.checks.parts import Tolerance, number_matches, read_number, read_share
from autograder.checks.tools import Answer, Tools
from autograder.errors import FormulaError
from autograder.exercise.document import Path
from autograder.exercise.model import Credit, Formula, ModelAnswer, Question, SpecModel, Text
from autograder.submission.model import TextAnswer
from autograder.symbolic.arithmetic import Real, Reals
from autograder.symbolic.conditions import Condition, parse_condition
from autograder.symbolic.domain import Domain
from autograder.symbolic.evaluate import Evaluator, NoValue
from autograder.symbolic.reader import parse_formula, read_expression
from autograder.symbolic.sample import Point
from autograder.symbolic.table import SymbolTable, canonical_name

_NUMBERS: Final = ("number", "share")
_SHOWN: Final = 100


class FieldSpec(SpecModel):
    """One part of the answer."""

    kind: Literal["number", "share", "expression", "choice"] = Field(
        "number", description="A share is a number from 0 to 1, which may be given in percent."
    )
    label: str = Field("", description="How the part is named to students.")
    aliases: tuple[str, ...] = Field((), description="Other names that students may use.")
    options: dict[str, Option] = Field(default_factory=dict, description="For a choice.")
    tolerance: float = Field(
        0.0, ge=0, description="For a number or a share: how far off it may be."
    )


Values = Annotated[dict[str, Text], MinLen(1)]


class AcceptedSet(SpecModel):
    """Values for all fields that are right together."""

    values: Values
    credit: Credit = 1.0
    note: str = ""


class MistakenSet(SpecModel):
    """Values for some or all fields that are wrong in a known way; the credit is for these fields."""

    values: Values
    where: tuple[Formula, ...] = Field(
        (),
        description="Conditions on the numbers; all answers that meet them are such a mistake, "
        "and the values are one of them.",
    )
    credit: Credit = 0.0
    feedback: str


class FieldsQuestion(Question):
    """Several answers with rules across them."""

    kind: Literal["fields"]
    fields: dict[str, FieldSpec] = Field(min_length=1)
    accept: tuple[AcceptedSet, ...] = Field(min_length=1)
    mistakes: tuple[MistakenSet, ...] = ()
    partial: bool = Field(True, description="Whether single right fields earn their share.")
    otherwise: Literal["wrong", "person"] = Field(
        "wrong", description="What a field is that fits no set: wrong, or for a person to look at."
    )

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
        for place, known in enumerate(self.mistakes):
            yield from self._condition_problems(place, known)

    def _condition_problems(self, place: int, known: MistakenSet) -> Iterator[tuple[Path, str]]:
        """Conditions must be on numbers that the mistake has values for."""
        numbers = {f for f in known.values if f in self.fields and self.fields[f].kind in _NUMBERS}
        for line, text in enumerate(known.where):
            try:
                parse_condition(text, number_table(numbers))
            except FormulaError as error:
                said = f"{error.message} (conditions speak of numbers among the mistake's values)"
                yield ("mistakes", place, "where", line), said

    def model_answers(self) -> Iterator[ModelAnswer]:
        """The accepted sets, then the mistakes, their other fields filled in rightly."""
        kinds = ("number", "expression")
        formulas = frozenset(name for name, spec in self.fields.items() if spec.kind in kinds)
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
    judged = _judged(question, matcher)
    return Outcome(
        question.id,
        "undecided" if judged.credit is None else of_credit(judged.credit),
        judged.credit,
        judged.line,
        evidence=judged.evidence,
        notes=tuple(filter(None, (judged.note,))),
        hint="" if judged.credit in (None, 1.0) else question.hint,
        read_plain=shown,
        data={"fields": dict(given)},
    )


@dataclass(frozen=True)
class _Judgement:
    credit: float | None
    line: str
    evidence: str
    note: str = ""


def _judged(question: FieldsQuestion, matcher: _Matcher) -> _Judgement:
    """1. A set that all fields fit; 2. a known mistake; 3. the single fields of the nearest set."""
    for accepted in question.accept:
        if matcher.fits(accepted.values):
            evidence = f"all fields fit {accepted.values}"
            line = verdict_line(accepted.credit)
            return _Judgement(accepted.credit, line, evidence, accepted.note)
    best = max(question.accept, key=lambda accepted: len(matcher.matching(accepted.values)))
    right = matcher.matching(best.values)
    for mistake in question.mistakes:
        if matcher.makes(mistake):
            return _mistaken(question, matcher, mistake, right)
    evidence = f"right: {', '.join(right) or 'none'}"
    if _strange(question, matcher, right):
        return _for_a_person(question, matcher, right, "", evidence)
    credit = len(right) / len(question.fields) * best.credit if question.partial else 0.0
    return _Judgement(credit, _what_is_wrong(question, matcher, right), evidence)


def _mistaken(
    question: FieldsQuestion, matcher: _Matcher, mistake: MistakenSet, right: list[str]
) -> _Judgement:
    """A known mistake's credit is for the fields that it names; the others stand for themselves."""
    right = [field for field in right if field not in mistake.values]
    explained = [*right, *mistake.values]
    evidence = f"the fields fit {list(mistake.where) or mistake.values}"
    if _strange(question, matcher, explained):
        return _for_a_person(question, matcher, explained, mistake.feedback, evidence)
    named, every = len(mistake.values), len(question.fields)
    credit = (mistake.credit * named + (len(right) if question.partial else 0)) / every
    rest = _what_is_wrong(question, matcher, explained)
    return _Judgement(credit, f"{mistake.feedback} {rest}".strip(), evidence)


def _strange(question: FieldsQuestion, matcher: _Matcher, explained: list[str]) -> list[str]:
    """The fields that were given, fit nothing, and are not simply wrong for that."""
    if question.otherwise == "wrong":
        return []
    return [field for field in matcher.given if field not in explained]


def _for_a_person(
    question: FieldsQuestion, matcher: _Matcher, explained: list[str], said: str, evidence: str
) -> _Judgement:
    strange = _strange(question, matcher, explained)
    names = ", ".join(f"{_label(question, f)}: {matcher.given[f][:_SHOWN]}" for f in strange)
    line = f"{said} Not what was expected: {names}. A person will look at it.".strip()
    return _Judgement(None, line, f"{evidence}; outside: {', '.join(strange)}")


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
        self._numbers = number_table(
            {f for f, spec in question.fields.items() if spec.kind in _NUMBERS}
        )
        for field in given:
            self._fits_one(field, question.accept[0].values[field])

    def fits(self, values: Mapping[str, str]) -> bool:
        """Whether every field of a set has its value."""
        return all(field in self.given and self._fits_one(field, v) for field, v in values.items())

    def makes(self, mistake: MistakenSet) -> bool:
        """Whether the fields have the values of a mistake, or meet its conditions."""
        if not mistake.where:
            return self.fits(mistake.values)
        return all(self._meets(parse_condition(text, self._numbers)) for text in mistake.where)

    def _meets(self, condition: Condition) -> bool:
        names = {
            canonical_name(f): f for f in self.given if self.question.fields[f].kind in _NUMBERS
        }
        if not condition.names <= set(names):
            return False
        values = {name: self._number(names[name]) for name in condition.names}
        return condition.holds(Evaluator[Real](Reals(), values, Point({})))

    def _number(self, field: str) -> Real:
        read = read_share if self.question.fields[field].kind == "share" else read_number
        return read(self.given[field])

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
            if spec.kind in _NUMBERS:
                return number_matches(expected, self._number(field), Tolerance(spec.tolerance))
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


def number_table(fields: set[str]) -> SymbolTable:
    """The fields that are numbers, as the symbols of conditions."""
    return SymbolTable({canonical_name(field): Domain() for field in fields})


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
