"""Known submissions as tests of a course's own repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = """\
autograder: 1
id: sample
title: A sample
questions:
  - {id: one, kind: expression, title: One, symbols: {x: real}, answer: 2*x}
  - {id: two, kind: expression, title: Two, symbols: {x: real}, answer: x^2}
"""
EXPECTED = "about: One is right.\nquestions:\n  one: {credit: 1, outcome: correct}\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course" / "sample"
    hand_in = folder / "submissions" / "half"
    hand_in.mkdir(parents=True)
    (folder / "exercise.yaml").write_text(SPEC)
    (hand_in / "answers.yaml").write_text("one: x + x\ntwo: 2*x\n")
    hand_in.with_name("half.yaml").write_text(EXPECTED)
    return folder.parent


def run(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    plugin = ["-p", "autograder.authoring.pytest_plugin"]
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *plugin, *arguments],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_each_question_of_a_known_submission_is_a_test(course: Path) -> None:
    done = run(course, "--collect-only", "-qq")
    assert "sample::half::one\nsample::half::two\n" in done.stdout
    assert "2 passed" in run(course).stdout


def test_one_can_be_chosen(course: Path) -> None:
    done = run(course, "sample/exercise.yaml::half::two")
    assert "1 passed" in done.stdout


def test_a_changed_outcome_fails_in_its_own_words(course: Path) -> None:
    expected = course / "sample/submissions/half.yaml"
    expected.write_text(EXPECTED + "  two: {credit: 1}\n")
    done = run(course)
    assert done.returncode == 1
    assert "two: credit 0.0, expected 1.0" in done.stdout
    assert "Traceback" not in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_update_rewrites_what_is_expected_and_shows_it(course: Path) -> None:
    expected = course / "sample/submissions/half.yaml"
    expected.write_text(
        EXPECTED.replace("credit: 1, outcome: correct", "credit: 0, says: opposite")
    )
    done = run(course, "--update")
    assert done.returncode == 0, done.stdout
    assert "-  one: {credit: 0, says: opposite}" in done.stdout
    assert "+  one: {credit: 1.0, outcome: correct}" in done.stdout
    assert run(course).returncode == 0
    assert expected.read_text().startswith("about: One is right.\n")


def test_nothing_changes_where_all_is_as_expected(course: Path) -> None:
    expected = course / "sample/submissions/half.yaml"
    done = run(course, "--update")
    assert done.returncode == 0
    assert expected.read_text() == EXPECTED


def test_a_broken_exercise_is_told_with_its_place(course: Path) -> None:
    (course / "sample/exercise.yaml").write_text(
        SPEC.replace("kind: expression", "kind: expresion", 1)
    )
    done = run(course)
    assert done.returncode == 2
    assert "exercise.yaml:5:" in done.stdout
    assert "did you mean 'expression'?" in done.stdout
