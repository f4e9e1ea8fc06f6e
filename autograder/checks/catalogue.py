"""The answer kinds there are: every module of this package that has a KIND and a check.

A new kind is a new file; nothing else changes.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import autograder.checks
from autograder.checks.code import CodeQuestion
from autograder.checks.outcome import Outcome
from autograder.checks.tools import Answer, Tools
from autograder.exercise.find import reference_folder
from autograder.exercise.load import load_exercise
from autograder.exercise.model import Exercise, Question

Check = Callable[[Any, Answer, Tools], Outcome]


@dataclass(frozen=True)
class Kind:
    """An answer kind: its name in a spec, its fields, its check."""

    name: str
    model: type[Question]
    check: Check

    @property
    def needs_code(self) -> bool:
        """Whether its answers are code, which needs the sandbox and torch."""
        return issubclass(self.model, CodeQuestion)


@cache
def kinds() -> dict[str, Kind]:
    """Every answer kind by its name."""
    found: dict[str, Kind] = {}
    for module in pkgutil.iter_modules(autograder.checks.__path__):
        loaded = importlib.import_module(f"autograder.checks.{module.name}")
        model = getattr(loaded, "KIND", None)
        if model is not None:
            name = get_args(model.model_fields["kind"].annotation)[0]
            found[name] = Kind(name, model, loaded.check)
    return dict(sorted(found.items()))


def load(folder: Path) -> Exercise:
    """Load an exercise with all answer kinds.

    Raises:
        UsageError: there is no exercise, or its spec is wrong.
    """
    models = {name: kind.model for name, kind in kinds().items()}
    return load_exercise(folder, models, root=reference_folder(folder))


def kind_of(question: Question) -> Kind:
    """The kind of a question."""
    return kinds()[question.kind]
