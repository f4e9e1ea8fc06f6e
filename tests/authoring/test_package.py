from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.authoring.package import write_package
from autograder.errors import UsageError
from autograder.exercise.model import Exercise


def names_in(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_a_package_holds_what_the_exercise_needs_and_no_more(
    ps09: Exercise, tmp_path: Path
) -> None:
    output = tmp_path / "autograder.zip"
    write_package([ps09], output)
    names = names_in(output)
    assert {"setup.sh", "run_autograder", "packaged.json", "autograder/cli/harness.py"} <= names
    assert {n for n in names if n.startswith("exercises/")} == {
        f"exercises/epfl-cs433-ps09/{name}"
        for name in ("exercise.yaml", "given.py", "mistakes.py", "variants.py")
    }
    assert {n for n in names if n.startswith("reference/")} == {
        f"reference/{name}.py" for name in ("cnn", "mlp", "resnet", "train_epoch")
    }
    assert not any("/static/" in n for n in names)  # what browsers load is for the upload service
    assert not any("submissions" in n or "tests" in n or "__pycache__" in n for n in names)


def test_the_scripts_may_be_run(ps09: Exercise, tmp_path: Path) -> None:
    output = tmp_path / "autograder.zip"
    write_package([ps09], output)
    with zipfile.ZipFile(output) as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 == 0o755


def test_the_same_content_gives_the_same_bytes(ps09: Exercise, tmp_path: Path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    write_package([ps09], first)
    write_package([ps09], second)
    assert first.read_bytes() == second.read_bytes()


def test_a_theory_exercise_needs_no_torch(
    make_exercise: Callable[..., Exercise], tmp_path: Path
) -> None:
    exercise = make_exercise(
        "questions:\n  - {id: it, kind: expression, title: It, symbols: {x: real}, answer: x}\n"
    )
    output = tmp_path / "autograder.zip"
    write_package([exercise], output)
    with zipfile.ZipFile(output) as archive:
        packaged = json.loads(archive.read("packaged.json"))
    assert packaged == {"exercises": ["sample"], "torch": False}
    assert not any(n.startswith("reference/") for n in names_in(output))


def test_a_zip_that_cannot_be_written_is_said(ps09: Exercise, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        write_package([ps09], tmp_path / "missing" / "autograder.zip")
