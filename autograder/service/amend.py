"""Adds a known mistake to an exercise: the text of the spec, with everything else left as it stood."""

from __future__ import annotations

import difflib
import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from autograder.checks.catalogue import load
from autograder.checks.formulas import FormulaQuestion
from autograder.exercise.bundle import bundle_files, pack, unpack
from autograder.exercise.load import FILE
from autograder.exercise.model import Exercise, Question
from autograder.service.splice import with_first_mistake


@dataclass(frozen=True)
class Known:
    """A wrong answer, what it is to earn (a share of the points), and what to tell who gave it."""

    question: str
    answer: str
    credit: float
    feedback: str


def takes_mistakes(question: Question) -> bool:
    """Whether a question knows mistakes that are formulas."""
    return isinstance(question, FormulaQuestion)


def amended(exercise: Exercise, known: Known) -> dict[str, bytes]:
    """The files of the exercise with the mistake added, before the others so that it counts.

    Raises:
        SpecError: what would come out is no exercise; the answer is no formula, say.
        KeyError: there is no such question.
    """
    exercise.question(known.question)
    files = bundle_files(exercise)
    name = f"exercises/{exercise.id}/{FILE}"
    files[name] = _with_mistake(files[name].decode("utf-8-sig"), known).encode()
    with tempfile.TemporaryDirectory() as folder:
        load(unpack(pack(files), Path(folder)))
    return files


def difference(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """The lines that change from one state of an exercise to another, as a unified diff."""
    lines: list[str] = []
    for name in sorted({*old, *new}):
        before, after = (_lines(files.get(name, b"")) for files in (old, new))
        shown = name.removeprefix("exercises/")
        lines += difflib.unified_diff(before, after, f"{shown} in use", shown, lineterm="", n=2)
    return lines


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig", "replace").splitlines()


def _with_mistake(text: str, known: Known) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000  # no line is broken that was not
    yaml.indent(mapping=2, sequence=4, offset=2)
    document: Any = yaml.load(text)
    question = next(q for q in document["questions"] if q["id"] == known.question)
    entry = {"answer": known.answer, "credit": known.credit, "feedback": known.feedback}
    mistakes = question.get("mistakes")
    if mistakes:
        mistakes.insert(0, entry)
    else:
        question["mistakes"] = [entry]
    stream = io.StringIO()
    yaml.dump(document, stream)
    return with_first_mistake(text, stream.getvalue(), known.question)
