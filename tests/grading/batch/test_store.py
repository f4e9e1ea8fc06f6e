"""The folder of a run: what it refuses, what it keeps, what a resumed run does again."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import resource
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from autograder.errors import InternalError, UsageError
from autograder.exercise.model import Exercise
from autograder.grading.batch.engine import Done, Task
from autograder.grading.batch.run import Interrupted, grade_class
from autograder.grading.batch.store import Store
from autograder.grading.grade import Options
from autograder.grading.session import Session
from tests.grading.batch.classroom import (
    OPTIONS,
    SPEC,
    Here,
    content,
    make_exercise,
    of_texts,
    run_class,
)

TEXTS = {name: f"# size\n\n{name[-1]}\n" for name in ("s1", "s2", "s3")}


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    return make_exercise(tmp_path / "exercise")


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    return tmp_path / "run"


def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(
    exercise: Exercise, run_dir: Path, tmp_path: Path, session: Session
) -> None:
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), tmp_path / "whole")
    with pytest.raises(Interrupted) as stopped:
        run_class(exercise, of_texts(TEXTS), Here(exercise, session, stop_after=2), run_dir)
    assert [entry.id for entry in stopped.value.book.entries] == ["s1", "s2"]
    assert json.loads((run_dir / "run.json").read_text())["complete"] is False
    rest = Here(exercise, session)
    book = run_class(exercise, of_texts(TEXTS), rest, run_dir, resume=True)
    assert rest.graded == ["s3"]
    assert [entry.id for entry in book.entries] == ["s1", "s2", "s3"]
    assert content(run_dir) == content(tmp_path / "whole")


def test_what_changed_is_graded_again(exercise: Exercise, run_dir: Path, session: Session) -> None:
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir)
    engine = Here(exercise, session)
    changed = {**TEXTS, "s2": "# size\n\n12\n"}
    book = run_class(exercise, of_texts(changed), engine, run_dir, resume=True)
    assert engine.graded == ["s2"]
    assert [e.grade.points for e in book.entries if e.grade] == [0, 2, 0]


def test_another_seed_and_a_changed_exercise_are_graded_again(
    exercise: Exercise, run_dir: Path, session: Session
) -> None:
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir)
    engine = Here(exercise, session)
    with Store(run_dir) as store:
        grade_class(
            exercise, of_texts(TEXTS), Options(device="cpu", seed=1), engine, store, resume=True
        )
    assert engine.graded == ["s1", "s2", "s3"]
    changed = make_exercise(exercise.folder, SPEC.replace('"12"', '"3"'))
    engine = Here(changed, session)
    book = run_class(changed, of_texts(TEXTS), engine, run_dir, resume=True)
    assert engine.graded == ["s1", "s2", "s3"]
    assert [e.grade.points for e in book.entries if e.grade] == [0, 0, 2]


def test_what_we_failed_on_is_graded_again(
    exercise: Exercise, run_dir: Path, session: Session
) -> None:
    class Failing(Here):
        def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
            yield from (Done(task.id, None, problem="no memory") for task in tasks)

    book = run_class(exercise, of_texts(TEXTS), Failing(exercise, session), run_dir)
    assert {entry.state for entry in book.entries} == {"failed"}
    engine = Here(exercise, session)
    book = run_class(exercise, of_texts(TEXTS), engine, run_dir, resume=True)
    assert engine.graded == ["s1", "s2", "s3"]
    assert {entry.state for entry in book.entries} == {"graded"}


@pytest.mark.parametrize("damage", ["", "{", '{"format": 99}', "[]"])
def test_a_damaged_record_is_graded_again(
    exercise: Exercise, run_dir: Path, session: Session, damage: str
) -> None:
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir)
    whole = content(run_dir)
    (run_dir / "submissions" / "s1" / "record.json").write_text(damage)
    (run_dir / "submissions" / "s2" / "results.json").write_text(damage)
    engine = Here(exercise, session)
    run_class(exercise, of_texts(TEXTS), engine, run_dir, resume=True)
    assert engine.graded == ["s1"]
    assert content(run_dir) == whole


def test_a_folder_with_something_else_is_refused(
    exercise: Exercise, run_dir: Path, session: Session
) -> None:
    run_dir.mkdir()
    (run_dir / "thesis.tex").write_text("years of work")
    for resume in (False, True):
        with pytest.raises(UsageError, match="is not empty and holds no run"):
            run_class(exercise, [], Here(exercise, session), run_dir, resume=resume)
    assert [path.name for path in run_dir.iterdir()] == ["thesis.tex"]


def test_a_run_that_was_refused_before_it_graded_anything_is_no_run(
    exercise: Exercise, run_dir: Path, session: Session
) -> None:
    class Refusing:
        def run(self, tasks):
            raise UsageError("no cluster answers")

    for _ in range(2):
        with pytest.raises(UsageError, match="no cluster answers"):
            run_class(exercise, of_texts(TEXTS), Refusing(), run_dir)
    book = run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir)
    assert len(book.entries) == len(TEXTS)


def test_a_run_is_not_written_over(exercise: Exercise, run_dir: Path, session: Session) -> None:
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir)
    with pytest.raises(UsageError, match="holds a run already; add --resume"):
        run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir)
    other = make_exercise(exercise.folder, SPEC.replace("id: sample", "id: other"))
    with pytest.raises(UsageError, match="holds a run of sample, not of other"):
        run_class(other, of_texts(TEXTS), Here(other, session), run_dir, resume=True)
    fewer = dataclasses.replace(OPTIONS, select="size")
    with (
        Store(run_dir) as store,
        pytest.raises(UsageError, match="all questions, without -k, which"),
    ):
        grade_class(exercise, [], fewer, Here(exercise, session), store, resume=True)


def test_going_on_says_what_is_kept_and_what_is_graded_again(
    exercise: Exercise, run_dir: Path, session: Session
) -> None:
    told: list[str] = []

    def go_on(exercise: Exercise) -> None:
        engine = Here(exercise, session)
        run_class(exercise, of_texts(TEXTS), engine, run_dir, resume=True, on_note=told.append)

    go_on(exercise)
    assert told == []
    go_on(exercise)
    assert told == ["3 of 3 had been graded before and were kept."]
    go_on(make_exercise(exercise.folder, SPEC.replace("points: 2", "points: 4")))
    again = "what it holds is graded again."
    assert told[1:] == [f"The run was begun otherwise (questions changed: size); {again}"]
    go_on(make_exercise(exercise.folder, SPEC.replace("A sample", "Another title")))
    made = json.loads((run_dir / "run.json").read_text())
    (run_dir / "run.json").write_text(json.dumps({**made, "grader": None}))
    go_on(make_exercise(exercise.folder))
    assert told[-1] == f"The run was begun otherwise (by another version of this program); {again}"


def test_two_runs_in_one_folder_are_refused(
    exercise: Exercise, run_dir: Path, session: Session
) -> None:
    with Store(run_dir) as first:
        grade_class(exercise, of_texts(TEXTS), OPTIONS, Here(exercise, session), first)
        with pytest.raises(UsageError, match="another run is at work in"):
            run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir, resume=True)


def _grade_with_little_space(folder: Path, exercise_folder: Path, most: int) -> str:
    """What the run says where no file may have more bytes than this."""
    exercise = make_exercise(exercise_folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    with Session() as session:
        try:
            run_class(exercise, of_texts(TEXTS), Here(exercise, session), folder)
        except InternalError as error:
            return str(error)
    return "all was written"


def test_a_full_disk_stops_with_one_line_and_the_run_goes_on_later(
    exercise: Exercise, run_dir: Path, tmp_path: Path, session: Session
) -> None:
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), tmp_path / "whole")
    most = (tmp_path / "whole" / "run.json").stat().st_size + 10
    assert most < (tmp_path / "whole" / "submissions" / "s1" / "results.json").stat().st_size
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        said = pool.apply(_grade_with_little_space, (run_dir, exercise.folder, most))
    assert said.startswith(f"cannot write {run_dir / 'submissions' / 's1' / 'results.json'}: ")
    assert said.endswith("the same command with --resume goes on")
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir, resume=True)
    assert content(run_dir) == content(tmp_path / "whole")


def test_times_are_kept_apart_and_a_line_cut_short_costs_no_other(
    exercise: Exercise, run_dir: Path, session: Session
) -> None:
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir)
    path = run_dir / "times.jsonl"
    path.write_bytes(path.read_bytes().rstrip()[:-5])
    times = Store(run_dir).times()
    assert sorted(times) == ["s1", "s2"]
    assert set(times["s1"].questions) == {"sum", "size", "words"}
    assert b"seconds" not in b"".join(
        data for name, data in content(run_dir).items() if "submissions" in name
    )


def test_run_json_says_what_makes_the_grades_again(
    exercise: Exercise, run_dir: Path, session: Session
) -> None:
    run_class(exercise, of_texts(TEXTS), Here(exercise, session), run_dir)
    made = json.loads((run_dir / "run.json").read_text())
    assert made["complete"] is True
    assert set(made["exercise"]["questions"]) == {"sum", "size", "words"}
    assert list(made["exercise"]["files"]) == ["exercises/sample/exercise.yaml"]
    assert made["options"] == {
        "select": "",
        "device": "cpu",
        "seed": 0,
        "seconds": None,
        "confined": True,
    }
    assert {"autograder", "python", "sympy", "numpy", "platform", "code"} <= set(made["grader"])
    before = made["exercise"]["questions"]
    changed = make_exercise(exercise.folder, SPEC.replace('"12"', '"3"'))
    run_class(changed, of_texts(TEXTS), Here(changed, session), run_dir, resume=True)
    after = json.loads((run_dir / "run.json").read_text())["exercise"]["questions"]
    assert [name for name in before if before[name] != after[name]] == ["size"]
