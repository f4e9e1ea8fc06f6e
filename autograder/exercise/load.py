"""From exercise.yaml to a typed exercise, with every error of the file at once."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError, create_model

from autograder.errors import FormulaError, Problem, SpecError, UsageError
from autograder.exercise.document import Document, load_document, show_path
from autograder.exercise.document import Path as FieldPath
from autograder.exercise.model import Exercise, Question, symbol_table
from autograder.symbolic.conditions import parse_condition
from autograder.symbolic.reader import parse_formula

FILE: Final = "exercise.yaml"
_MAX_BYTES: Final = 2 << 20
Kinds = Mapping[str, type[Question]]


def exercise_model(kinds: Kinds) -> type[Exercise]:
    """The exercise's model with these answer kinds; its JSON Schema is what editors use."""
    union = reduce(or_, kinds.values())
    question = Annotated[union, Field(discriminator="kind")] if len(kinds) > 1 else union
    return create_model(
        "Exercise",
        __base__=Exercise,
        questions=(tuple[question, ...], Field(min_length=1)),  # type: ignore[valid-type]
    )


def load_exercise(folder: Path, kinds: Kinds, *, root: Path | None = None) -> Exercise:
    """Read a folder's exercise.yaml; `root` is where the shared `reference/` folder lies.

    Raises:
        UsageError: there is no such file.
        SpecError: the file is wrong; the error holds every problem with its position.
    """
    path = folder / FILE
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise UsageError(f"{path} is larger than {_MAX_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError([Problem(str(path), line, 1, "", "not UTF-8 text")]) from None
    document = load_document(text, str(path))
    exercise = _validated(document, kinds)
    problems = list(_semantic_problems(exercise, document, folder, root))
    if problems:
        raise SpecError(sorted(problems, key=lambda p: (p.line, p.column)))
    return exercise.model_copy(update={"folder": folder})


def _validated(document: Document, kinds: Kinds) -> Exercise:
    if not isinstance(document.value, dict):
        raise SpecError(
            [Problem(document.name, 1, 1, "", "expected a mapping with id, title, ...")]
        )
    try:
        context = {"settings": _settings(document.value)}
        return exercise_model(kinds).model_validate(document.value, context=context)
    except ValidationError as error:
        details = [dict(one) for one in error.errors()]
        problems = [_explained(one, document, kinds) for one in _without_echoes(details)]
        unique = sorted(set(problems), key=lambda p: (p.line, p.column, p.message))
        raise SpecError(unique) from None


def _settings(value: dict[str, Any]) -> dict[str, Any]:
    """The named credits, before anything has been validated."""
    policy = value.get("policy")
    settings = policy.get("settings") if isinstance(policy, dict) else None
    return settings if isinstance(settings, dict) else {}


def _without_echoes(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The errors without those that only follow from others: a list is short of its broken items."""
    places = [error["loc"] for error in errors]
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(p != error["loc"] and p[: len(error["loc"])] == error["loc"] for p in places)
    ]


def _explained(details: dict[str, Any], document: Document, kinds: Kinds) -> Problem:
    """One of pydantic's errors in an author's words, at its place in the file."""
    path, model = _locate(details["loc"], document.value, exercise_model(kinds), kinds)
    kind, message = details["type"], str(details["msg"])
    if kind == "extra_forbidden":
        name = str(path[-1])
        known = list(model.model_fields) if model else []
        message = f"unknown field{_did_you_mean(name, known)}"
        line, column = document.keys.get(tuple(path), document.position(path))
        return Problem(document.name, line, column, show_path(path), message)
    if kind == "missing":
        message = "this field is missing"
    elif kind == "union_tag_invalid":
        given = str(details["ctx"]["tag"])
        path = [*path, "kind"]
        message = f"unknown answer kind {given!r}{_did_you_mean(given, list(kinds))}"
    elif kind == "union_tag_not_found":
        message = f"the question needs a 'kind': one of {', '.join(sorted(kinds))}"
    elif kind == "literal_error":
        expected = details["ctx"]["expected"]
        message = f"expected {expected}, not {details.get('input')!r}"
    elif kind == "value_error":
        message = str(details["ctx"]["error"])
    return document.problem(path, message[:1].lower() + message[1:])


def _did_you_mean(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if not known:
        return "; there are none"
    return f": did you mean {close[0]!r}?" if close else f"; expected one of {', '.join(known)}"


def _locate(
    location: tuple[str | int, ...], value: Any, model: type[BaseModel] | None, kinds: Kinds
) -> tuple[list[str | int], type[BaseModel] | None]:
    """The path in the file that pydantic's location means, and the model found there.

    Pydantic's locations also name the members of unions, which are not in the file.
    """
    path: list[str | int] = []
    for place, part in enumerate(location):
        is_last = place == len(location) - 1
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(part, int):
            if not isinstance(value, list) or part >= len(value):
                continue
            value = value[part]
        elif part in kinds and not is_last:
            model = kinds[part]
            continue
        elif not is_last or _is_type_name(part):
            continue
        path.append(part)
        if not is_last and model is not None:
            model = _model_below(model, part) or model
    return path, model


def _is_type_name(part: str) -> bool:
    """Whether a part names a member of a union rather than a field."""
    return part in ("str", "int", "float", "bool") or part[:1].isupper() or "[" in part


def _model_below(model: type[BaseModel], name: str | int) -> type[BaseModel] | None:
    field = model.model_fields.get(str(name))
    if field is None:
        return None
    return next(iter(_models_in(field.annotation)), None)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _models_in(argument)


def _semantic_problems(
    exercise: Exercise, document: Document, folder: Path, root: Path | None
) -> Iterator[Problem]:
    """What types cannot say: names, formulas, references between parts, files."""
    yield from _duplicate_ids(exercise, document)
    sections = {section.id for section in exercise.sections}
    yield from _symbol_problems(exercise, document, (), exercise.symbols)
    for place, question in enumerate(exercise.questions):
        base: FieldPath = ("questions", place)
        if question.section and question.section not in sections:
            hint = _did_you_mean(question.section, sorted(sections))
            yield document.problem((*base, "section"), f"there is no section of this id{hint}")
        broken = list(_symbol_problems(exercise, document, base, question.symbols))
        yield from broken
        if not broken:
            yield from _formula_problems(exercise, question, document, base)
        for path, message in question.check():
            yield document.problem((*base, *path), message)
        for path, name in question.files():
            if not any((place / name).is_file() for place in (folder, root or folder)):
                yield document.problem((*base, *path), f"there is no file {name!r}")
    given = exercise.code.given
    if given and not (folder / given).is_file():
        yield document.problem(("code", "given"), f"there is no file {given!r}")


def _duplicate_ids(exercise: Exercise, document: Document) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, question in enumerate(exercise.questions):
        if question.id in seen:
            message = f"another question has the id {question.id!r}"
            yield document.problem(("questions", place, "id"), message)
        seen.add(question.id)


def _symbol_problems(
    exercise: Exercise, document: Document, base: FieldPath, symbols: Mapping[str, Any]
) -> Iterator[Problem]:
    for name, spec in symbols.items():
        try:
            symbol_table({name: spec})
        except (FormulaError, ValueError) as error:
            yield document.problem((*base, "symbols", name), str(error))


def _formula_problems(
    exercise: Exercise, question: Question, document: Document, base: FieldPath
) -> Iterator[Problem]:
    table = exercise.table(question)
    for path, text in question.formulas():
        try:
            parse_formula(text, table)
        except FormulaError as error:
            yield document.problem((*base, *path), error.message, error.start)
    for path, text in question.conditions():
        try:
            parse_condition(text, table)
        except FormulaError as error:
            yield document.problem((*base, *path), error.message, error.start)
    for place, text in enumerate(exercise.given):
        try:
            parse_condition(text, table)
        except FormulaError as error:
            yield document.problem(("given", place), error.message, error.start)
