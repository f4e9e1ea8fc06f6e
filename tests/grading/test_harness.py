"""Gradescope's layout without the shell around it: see tests/test_gradescope_layout.py for that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.errors import InternalError
from autograder.grading import harness
from autograder.grading.harness import run_harness

PACKAGED = {"exercises": ["epfl-cs433-ps09"], "torch": False}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "answers.yaml").write_text("adam-w: -eta*t\n")
    monkeypatch.setattr(harness, "packaged_exercises", lambda source: ["epfl-cs433-ps09"])
    return tmp_path


def result(root: Path) -> dict:
    return json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))


def test_it_grades_and_returns_zero(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_harness(root) == 0
    assert result(root)["score"] == 3.0
    assert "Total: 3 of 100 points" in capsys.readouterr().out


def test_what_is_done_is_never_lost(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = harness.write_json, []

    def spy(path: Path, content: dict) -> None:
        real(path, content)
        seen.append([t["extra_data"]["outcome"] for t in content["tests"]])

    monkeypatch.setattr(harness, "write_json", spy)
    run_harness(root)
    assert len(seen) == 22  # after each question, and at the end
    assert all("skipped" in outcomes for outcomes in seen[:20])
    assert "skipped" not in seen[-1]


def test_an_unexpected_error_is_a_result(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(harness, "grade", broken)
    assert run_harness(root) == 0
    content = result(root)
    assert "not your fault" in content["output"]
    assert "boom" in content["extra_data"]["details"]
    assert "boom" not in content["output"]


def test_one_of_several_exercises_is_named_by_the_assignment(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        harness, "packaged_exercises", lambda source: ["epfl-cs433-ps09", "epfl-cs433-ps09"]
    )
    run_harness(root)
    assert "title" in result(root)["extra_data"]["details"]
    metadata = {"assignment": {"title": "Lab EPFL CS433 PS09 (2022)"}}
    (root / "submission_metadata.json").write_text(json.dumps(metadata))
    run_harness(root)
    assert "title" in result(root)["extra_data"]["details"]  # it fits both of them

    monkeypatch.setattr(harness, "packaged_exercises", lambda source: ["epfl-cs433-ps09", "other"])
    real = harness.load
    monkeypatch.setattr(harness, "find_exercise", lambda name: name)

    def fake(name: str):
        exercise = real(Path(harness.project_root()) / "exercises" / "epfl-cs433-ps09")
        return (
            exercise
            if name != "other"
            else exercise.model_copy(update={"id": "other", "title": "Other"})
        )

    monkeypatch.setattr(harness, "load", fake)
    run_harness(root)
    assert result(root)["score"] == 3.0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"exercises": 5}', "not json"])
def test_a_malformed_package_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "packaged.json").write_text(text)
    with pytest.raises(InternalError, match="autograder package"):
        harness.packaged_exercises(tmp_path)
