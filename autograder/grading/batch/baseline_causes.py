"""Why an answer may come out otherwise than in an earlier run; none, and it need not be checked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from autograder.checks.catalogue import kind_of
from autograder.exercise.model import Exercise
from autograder.reports.count import listed

NEW: Final = "submission new"
GONE: Final = "submission gone"
QUESTION_NEW: Final = "question new"
QUESTION_GONE: Final = "question gone"
SUBMISSION: Final = "submission changed"
FAILED: Final = "not graded before"
_OPTIONS: Final = {"seed": False, "confined": False, "device": True, "seconds": True}


class Causes:
    """What differs between two runs, from what each was made with."""

    def __init__(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        self.before = before["exercise"]["questions"]
        self.now = now["exercise"]["questions"]
        self.all = tuple(_grader(before["grader"], now["grader"]))
        self.all += tuple(_options(before["options"], now["options"], of_code=False))
        self.code = tuple(_options(before["options"], now["options"], of_code=True))
        if before["exercise"].get("names") != now["exercise"]["names"]:
            # Of several notebooks the one is graded that defines most of what is asked for.
            self.code += ("other definitions asked for",)
        # Which text answers which question depends on the ids that there are.
        self.written = () if set(self.before) == set(self.now) else ("other questions asked",)

    @property
    def told(self) -> tuple[str, ...]:
        """All that differs, for people."""
        names = dict.fromkeys((*self.now, *self.before))
        changed = [name for name in names if self.before.get(name) != self.now.get(name)]
        questions = (f"questions changed: {listed(changed)}",) if changed else ()
        return (*questions, *self.all, *self.code, *self.written)

    def of(self, exercise: Exercise, question: str) -> tuple[str, ...]:
        """Why any submission's answer to this question may come out otherwise."""
        if question not in self.now:
            return (QUESTION_GONE,)
        if question not in self.before:
            return (QUESTION_NEW,)
        changed = self.before[question] != self.now[question]
        is_code = kind_of(exercise.question(question)).needs_code
        own = ("question changed",) if changed else ()
        return (*own, *(self.code if is_code else self.written), *self.all)


def _grader(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """One line for the program and the libraries that decide."""
    names = sorted({*before, *now})
    changed = [name for name in names if before.get(name) != now.get(name)]
    shown = [f"{name} {before.get(name)} → {now.get(name)}" for name in changed if name != "code"]
    if changed:
        yield f"grader changed ({', '.join(shown) or 'its code'})"


def _options(before: Mapping[str, Any], now: Mapping[str, Any], *, of_code: bool) -> Iterator[str]:
    for name, only_code in _OPTIONS.items():
        if only_code == of_code and before.get(name) != now.get(name):
            yield f"{name} {before.get(name)} → {now.get(name)}"
