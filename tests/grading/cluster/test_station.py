"""What travels to a node and how it is unpacked there: whole, once, out of reach of others."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from autograder.checks.catalogue import load
from autograder.exercise.bundle import pack
from autograder.exercise.model import Exercise
from autograder.grading.batch.cluster.cargo import make_cargo
from autograder.grading.batch.cluster.station import environment, unpacked
from tests.conftest import ROOT

FILES = {"autograder/a.py": b"A = 1\n", "exercises/x/exercise.yaml": b"id: x\n"}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_it_is_unpacked_once_where_nobody_else_can_read() -> None:
    folder = unpacked("d1", pack(FILES))
    assert content(folder) == FILES
    assert unpacked("d1", pack(FILES)) == folder
    assert [path.name for path in folder.parent.iterdir()] == ["d1"]
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["changed", "removed"])
def test_a_damaged_one_is_replaced(damage: str) -> None:
    folder = unpacked("d1", pack(FILES))
    if damage == "changed":
        (folder / "autograder" / "a.py").write_bytes(b"A = 2\n")
    else:
        (folder / "autograder" / "a.py").unlink()
    assert unpacked("d1", pack(FILES)) == folder
    assert content(folder) == FILES


def test_a_folder_that_others_can_write_to_is_not_used(temporary: Path) -> None:
    planted = temporary / f"autograder-cargo-{os.geteuid()}"
    planted.mkdir(mode=0o700)
    planted.chmod(0o777)
    folder = unpacked("d1", pack(FILES))
    assert planted not in folder.parents
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_the_cargo_holds_the_program_and_the_exercise_and_no_more(ps09: Exercise) -> None:
    folder = unpacked("d1", make_cargo(ps09))
    names = set(content(folder))
    assert {"autograder/__init__.py", "autograder/learning/data/digits.npz"} <= names
    assert {"exercises/epfl-cs433-ps09/exercise.yaml", "reference/mlp.py"} <= names
    assert not [name for name in names if name.endswith(".pyc")]
    assert not [name for name in names if name.startswith("exercises/") and "submissions" in name]
    assert make_cargo(ps09) == make_cargo(ps09)


def test_data_sets_that_questions_name_travel_along(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = (ROOT / "docs" / "examples" / "training" / "exercise.yaml").read_text()
    (temporary / "exercise.yaml").write_text(f"{spec}    dataset: mnist\n")
    (temporary / "starter.py").touch()
    exercise = load(temporary)
    assert not any(
        name.startswith("data/") for name in content(unpacked("d0", make_cargo(exercise)))
    )
    raw = temporary / "sets" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (raw / f"{name}-ubyte.gz").write_bytes(name.encode())
    monkeypatch.setenv("AUTOGRADER_DATA", str(temporary / "sets"))
    folder = unpacked("d1", make_cargo(exercise))
    data = {name for name in content(folder) if name.startswith("data/")}
    assert len(data) == 4
    assert "data/MNIST/raw/train-images-idx3-ubyte.gz" in data
    assert environment(folder, {})["AUTOGRADER_DATA"] == str(folder / "data")


def test_the_grading_process_knows_nothing_of_ray(temporary: Path) -> None:
    given = {
        "RAY_AUTH_TOKEN": "secret",
        "RAY_AUTH_TOKEN_PATH": "/x",
        "OMP_NUM_THREADS": "1",
        "AUTOGRADER_DATA": "/elsewhere",
        "PYTHONPATH": "/elsewhere",
        "HOME": "/root",
    }
    assert environment(temporary, given) == {"HOME": "/root", "PYTHONPATH": str(temporary)}
