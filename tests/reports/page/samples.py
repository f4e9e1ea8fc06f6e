"""A small class for pages: every state of a submission, and what else a test puts into it."""

from __future__ import annotations

import re
from types import SimpleNamespace

from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome, internal, unanswered
from autograder.exercise.model import Exercise
from autograder.reports.book import Book, Entry
from autograder.submission.roster import Student

BODY = """
course: A course
sections: [{id: theory, title: Theory}]
questions:
  - {id: double, section: theory, kind: expression, title: "Twice $x^2$", points: 2, symbols: {x: real}, answer: 2*x}
  - {id: open, section: theory, kind: text, title: In words, points: 3, rubric: [{says: Why it is so}]}
  - {id: trained, kind: training, title: Trained, points: 4, name: f, training: {}, threshold: 0.9}
"""


def right(**changes: object) -> Outcome:
    return _outcome(
        "correct", 1.0, {"line": "Right.", "read_as": "2 x", "read_plain": "2*x", **changes}
    )


def wrong(read: str = "3*x", **changes: object) -> Outcome:
    example = {"point": {"x": "7"}, "expected": "14", "student": "21"}
    values = {
        "line": "It is off by a factor.", "read_plain": read, "hint": "Twice, not thrice.",
        "details": ("At x = 7 your formula gives 21, which is wrong.",),
        "evidence": "differs at x = 7", "data": {"counterexample": example}, **changes,
    }  # fmt: skip
    return _outcome("wrong", 0.0, values)


def written(**changes: object) -> Outcome:
    values = {"question": "open", "line": "A person will read it.", **changes}
    return _outcome("person", None, values)


def trained(accuracy: float = 0.8, **changes: object) -> Outcome:
    data = {
        "accuracy": accuracy, "interval": [accuracy - 0.05, accuracy + 0.05], "threshold": 0.9,
        "curves": [[0.3, 0.6, accuracy]], "reference_curves": [[0.5, 0.8, 0.9]],
    }  # fmt: skip
    values = {"question": "trained", "line": "Accuracy 80 %.", "data": data, **changes}
    return _outcome("partial", 0.5, values)


def _outcome(kind: str, credit: float | None, values: dict[str, object]) -> Outcome:
    return Outcome(**{"question": "double", "outcome": kind, "credit": credit, **values})  # type: ignore[arg-type]


def entry(
    exercise: Exercise, name: str, *outcomes: Outcome, state: str = "graded", **values: object
) -> Entry:
    grade = Grade(exercise, outcomes, made_with={"autograder": "1.0", "seed": 0})
    students = (Student(f"Student {name}", number="1"),)
    return Entry(name, state, grade, **{"students": students, **values})  # type: ignore[arg-type]


def pair(left: str, right: str, chance: float = 0.001) -> SimpleNamespace:
    """Two submissions that agree."""
    return SimpleNamespace(left=left, right=right, likeness=0.934, chance=chance, basis="text")


def small_class(exercise: Exercise) -> Book:
    """One submission in every state, and one in which everything is odd."""
    blank = [unanswered(question.id) for question in exercise.questions]
    entries = (
        entry(
            exercise, "all-right", right(), written(outcome="correct", credit=1.0), trained(0.95)
        ),
        entry(exercise, "broken", wrong(), written(), internal("trained", "worker died")),
        entry(exercise, "empty", *blank, state="empty"),
        Entry("failed", "failed", None, problem="the worker died three times"),
        entry(exercise, "late", wrong("x*3"), written(), trained(0.7), late_seconds=5400.0),
        entry(exercise, "so-so", wrong("x"), written(outcome="wrong", credit=0.0), trained()),
        Entry("zip", "unreadable", None, (Student("Kurt"),), problem="the archive is damaged"),
    )
    return Book(exercise, entries, {"autograder": "1.0", "layers": ["landlock", "seccomp"]})


def text_of(html: str) -> str:
    without = re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(without.split())


def section(html: str, name: str) -> str:
    found = re.search(rf'<(section|article) id="{name}".*?</\1>', html, re.DOTALL)
    assert found, name
    return text_of(found[0])
