"""`autograder grade` as it is called: exit codes, what it says, where it writes."""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path

import pytest

from autograder.cli.app import run
from autograder.grading.batch.local import LocalEngine
from tests.grading.batch.classroom import SPEC, make_class, make_exercise


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.chdir(tmp_path)
    make_exercise(tmp_path / "exercise")
    make_class(tmp_path / "class", 5)
    return "exercise", "class"


def test_a_class_is_graded_into_a_new_folder(
    folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["grade", *folders, "-j", "1"]) == 0
    printed = capsys.readouterr().out
    assert "A sample: 5 submissions" in printed
    assert "4 graded, 2 of them with answers for a person: student-002, student-003" in printed
    assert "1 empty, student-004" in printed
    (made,) = tmp_path.glob("sample-20*")
    assert f"Results are in {made.name}" in printed
    assert json.loads((made / "run.json").read_text())["complete"] is True
    assert run(["grade", *folders, "-j", "1", "-k", "size"]) == 0
    assert (tmp_path / f"{made.name}-2" / "grades.csv").is_file()


def test_results_of_who_is_no_longer_in_the_class_are_left_and_told(
    folders: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["grade", *folders, "-j", "1", "-o", "run"]) == 0
    shutil.rmtree(Path("class") / "student-001")
    assert run(["grade", *folders, "-j", "1", "-o", "run", "--resume"]) == 0
    assert (
        "Note: student-001 is of an earlier run, and not in this class." in capsys.readouterr().out
    )
    assert "student-001" not in Path("run/grades.csv").read_text()
    assert Path("run/submissions/student-001/record.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["exercise", "nowhere"], "nowhere: there is no such file or folder"),
        (["exercise", "class", "--resume"], "--resume goes on with a run: name its folder with -o"),
        (["exercise", "class", "-k", "nothing"], "-k 'nothing' selects no question"),
        (["exercise", "class", "-o", "exercise"], "exercise is not empty and holds no run"),
        (["exercise", "class", "-o", "exercise/exercise.yaml"], "is not empty and holds no run"),
        (["exercise", "class", "-o", "exercise/exercise.yaml/x"], "Not a directory"),
        (["exercise", "class", "-j", "0"], "0 is not in the range"),
    ],
)
def test_wrong_usage_is_one_line(
    folders: tuple[str, str], capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert run(["grade", *arguments]) == 4
    printed = capsys.readouterr()
    assert says in printed.err
    assert len(printed.err.strip().splitlines()) == 1


def test_our_own_failure_is_told_with_its_reason_and_exit_code_1(
    folders: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path("class") / "student-001" / "answers.md").write_text("POISON-RAISE")
    poisoned = functools.partialmethod(LocalEngine.__init__, module="tests.grading.batch.poisoned")
    monkeypatch.setattr(LocalEngine, "__init__", poisoned)
    assert run(["grade", *folders, "-j", "1", "-o", "run"]) == 1
    printed = capsys.readouterr().out
    assert "1 failed by us" in printed
    assert "RuntimeError: poisoned (student-001)" in printed
    line = next(
        line for line in Path("run/grades.csv").read_text().splitlines() if "student-001" in line
    )
    assert "grader failed" in line and ",0," not in line


def test_a_grade_of_a_run_is_made_again(
    folders: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["grade", *folders, "-j", "1", "-o", "run", "--seed", "7", "-k", "sum or size"]) == 0
    again = ["run", "exercise", "--again", "run"]
    capsys.readouterr()
    assert run([*again, "class/student-001"]) == 0
    printed = capsys.readouterr().out
    assert "The same outcomes and points as run has for student-001." in printed
    assert "words" not in printed
    make_exercise(Path("exercise"), SPEC.replace('answer: "12"', 'answer: "13"'))
    assert run([*again, "class/student-001"]) == 1
    said = capsys.readouterr().out.splitlines()[-3:]
    assert said == [
        "Made otherwise than run: questions changed: size",
        "Not what run has for student-001:",
        "  size: 0, wrong → 2, right",
    ]
    Path("class/student-001/answers.md").write_text("# size\n\n1\n")
    assert run([*again, "class/student-001"]) == 1
    assert "no submission in run has these files" in capsys.readouterr().out
    assert run([*again, "class/student-001", "--seed", "1"]) == 4
    assert "--again takes seed, questions, time and layers from the run" in capsys.readouterr().err
    assert run(["run", "exercise", "--again", "exercise", "class/student-001"]) == 4
    assert "exercise holds no run to compare with" in capsys.readouterr().err
