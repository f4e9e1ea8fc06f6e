"""The typed form of exercise.yaml. DESIGN and `docs/exercise.md` say what each field means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from annotated_types import MinLen
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
)

from autograder.exercise.document import Path as FieldPath
from autograder.symbolic.domain import Domain, parse_domain
from autograder.symbolic.table import SymbolTable, canonical_name

FORMAT: Final = 1
Visibility = Literal["visible", "hidden", "after_due_date", "after_published"]
_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _as_text(value: Any) -> Any:
    """A number written where text is meant: the formula `2`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value


def _squeezed(text: str) -> str:
    """A text without what two spellings of a placeholder may differ in: spaces, dollars, case."""
    return re.sub(r"[\s$]+", "", text).lower()


def _check_identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError("use lower-case letters, digits and single hyphens, as in 'adam-m-hat'")
    return value


def _credit(value: Any, info: ValidationInfo) -> Any:
    """A credit may name a setting of the exercise, so that an instructor changes it in one place."""
    if not isinstance(value, str):
        return value
    settings = (info.context or {}).get("settings", {})
    if value not in settings:
        known = ", ".join(settings) or "none"
        raise ValueError(f"no setting {value!r} under policy.settings; there are: {known}")
    return settings[value]


def _check_domain(value: str) -> str:
    parse_domain(value)
    return value


Text = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | float)]
Formula = Annotated[Text, MinLen(1)]
# One formula, or several that are treated alike.
Formulas = Annotated[
    tuple[Formula, ...],
    MinLen(1),
    BeforeValidator(
        lambda value: value if isinstance(value, (list, tuple)) else [value],
        json_schema_input_type=Formula | list[Formula],
    ),
]
Identifier = Annotated[str, AfterValidator(_check_identifier)]
DomainPhrase = Annotated[str, AfterValidator(_check_domain)]
Credit = Annotated[
    float,
    Field(ge=0, le=1),
    BeforeValidator(_credit, json_schema_input_type=float | str),
]


class SpecModel(BaseModel):
    """The base of every part of the spec: frozen, and no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SymbolSpec(SpecModel):
    """A symbol with more to say than its domain."""

    domain: DomainPhrase = Field("real", description="Such as 'positive integer' or 'in (0, 1)'.")
    aliases: tuple[str, ...] = Field((), description="Other names that students may use for it.")
    about: str = Field("", description="What it stands for, shown in the student's starter.")


# A bare phrase is a symbol's domain.
Symbols = dict[
    str,
    Annotated[
        SymbolSpec,
        BeforeValidator(
            lambda value: {"domain": value} if isinstance(value, str) else value,
            json_schema_input_type=str | SymbolSpec,
        ),
    ],
]


class Alternative(SpecModel):
    """Another answer that is right, or right enough; several formulas may share the note."""

    answer: Formulas
    given: tuple[Formula, ...] = Field(
        (), description="Conditions under which it need only be right, such as 'S divides W - K'."
    )
    credit: Credit = 1.0
    note: str = Field("", description="Shown to a student who gave this answer.")


class Mistake(SpecModel):
    """A wrong answer that students give, in one or several forms, and what to tell them."""

    answer: Formulas
    credit: Credit = 0.0
    feedback: str = Field(description="Shown to a student who gave this answer.")


@dataclass(frozen=True)
class ModelAnswer:
    """An answer that the author wrote down, what it must earn, and what the student must be told.

    `parts` are its formulas or choices by name; `form` says how students write them together.
    `formulas` names the parts that are formulas. `rewritten` is the least that the same in other
    words must earn: less than all where a form is asked for.
    """

    parts: Mapping[str, str]
    credit: float = 1.0
    says: str = ""
    form: Literal["formula", "shape", "fields"] = "formula"
    formulas: frozenset[str] = frozenset()
    rewritten: float = 1.0

    @classmethod
    def formula(cls, text: str, credit: float = 1.0, says: str = "") -> ModelAnswer:
        """An answer that is one formula."""
        return cls({"answer": text}, credit, says, formulas=frozenset({"answer"}))

    def text(self) -> str:
        """The answer as one text, for the forms that have one."""
        if self.form == "shape":
            return " × ".join(f"({part})" for part in self.parts.values())
        return "\n".join(self.parts.values())


class Question(SpecModel):
    """What every question has; each answer kind adds its own fields."""

    id: Identifier
    kind: str
    title: str
    points: float = Field(1.0, ge=0, le=1000)
    section: str = Field("", description="The id of the section it belongs to.")
    prompt: str = Field("", description="Markdown with $formulas$.")
    answer_hint: str = Field("", description="How to write the answer, shown in the starter.")
    hint: str = Field("", description="Shown when the answer is wrong.")
    placeholders: tuple[Text, ...] = Field(
        (), description="What the sheet shows in an answer's place; it counts as no answer."
    )
    visibility: Visibility = "visible"
    tags: tuple[str, ...] = ()
    symbols: Symbols = Field(default_factory=dict)
    given: tuple[Formula, ...] = Field((), description="Conditions, such as 'W + 2*P >= K'.")
    reveal: Literal["nothing", "value"] = Field(
        "nothing", description="'value' shows the expected value at a counterexample."
    )

    def is_placeholder(self, text: str) -> bool:
        """Whether a text is the sheet's own placeholder, left as it stood."""
        return _squeezed(text) in {_squeezed(placeholder) for placeholder in self.placeholders}

    def extended(self, table: SymbolTable) -> SymbolTable:
        """The table of declared symbols with the names that a kind brings itself."""
        return table

    def formulas(self) -> Iterator[tuple[FieldPath, str]]:
        """Every formula of the question with its path, to be checked when the spec is loaded."""
        return iter(())

    def model_answers(self) -> Iterator[ModelAnswer]:
        """The right answer first, then every other answer whose credit the author has said."""
        return iter(())

    def conditions(self) -> Iterator[tuple[FieldPath, str]]:
        """Every condition of the question with its path, to be checked when the spec is loaded."""
        for place, text in enumerate(self.given):
            yield ("given", place), text

    def files(self) -> Iterator[tuple[FieldPath, str]]:
        """Every file the question names, relative to the exercise or to `reference/`."""
        return iter(())

    def check(self) -> Iterator[tuple[FieldPath, str]]:
        """What is wrong with the question that types alone cannot say."""
        return iter(())


