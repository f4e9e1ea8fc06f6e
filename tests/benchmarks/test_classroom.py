"""The made class: the same bytes for the same seed, and the outcomes that it claims."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from autograder.exercise.model import Exercise
from autograder.grading.grade import Options, grade
from autograder.grading.session import Session
from benchmarks.classroom.bank import LESS, bank, fits
from benchmarks.classroom.make import LABELS, Made, make_class
from benchmarks.classroom.students import HABITS, SORTS, student
from tests.corpus.case import PARTS


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def problems(made: Made, exercise: Exercise, session: Session, select: str) -> list[str]:
    graded = grade(exercise, [made.folder], Options(select=select), session=session)
    return [
        f"{made.id} {outcome.question}: {outcome.credit}, not {made.credits[outcome.question]}"
        for outcome in graded.outcomes
        if not fits(made.credits[outcome.question], outcome.credit)
    ]


def test_a_class_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    for name, count in (("one", 12), ("two", 12), ("small", 5)):
        (tmp_path / name).mkdir()
        make_class(tmp_path / name, count, seed=7, code=True)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    small = contents(tmp_path / "small" / "submissions")
    assert small.items() <= contents(tmp_path / "one" / "submissions").items()


def test_another_seed_makes_another_class() -> None:
    assert [student(n, 0) for n in range(20)] != [student(n, 1) for n in range(20)]


def test_a_class_holds_everything_that_students_write() -> None:
    students = [student(number, 0) for number in range(200)]
    assert {who.format for who in students} == {"md", "tex", "yaml"}
    assert {"garbled", "utf-16", "crlf", "renamed", "litter"} <= {who.odd for who in students}
    sorts = Counter(answer.sort for who in students for answer in who.answers.values())
    assert set(sorts) == set(SORTS)
    assert 0.6 < sorts["right"] / sorts.total() < 0.9
    assert all(len(habit) == len(SORTS) for habit in HABITS.values())


def test_written_answers_get_what_the_class_says(
    tmp_path: Path, ps09: Exercise, session: Session
) -> None:
    made = make_class(tmp_path, 40)
    select = " or ".join(bank())
    assert [line for one in made for line in problems(one, ps09, session, select)] == []
    labels = json.loads((tmp_path / LABELS).read_text())
    assert {one.id: one.credits for one in made} == {k: v["credits"] for k, v in labels.items()}


def test_code_gets_what_the_class_says(tmp_path: Path, ps09: Exercise, session: Session) -> None:
    made = make_class(tmp_path, 5, code=True)
    assert any(LESS in one.credits.values() for one in made)
    select = f"({' or '.join(PARTS['all'])}) and not accuracy"
    assert [line for one in made for line in problems(one, ps09, session, select)] == []
