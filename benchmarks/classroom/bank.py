"""The answers that students may give to a written question, and what each must get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from autograder.checks.catalogue import load
from autograder.exercise.model import Exercise

ROOT = Path(__file__).parents[2]
EXERCISE = ROOT / "exercises" / "epfl-cs433-ps09"

Sort = Literal["right", "mistake", "slip", "unreadable", "blank"]


@dataclass(frozen=True)
class Answer:
    """One answer: a text, or fields by name; `latex` says how the text is to be read.

    `credit` is what it must get: None where a person must look, -1 for anything less than all.
    """

    sort: Sort
    text: str = ""
    fields: Mapping[str, str] | None = None
    latex: bool = False
    credit: float | None = 1.0
    left: str = ""


BLANK = Answer("blank", credit=0.0)
LESS = -1.0


def fits(wanted: float | None, credit: float | None) -> bool:
    """Whether a credit is what an answer must get."""
    if wanted is None or credit is None:
        return wanted is credit
    return credit < 1.0 if wanted == LESS else abs(credit - wanted) < 1e-6


@cache
def exercise() -> Exercise:
    """The exercise that the class hands in."""
    return load(EXERCISE)


@cache
def bank() -> dict[str, dict[Sort, list[Answer]]]:
    """By question and sort, the answers there are."""
    written = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text(encoding="utf-8"))
    return {name: _sorted(name, entry) for name, entry in written.items()}


def _sorted(name: str, entry: Mapping[str, Any]) -> dict[Sort, list[Answer]]:
    left = entry.get("left", "")
    found: dict[Sort, list[Answer]] = {
        "right": [_answer("right", item, 1.0, left=left) for item in entry["right"]],
        "mistake": list(_mistakes(name, left)),
        "slip": [_answer("slip", item, LESS, left=left) for item in entry["slips"]],
        "unreadable": [_answer("unreadable", item, None) for item in entry["unreadable"]],
        "blank": [BLANK],
    }
    found["right"] += [
        Answer("right", text, latex=True, left=left) for text in entry.get("latex", ())
    ]
    return found


def _answer(sort: Sort, item: Any, credit: float | None, left: str = "") -> Answer:
    if isinstance(item, dict):
        return Answer(sort, fields={key: str(value) for key, value in item.items()}, credit=credit)
    return Answer(sort, str(item), credit=credit, left=left)


def _mistakes(name: str, left: str) -> Iterator[Answer]:
    """The mistakes that the exercise lists, with its credit for them."""
    for model in exercise().question(name).model_answers():
        if model.credit < 1.0 and model.form == "fields":
            yield Answer("mistake", fields=dict(model.parts), credit=model.credit)
        elif model.credit < 1.0:
            yield Answer("mistake", model.text(), credit=model.credit, left=left)
