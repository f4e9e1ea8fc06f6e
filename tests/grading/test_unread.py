"""What cannot be read is no zero: it goes to a person, whether one is graded or a class."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.checks.grade import Grade
from autograder.exercise.model import Exercise
from autograder.grading.batch.local import LocalEngine
from autograder.grading.grade import grade
from autograder.grading.session import Session
from autograder.reports.gradescope import results
from autograder.submission import collect, files, notebook
from autograder.submission.classes.read import read_class
from tests.grading.batch.classroom import OPTIONS, Here, results_of, run_class

WRITTEN = """
questions:
  - {id: one, kind: number, title: One, points: 2, answer: "1"}
  - {id: two, kind: number, title: Two, points: 3, answer: "2"}
"""
CODE = """
code: {notebook: ex.ipynb}
questions:
  - id: f
    title: F
    kind: function
    name: f
    reference: ref.py:f
    arguments: {x: {real: [1, 2]}}
"""
ONE = "# one\n\n1\n"
GradeFiles = Callable[..., Grade]
MakeExercise = Callable[..., Exercise]


def zipped(entries: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return stream.getvalue()


def damaged(name: str) -> bytes:
    """An archive whose one entry fails its checksum."""
    data = bytearray(zipped({name: "# two\n\n2\n"}))
    start = data.index(name.encode()) + len(name)
    data[start] ^= 0xFF
    return bytes(data)


def verdicts(graded: Grade) -> list[tuple[str, float | None]]:
    return [(outcome.outcome, outcome.credit) for outcome in graded.outcomes]


NOTHING = {"work.zip": b"half a zip"}, {"a.zip": damaged("answers.md")}, {"scan.pdf": b"%PDF"}


@pytest.mark.parametrize("handed_in", NOTHING, ids=["half", "checksum", "scan"])
def test_what_cannot_be_opened_is_for_a_person(
    make_exercise: MakeExercise, grade_files: GradeFiles, handed_in: dict[str, bytes]
) -> None:
    graded = grade_files(make_exercise(WRITTEN), handed_in)
    assert verdicts(graded) == [("unreadable", None)] * 2
    assert (graded.points, graded.waiting) == (0.0, 5.0)
    assert ("answers.md" if "a.zip" in handed_in else next(iter(handed_in))) in graded.notes[0]
    assert graded.outcomes[0].evidence in graded.outcomes[0].line
    assert "there is no file at all" not in "".join(graded.notes)
    assert "A person will look at it." in graded.outcomes[0].line


def test_a_policy_about_answers_is_none_about_files(
    make_exercise: MakeExercise, grade_files: GradeFiles
) -> None:
    exercise = make_exercise("policy: {unreadable: zero}\n" + WRITTEN)
    assert verdicts(grade_files(exercise, NOTHING[0])) == [("unreadable", None)] * 2


@pytest.mark.parametrize("handed_in", [{}, {"answers.md": ""}, {"readme.md": "Hello"}])
def test_an_empty_hand_in_is_no_damage(
    make_exercise: MakeExercise, grade_files: GradeFiles, handed_in: dict[str, str]
) -> None:
    assert verdicts(grade_files(make_exercise(WRITTEN), handed_in)) == [("unanswered", 0.0)] * 2


LOST = {
    "half a zip": {"work.zip": b"half a zip"},
    "a checksum": {"rest.zip": damaged("answers.tex")},
    "another archive": {"work.tar.gz": b"\x1f\x8b"},
    "a packed notebook": {"ex.ipynb.gz": b"\x1f\x8b"},
    "no notebook": {"ex.ipynb": b"<html>sign in</html>"},
    "a cut notebook": {"ex.ipynb": b'{"cells": [{"cell_type": "markdown", "source": "# tw'},
    "a notebook without cells": {"ex.ipynb": b"{}"},
}


@pytest.mark.parametrize("name", LOST)
def test_answers_may_be_in_what_cannot_be_read(
    make_exercise: MakeExercise, grade_files: GradeFiles, name: str
) -> None:
    graded = grade_files(make_exercise(WRITTEN), {"answers.md": ONE, **LOST[name]})
    assert verdicts(graded) == [("correct", 1.0), ("unreadable", None)]
    assert next(iter(LOST[name])).partition(".")[0] in graded.outcomes[1].line
    assert "A person will look at the rest." in graded.outcomes[1].line


BESIDE = {
    "a picture": {"scan.png": b"\x89PNG"},
    "a compressed data set": {"train-images-idx3-ubyte.gz": b"\x1f\x8b"},
    "an archive without files": {"empty.zip": zipped({})},
    "a damaged table": {"data.zip": damaged("data.csv")},
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_holds_no_answers_changes_nothing(
    make_exercise: MakeExercise, grade_files: GradeFiles, name: str
) -> None:
    graded = grade_files(make_exercise(WRITTEN), {"answers.md": ONE, **BESIDE[name]})
    assert verdicts(graded) == [("correct", 1.0), ("unanswered", 0.0)]


def test_code_may_be_in_what_cannot_be_read(
    make_exercise: MakeExercise, grade_files: GradeFiles
) -> None:
    exercise = make_exercise(CODE, ref__py="def f(x):\n    return x\n")
    cells = json.dumps({"cells": [{"cell_type": "code", "source": "g = 1"}]})
    assert verdicts(grade_files(exercise, {"ex.ipynb": cells})) == [("unanswered", 0.0)]
    cut = cells.removesuffix("]}") + ', {"cell_type": "code", "source": "def f('
    assert verdicts(grade_files(exercise, {"ex.ipynb": cut})) == [("unreadable", None)]


@pytest.mark.parametrize(
    ("module", "limit", "value", "handed_in"),
    [
        (files, "MAX_FILE_BYTES", 20, {"answers.tex": "%" * 30}),
        (files, "MAX_FILES", 1, {"answers.tex": "% two"}),
        (collect, "MAX_TEXT_BYTES", 12, {"answers.tex": "%" * 20 + "\\answer{two}{2}"}),
        (notebook, "MAX_CELLS", 0, {"ex.ipynb": '{"cells": [{}]}'}),
    ],
)
def test_what_is_beyond_a_limit_is_not_read(
    make_exercise: MakeExercise,
    grade_files: GradeFiles,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    limit: str,
    value: int,
    handed_in: dict[str, str],
) -> None:
    monkeypatch.setattr(module, limit, value)
    graded = grade_files(make_exercise(WRITTEN), {"answers.md": ONE, **handed_in})
    assert verdicts(graded) == [("correct", 1.0), ("unreadable", None)]


@pytest.mark.parametrize(
    "handed_in", [*NOTHING, {"answers.md": ONE.encode(), **LOST["half a zip"]}]
)
def test_one_and_a_class_agree(
    make_exercise: MakeExercise, session: Session, tmp_path: Path, handed_in: dict[str, bytes]
) -> None:
    exercise = make_exercise(WRITTEN)
    anna = tmp_path / "class" / "anna"
    anna.mkdir(parents=True)
    for name, data in handed_in.items():
        (anna / name).write_bytes(data)
    alone = results(grade(exercise, [anna], OPTIONS, session=session), timed=False)
    roll = read_class(tmp_path / "class")
    run_class(exercise, roll.hand_ins, LocalEngine(exercise, OPTIONS, 1), tmp_path / "run")
    assert results_of(tmp_path / "run", "anna")["tests"] == alone["tests"]


def test_a_class_goes_on_with_what_can_be_read_now(
    make_exercise: MakeExercise, session: Session, tmp_path: Path
) -> None:
    exercise, anna = make_exercise(WRITTEN), tmp_path / "class" / "anna"
    anna.mkdir(parents=True)
    (anna / "answers.md").write_text(ONE)
    (anna / "work.zip").write_bytes(b"half a zip")

    def states() -> list[tuple[str, float | None]]:
        roll, engine = read_class(tmp_path / "class"), Here(exercise, session)
        book = run_class(exercise, roll.hand_ins, engine, tmp_path / "run", resume=True)
        assert book.entries[0].grade is not None
        return verdicts(book.entries[0].grade)

    assert states() == [("correct", 1.0), ("unreadable", None)]
    (anna / "work.zip").unlink()
    assert states() == [("correct", 1.0), ("unanswered", 0.0)]