class Section(SpecModel):
    """A group of questions, numbered in the order of the file."""

    id: Identifier
    title: str
    text: str = ""


class CodeSpec(SpecModel):
    """The code a student hands in."""

    notebook: str = Field("", description="The expected file name, such as 'ex09.ipynb'.")
    given: str = Field("", description="A file of definitions that students are given.")
    starter: str = Field("", description="The notebook or module that students start from.")


class Policy(SpecModel):
    """The instructor's settings."""

    unreadable: Literal["person", "zero"] = Field(
        "person", description="What becomes of an answer that cannot be read as its kind."
    )
    seconds: float = Field(540.0, gt=0, description="Time for one submission, all questions.")
    checks: int = Field(
        3, ge=0, description="How often a student may have an answer checked before handing in."
    )
    hints_after: int = Field(
        1, ge=0, description="After so many wrong checks of an answer its hint is shown."
    )
    settings: dict[Identifier, Annotated[float, Field(ge=0, le=1)]] = Field(
        default_factory=dict,
        description="Credits by name; wherever a credit is asked for, the name may stand for it.",
    )


class Exercise(SpecModel):
    """One exercise: what is asked, what is right, what it is worth."""

    autograder: Literal[1] = Field(description="The version of this format.")
    id: Identifier
    title: str
    course: str = ""
    source: str = ""
    symbols: Symbols = Field(default_factory=dict)
    given: tuple[Formula, ...] = ()
    code: CodeSpec = CodeSpec()
    policy: Policy = Policy()
    sections: tuple[Section, ...] = ()
    questions: tuple[Question, ...] = Field(min_length=1)
    folder: Annotated[Path, Field(exclude=True)] = Path()

    @property
    def points(self) -> float:
        """What the whole exercise is worth."""
        return sum(question.points for question in self.questions)

    def question(self, identifier: str) -> Question:
        """The question of this id.

        Raises:
            KeyError: there is none.
        """
        for question in self.questions:
            if question.id == identifier:
                return question
        raise KeyError(identifier)

    def numbers(self) -> dict[str, str]:
        """Each question's number, such as '2.3': its section, and its place in it."""
        order = {section.id: place for place, section in enumerate(self.sections, 1)}
        counts: dict[str, int] = {}
        numbers: dict[str, str] = {}
        for question in self.questions:
            counts[question.section] = counts.get(question.section, 0) + 1
            place = counts[question.section]
            section = order.get(question.section)
            numbers[question.id] = str(place) if section is None else f"{section}.{place}"
        return numbers

    def table(self, question: Question) -> SymbolTable:
        """The symbols a question's formulas may use: the exercise's, and its own over them."""
        return question.extended(symbol_table({**self.symbols, **question.symbols}))

    def conditions(self, question: Question) -> tuple[str, ...]:
        """The conditions under which a question's answer must hold."""
        return (*self.given, *question.given)


def symbol_table(declared: Mapping[str, SymbolSpec]) -> SymbolTable:
    """The table of declared symbols; `K[]` declares a family.

    Raises:
        FormulaError: a name is not the name of a symbol.
        ValueError: a domain is not one.
    """
    symbols: dict[str, Domain] = {}
    families: dict[str, Domain] = {}
    aliases: dict[str, str] = {}
    for written, spec in declared.items():
        domain = parse_domain(spec.domain)
        name = canonical_name(written.removesuffix("[]"))
        (families if written.endswith("[]") else symbols)[name] = domain
        aliases.update({canonical_name(alias): name for alias in spec.aliases})
    return SymbolTable(symbols, families, aliases)
