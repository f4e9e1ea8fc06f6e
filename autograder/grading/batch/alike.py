"""Which submissions of a graded class agree beyond chance; what was given to all does not count."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from autograder.checks.catalogue import kind_of
from autograder.checks.grade import Grade
from autograder.checks.outcome import Outcome
from autograder.exercise.bundle import bundle_files
from autograder.exercise.model import Exercise
from autograder.grading.batch.engine import Done, Task
from autograder.grading.batch.work import opened
from autograder.grading.plan import make_plan
from autograder.reports.book import Book, Entry
from autograder.submission.collect import collect_files
from autograder.submission.model import Source, Submission, TextAnswer
from autograder.submission.notebook import read_notebook
from autograder.submission.roster import HandIn, Student
from autograder.submission.similarity.pairs import similar
from autograder.submission.similarity.work import Content, Pair, Said, Work
from autograder.submission.text import decode

_FEWEST_WORDS: Final = 30  # an answer of as many words is prose


def alike(book: Book, hand_ins: Sequence[HandIn]) -> tuple[Pair, ...]:
    """The pairs of a graded class, the surest first.

    Code is compared without what the starter, the given code and the exercise's own files hold; a short
    answer by what it means where it is wrong, and by how it is typed where it is right.
    """
    by_id = {hand_in.id: hand_in for hand_in in hand_ins}
    works = [
        Work(
            entry.id,
            functools.partial(_content, book.exercise, entry, by_id[entry.id]),
            _people(entry.id, entry.students),
        )
        for entry in book.entries
        if entry.id in by_id
    ]
    return similar(works, _given(book.exercise))


def _people(identifier: str, students: Sequence[Student]) -> frozenset[str]:
    """Who handed in, by what tells students apart best; the hand-in itself where nobody is named."""
    found = {
        f"{kind} {value}"
        for student in students
        for kind, value in (
            ("number", student.number),
            ("email", student.email.lower()),
            ("account", student.account),
        )
        if value
    }
    found |= {
        f"name {student.name}"
        for student in students
        if student.name and not (student.number or student.email or student.account)
    }
    return frozenset(found or {f"hand-in {identifier}"})


def _content(exercise: Exercise, entry: Entry, hand_in: HandIn) -> Content:
    """What is compared of a hand-in; nothing of one that cannot be read."""
    found = opened(Task(hand_in.id, hand_in.read))
    if isinstance(found, Done):
        return Content()
    ids = [question.id for question in exercise.questions]
    submission = collect_files(
        found[0], ids, notebook=exercise.code.notebook, names=make_plan(exercise).names
    )
    outcomes = {} if entry.grade is None else _outcomes(entry.grade)
    return Content(
        submission.sources,
        tuple(_prose(submission)),
        tuple(_said(exercise, submission, outcomes)),
    )


def _outcomes(grade: Grade) -> dict[str, Outcome]:
    return {outcome.question: outcome for outcome in grade.outcomes}


def _is_prose(answer: TextAnswer) -> bool:
    return len(answer.text.split()) >= _FEWEST_WORDS


def _prose(submission: Submission) -> Iterator[Source]:
    for identifier, answer in submission.answers.items():
        if _is_prose(answer):
            yield Source(identifier, answer.text)


def _said(
    exercise: Exercise, submission: Submission, outcomes: Mapping[str, Outcome]
) -> Iterator[Said]:
    """The short answers that were judged; what a person judges is compared as it is typed."""
    for identifier, answer in submission.answers.items():
        outcome = outcomes.get(identifier)
        if outcome is None or outcome.outcome == "unanswered" or _is_prose(answer):
            continue
        if kind_of(exercise.question(identifier)).needs_code:
            continue
        meaning = outcome.read_plain or " ".join(answer.text.split())
        yield Said(identifier, answer.text, meaning, outcome.credit == 1.0, answer.place.line)


def _given(exercise: Exercise) -> Content:
    """What every student had, or may have from the exercise itself: its code and its words."""
    files = dict(bundle_files(exercise))
    starter = exercise.folder / exercise.code.starter
    if starter.is_file():
        files[starter.name] = starter.read_bytes()
    code = [source for name, data in files.items() for source in _code(name, data)]
    sections = [section.text for section in exercise.sections]
    words = [*sections, *(f"{q.prompt}\n{q.hint}\n{q.answer_hint}" for q in exercise.questions)]
    return Content(tuple(code), tuple(Source("", text) for text in words))


def _code(name: str, data: bytes) -> Iterator[Source]:
    """The code of a file."""
    if name.endswith(".ipynb"):
        cells = read_notebook(data, name).cells
        yield from (Source(name, cell.text) for cell in cells if cell.kind == "code")
    elif name.endswith(".py"):
        yield Source(name, decode(data)[0])


def as_json(pairs: Sequence[Pair]) -> str:
    """The pairs as the text of `similar.json`."""
    content = [
        {
            "left": pair.left,
            "right": pair.right,
            "score": pair.score,
            "chance": pair.chance,
            "likeness": round(pair.likeness, 4),
            "basis": pair.basis,
            "shared": [
                {
                    "kind": part.kind,
                    "size": part.size,
                    "held_by": part.held_by,
                    "left": vars(part.left),
                    "right": vars(part.right),
                }
                for part in pair.shared
            ],
        }
        for pair in pairs
    ]
    return json.dumps({"format": 1, "pairs": content}, indent=2) + "\n"
